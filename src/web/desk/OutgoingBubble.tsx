import { mergeClasses } from "@fluentui/react-components";
import { clockTime } from "../shared/time";
import { useBubbleStyles } from "./bubbleStyles";
import type { Outgoing } from "./compose";
import { DeliveryMark } from "./DeliveryMark";

/** What the agent has just sent, until the server has it. */
export function OutgoingBubble({ entry }: { entry: Outgoing }) {
  const styles = useBubbleStyles();
  return (
    <div className={mergeClasses(styles.message, styles.out, styles.group)}>
      <div className={mergeClasses(styles.bubble, styles.agent)}>{entry.text}</div>
      <div className={mergeClasses(styles.foot, styles.footOut)}>
        <time dateTime={entry.at}>{clockTime(entry.at)}</time>
        <DeliveryMark status="sending" reason={null} />
      </div>
    </div>
  );
}
