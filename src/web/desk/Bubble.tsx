import { mergeClasses } from "@fluentui/react-components";
import { Bot16Regular } from "@fluentui/react-icons/svg/bot";
import { ErrorCircle16Regular } from "@fluentui/react-icons/svg/error-circle";
import { memo } from "react";
import type { MessageView } from "../../desk/contract";
import { clockTime } from "../shared/time";
import { useBubbleStyles } from "./bubbleStyles";
import { DeliveryMark } from "./DeliveryMark";
import { texts } from "./texts";

/** A message that lay longer than this on its way shows both times. */
const LATE_MS = 60_000;

interface Props {
  message: MessageView;
  author: string;
  startsGroup: boolean;
}

export const Bubble = memo(function Bubble({ message, author, startsGroup }: Props) {
  const styles = useBubbleStyles();
  const out = message.direction === "out";
  const faulty = message.status === "dead" || message.status === "failed";
  return (
    <div className={mergeClasses(styles.message, out && styles.out, startsGroup && styles.group)}>
      {startsGroup ? (
        <div className={styles.head}>
          {message.author.kind === "bot" && <Bot16Regular aria-hidden="true" />}
          {author}
        </div>
      ) : (
        <span className="visually-hidden">{author}</span>
      )}
      <div className={mergeClasses(styles.bubble, styles[looks(message)], faulty && styles.faulty)}>
        {message.text}
      </div>
      <div className={mergeClasses(styles.foot, out && styles.footOut)}>
        <Times message={message} />
        {out && <DeliveryMark status={message.status} reason={message.error?.message ?? null} />}
        {message.status === "dead" && (
          <span className={styles.dead}>
            <ErrorCircle16Regular aria-hidden="true" />
            {texts.dead(message.error?.message ?? texts.deadUnknown)}
          </span>
        )}
      </div>
    </div>
  );
});

function looks(message: MessageView): "customer" | "agent" | "bot" {
  if (message.direction === "in") return "customer";
  return message.author.kind === "agent" ? "agent" : "bot";
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
