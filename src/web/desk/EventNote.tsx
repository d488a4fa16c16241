import { makeStyles, tokens } from "@fluentui/react-components";
import { AlertOff16Regular } from "@fluentui/react-icons/svg/alert-off";
import { AlertOn16Regular } from "@fluentui/react-icons/svg/alert-on";
import { ArrowSwap16Regular } from "@fluentui/react-icons/svg/arrow-swap";
import { ErrorCircle16Regular } from "@fluentui/react-icons/svg/error-circle";
import { Eye16Regular } from "@fluentui/react-icons/svg/eye";
import { Info16Regular } from "@fluentui/react-icons/svg/info";
import { Link16Regular } from "@fluentui/react-icons/svg/link";
import type { MessageView } from "../../desk/contract";
import { clockTime } from "../shared/time";
import { AttachmentList } from "./AttachmentList";
import { PlaceCard } from "./PlaceCard";
import { texts } from "./texts";

const SHAPES: Record<string, typeof Info16Regular> = {
  optOut: AlertOff16Regular,
  optIn: AlertOn16Regular,
  standby: Eye16Regular,
  threadControl: ArrowSwap16Regular,
  referral: Link16Regular,
};

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
  label: { fontWeight: tokens.fontWeightSemibold },
  files: { alignSelf: "center", display: "flex", flexShrink: 0, marginTop: "2px" },
  time: { color: tokens.colorNeutralForeground3, whiteSpace: "nowrap" },
});

/** Something that is no message of the talk: an item that cannot be shown, an opt-out, another app at work. */
export function EventNote({ message, author }: { message: MessageView; author: string }) {
  const styles = useStyles();
  const dead = message.status === "dead";
  const Icon = dead ? ErrorCircle16Regular : (SHAPES[message.event ?? ""] ?? Info16Regular);
  const label = texts.events[message.event ?? ""];
  const words = message.text === "" && message.attachments.length === 0 ? texts.unsupported : message.text;
  const time = clockTime(message.occurredAt);
  return (
    <>
      <div className={styles.note}>
        <Icon className={styles.icon} aria-hidden="true" />
        <span>
          {label !== undefined && <span className={styles.label}>{label}: </span>}
          {words}
          {dead && ` ${texts.dead(message.error?.message ?? texts.deadUnknown)}`}
        </span>
        <time className={styles.time} dateTime={message.occurredAt}>
          {time}
        </time>
      </div>
      {message.attachments.length > 0 && (
        <div className={styles.files}>
          <AttachmentList files={message.attachments} author={author} time={time} />
        </div>
      )}
      {message.place && (
        <div className={styles.files}>
          <PlaceCard place={message.place} />
        </div>
      )}
    </>
  );
}
