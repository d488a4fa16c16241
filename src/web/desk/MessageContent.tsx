import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Delete16Regular } from "@fluentui/react-icons/svg/delete";
import type { MessageView } from "../../desk/contract";
import { clockTime } from "../shared/time";
import { AttachmentList } from "./AttachmentList";
import { useBubbleStyles } from "./bubbleStyles";
import type { LogEntry } from "./logLayout";
import { PlaceCard } from "./PlaceCard";
import { Quote } from "./Quote";
import { texts } from "./texts";

const useStyles = makeStyles({
  choices: {
    display: "flex",
    flexWrap: "wrap",
    gap: "4px",
    maxWidth: "min(640px, 92%)",
    marginTop: "4px",
    justifyContent: "flex-end",
  },
  choice: {
    padding: "2px 12px",
    borderRadius: tokens.borderRadiusCircular,
    border: `1px solid ${tokens.colorBrandStroke2}`,
    color: tokens.colorBrandForeground2,
    backgroundColor: tokens.colorNeutralBackground1,
    overflowWrap: "anywhere",
  },
});

interface Props {
  message: MessageView;
  author: string;
  answers: LogEntry["answers"];
  onJump: (messageId: string) => void;
}

/** What a message says: the one it answers, files, place, text and choices. */
export function MessageContent({ message, author, answers, onJump }: Props) {
  const styles = useBubbleStyles();
  if (message.deletedAt !== null) {
    return (
      <div className={mergeClasses(styles.bubble, styles.gone)}>
        <Delete16Regular aria-hidden="true" />
        {message.author.kind === "customer" ? texts.deletedByCustomer : texts.deleted}
      </div>
    );
  }
  const out = message.direction === "out";
  const faulty = message.status === "dead" || message.status === "failed";
  const hasMore = message.attachments.length > 0 || message.place !== null;
  return (
    <>
      {answers && <Quote answers={answers} onJump={onJump} />}
      {message.attachments.length > 0 && (
        <AttachmentList
          files={message.attachments}
          author={author}
          time={clockTime(message.occurredAt)}
          out={out}
        />
      )}
      {message.place && <PlaceCard place={message.place} />}
      {(message.text !== "" || !hasMore) && (
        <div className={mergeClasses(styles.bubble, styles[looks(message)], faulty && styles.faulty)}>
          {message.text === "" ? texts.reply.noText : message.text}
        </div>
      )}
      <Choices titles={message.choices} />
    </>
  );
}

function looks(message: MessageView): "customer" | "agent" | "bot" {
  if (message.direction === "in") return "customer";
  return message.author.kind === "agent" ? "agent" : "bot";
}

/** The buttons that went with a message; the customer's tap comes as a message. */
export function Choices({ titles }: { titles: readonly string[] }) {
  const styles = useStyles();
  if (titles.length === 0) return null;
  return (
    <ul className={styles.choices} aria-label={texts.choicesOffered}>
      {titles.map((title, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: titles may repeat and never change places
        <li key={index} className={styles.choice}>
          {title}
        </li>
      ))}
    </ul>
  );
}
