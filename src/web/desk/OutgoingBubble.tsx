import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { clockTime } from "../shared/time";
import { useBubbleStyles } from "./bubbleStyles";
import type { Outgoing } from "./compose";
import { DeliveryMark } from "./DeliveryMark";
import { Choices } from "./MessageContent";

const useStyles = makeStyles({
  file: {
    maxWidth: "min(420px, 82%)",
    padding: "8px 12px",
    borderRadius: "12px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    overflowWrap: "anywhere",
  },
  // As high as it will be when the server shows it.
  picture: { height: "200px", maxWidth: "92%", borderRadius: "12px", objectFit: "cover" },
});

/** What the agent has just sent, until the server has it. */
export function OutgoingBubble({ entry: { text, files, choices, at } }: { entry: Outgoing }) {
  const bubble = useBubbleStyles();
  const styles = useStyles();
  return (
    <div className={mergeClasses(bubble.message, bubble.out, bubble.group)}>
      {files.map(({ id, name, previewUrl }) =>
        previewUrl === null ? (
          <div key={id} className={styles.file}>
            {name}
          </div>
        ) : (
          <img key={id} className={styles.picture} src={previewUrl} alt={name} />
        ),
      )}
      {text !== "" && <div className={mergeClasses(bubble.bubble, bubble.agent)}>{text}</div>}
      <Choices titles={choices} />
      <div className={mergeClasses(bubble.foot, bubble.footOut)}>
        <time dateTime={at}>{clockTime(at)}</time>
        <DeliveryMark status="sending" reason={null} />
      </div>
    </div>
  );
}
