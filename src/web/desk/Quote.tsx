import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowReply16Regular } from "@fluentui/react-icons/svg/arrow-reply";
import type { MessageView } from "../../desk/contract";
import type { LogEntry } from "./logLayout";
import { texts } from "./texts";

const useStyles = makeStyles({
  quote: {
    display: "grid",
    gridTemplateColumns: "auto minmax(0, 1fr)",
    columnGap: "6px",
    maxWidth: "min(480px, 82%)",
    margin: "0 0 2px",
    padding: "4px 10px",
    textAlign: "left",
    font: "inherit",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    color: tokens.colorNeutralForeground2,
    backgroundColor: "transparent",
    border: "none",
    borderLeft: `3px solid ${tokens.colorNeutralStrokeAccessible}`,
  },
  link: {
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorSubtleBackgroundHover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  icon: { marginTop: "1px" },
  author: { fontWeight: tokens.fontWeightSemibold },
  text: {
    gridColumn: "2",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
});

interface Props {
  answers: NonNullable<LogEntry["answers"]>;
  onJump: (messageId: string) => void;
}

/** The message that is answered, in one line; leads to it where it is in the transcript. */
export function Quote({ answers, onJump }: Props) {
  const styles = useStyles();
  if (answers === "elsewhere") {
    return (
      <p className={styles.quote}>
        <ArrowReply16Regular className={styles.icon} aria-hidden="true" />
        {texts.reply.elsewhere}
      </p>
    );
  }
  const { message, author } = answers;
  const words = quotedText(message);
  return (
    <button
      type="button"
      className={mergeClasses(styles.quote, styles.link)}
      title={texts.reply.show}
      onClick={() => onJump(message.id)}
    >
      <ArrowReply16Regular className={styles.icon} aria-hidden="true" />
      <span className={styles.author}>
        <span className="visually-hidden">{texts.reply.inReplyTo} </span>
        {author}
      </span>
      <span className={styles.text}>{words}</span>
    </button>
  );
}

/** More than a line has room for, and not too much to listen to. */
const QUOTED_LENGTH = 160;

/** A message in a few words: its text, else its files or place. */
export function quotedText({ text, attachments, place, deletedAt }: MessageView): string {
  if (deletedAt !== null) return texts.reply.deleted;
  if (text !== "") return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
  const [file] = attachments;
  if (file !== undefined) return file.name ?? texts.files.kind(file.kind);
  return place === null ? texts.reply.noText : (place.name ?? texts.place.nameless);
}
