import { makeStyles, tokens } from "@fluentui/react-components";
import { ErrorCircle16Regular } from "@fluentui/react-icons/svg/error-circle";
import { Info16Regular } from "@fluentui/react-icons/svg/info";
import type { MessageView } from "../../desk/contract";
import { clockTime } from "../shared/time";
import { texts } from "./texts";

const useStyles = makeStyles({
  note: {
    alignSelf: "center",
    display: "flex",
    alignItems: "center",
    columnGap: "8px",
    maxWidth: "min(560px, 92%)",
    margin: "12px 0 4px",
    padding: "6px 14px",
    flexShrink: 0,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    overflowWrap: "anywhere",
  },
  icon: { flexShrink: 0 },
  time: { color: tokens.colorNeutralForeground3, whiteSpace: "nowrap" },
});

/** Something that is not text: an item that cannot be shown, an opt-out, a dead letter. */
export function EventNote({ message }: { message: MessageView }) {
  const styles = useStyles();
  const dead = message.status === "dead";
  const Icon = dead ? ErrorCircle16Regular : Info16Regular;
  const words = message.text === "" ? texts.unsupported : message.text;
  return (
    <div className={styles.note}>
      <Icon className={styles.icon} aria-hidden="true" />
      <span>
        {words}
        {dead && ` ${texts.dead(message.error?.message ?? texts.deadUnknown)}`}
      </span>
      <time className={styles.time} dateTime={message.occurredAt}>
        {clockTime(message.occurredAt)}
      </time>
    </div>
  );
}
