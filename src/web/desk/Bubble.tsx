import { mergeClasses } from "@fluentui/react-components";
import { Bot16Regular } from "@fluentui/react-icons/svg/bot";
import { memo } from "react";
import type { MessageView } from "../../desk/contract";
import { BubbleFoot } from "./BubbleFoot";
import { useBubbleStyles } from "./bubbleStyles";
import type { LogEntry } from "./logLayout";
import { MessageContent } from "./MessageContent";
import { Reactions } from "./Reactions";
import { ReplyButton } from "./ReplyButton";

export interface BubbleActions {
  onJump: (messageId: string) => void;
  /** Absent where this agent cannot write now. */
  onReply: ((message: MessageView, author: string) => void) | undefined;
}

type Props = Omit<LogEntry, "dividers"> & BubbleActions & { last: boolean };

/** Id of a message's element, for those that lead to it. */
export const elementId = (messageId: string): string => `message-${messageId}`;

/** One message: who, what, when and what became of it. */
export const Bubble = memo(
  function Bubble({ message, author, startsGroup, reactions, answers, last, onJump, onReply }: Props) {
    const styles = useBubbleStyles();
    const out = message.direction === "out";
    return (
      <div
        id={elementId(message.id)}
        tabIndex={-1}
        className={mergeClasses(styles.message, out && styles.out, startsGroup && styles.group)}
      >
        {startsGroup ? (
          <div className={styles.head}>
            {message.author.kind === "bot" && <Bot16Regular aria-hidden="true" />}
            {author}
          </div>
        ) : (
          <span className="visually-hidden">{author}</span>
        )}
        <MessageContent message={message} author={author} answers={answers} onJump={onJump} />
        {reactions && <Reactions marks={reactions} />}
        <BubbleFoot message={message}>
          {onReply && message.deletedAt === null && (
            <ReplyButton author={author} last={last} onReply={() => onReply(message, author)} />
          )}
        </BubbleFoot>
      </div>
    );
  },
  (before, now) =>
    sameAnswers(before.answers, now.answers) &&
    JSON.stringify(before.reactions) === JSON.stringify(now.reactions) &&
    (["message", "author", "startsGroup", "last", "onJump", "onReply"] as const).every(
      (key) => before[key] === now[key],
    ),
);

function sameAnswers(before: LogEntry["answers"], now: LogEntry["answers"]): boolean {
  if (typeof before !== "object" || typeof now !== "object") return before === now;
  return before.message === now.message && before.author === now.author;
}
