import { mergeClasses } from "@fluentui/react-components";
import { ErrorCircle16Regular } from "@fluentui/react-icons/svg/error-circle";
import type { ReactNode } from "react";
import type { MessageView } from "../../desk/contract";
import { clockTime } from "../shared/time";
import { useBubbleStyles } from "./bubbleStyles";
import { DeliveryMark } from "./DeliveryMark";
import { texts } from "./texts";

/** A message that lay longer than this on its way shows both times. */
const LATE_MS = 60_000;

/** When a message was said, whether it was changed and how far it has come; `children` stand beside it. */
export function BubbleFoot({ message, children }: { message: MessageView; children: ReactNode }) {
  const styles = useBubbleStyles();
  const out = message.direction === "out";
  return (
    <div className={mergeClasses(styles.foot, out && styles.footOut)}>
      {/* Invisible most of the time: on the inner side, so that the rest keeps to its edge. */}
      {out && children}
      <Times message={message} />
      {message.editedAt !== null && message.deletedAt === null && (
        <span>{texts.edited(clockTime(message.editedAt))}</span>
      )}
      {out && <DeliveryMark status={message.status} reason={message.error?.message ?? null} />}
      {message.status === "dead" && (
        <span className={styles.dead}>
          <ErrorCircle16Regular aria-hidden="true" />
          {texts.dead(message.error?.message ?? texts.deadUnknown)}
        </span>
      )}
      {!out && children}
    </div>
  );
}

function Times({ message }: { message: MessageView }) {
  const late = Date.parse(message.storedAt) - Date.parse(message.occurredAt) > LATE_MS;
  return (
    <>
      <time dateTime={message.occurredAt}>{clockTime(message.occurredAt)}</time>
      {late && <span>{texts.stored(clockTime(message.storedAt))}</span>}
    </>
  );
}
