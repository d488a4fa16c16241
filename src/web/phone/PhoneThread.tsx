import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ErrorCircle16Regular } from "@fluentui/react-icons/svg/error-circle";
import { useLayoutEffect, useRef } from "react";
import type { PhoneMessage } from "../../simulator/contract";
import { clockTime } from "../shared/time";
import { PhoneMessageBody } from "./PhoneMessageBody";
import { PhoneReact } from "./PhoneReact";
import type { Said } from "./said";
import { texts } from "./texts";

const useStyles = makeStyles({
  thread: {
    flexGrow: 1,
    minHeight: 0,
    overflowY: "auto",
    display: "flex",
    flexDirection: "column",
    rowGap: "8px",
    padding: "14px 12px",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  empty: { margin: "auto", textAlign: "center", color: tokens.colorNeutralForeground2, padding: "16px" },
  message: {
    display: "flex",
    flexDirection: "column",
    alignItems: "flex-start",
    rowGap: "2px",
    maxWidth: "86%",
    flexShrink: 0,
  },
  mine: { alignItems: "flex-end", alignSelf: "flex-end" },
  choices: { display: "flex", flexWrap: "wrap", gap: "6px", paddingTop: "2px" },
  foot: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "flex-end",
    columnGap: "8px",
    padding: "2px 6px 0",
    fontSize: tokens.fontSizeBase100,
    lineHeight: tokens.lineHeightBase200,
    color: tokens.colorNeutralForeground2,
  },
  time: { whiteSpace: "nowrap" },
  failed: {
    display: "inline-flex",
    alignItems: "center",
    columnGap: "4px",
    color: tokens.colorStatusDangerForeground3,
    fontWeight: tokens.fontWeightSemibold,
  },
  icon: { flexShrink: 0 },
});

interface Props {
  label: string;
  instanceName: string;
  messages: PhoneMessage[];
  onSay: (said: Said) => Promise<boolean>;
}

/** What was said, the newest at the end and in sight. */
export function PhoneThread({ label, instanceName, messages, onSay }: Props) {
  const styles = useStyles();
  const thread = useRef<HTMLDivElement>(null);
  const last = messages.at(-1)?.n;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is the reason to scroll
  useLayoutEffect(() => {
    thread.current?.scrollTo({ top: thread.current.scrollHeight });
  }, [last]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys must be able to scroll it
    <div ref={thread} className={styles.thread} role="log" aria-label={label} tabIndex={0}>
      {messages.length === 0 && <p className={styles.empty}>{texts.empty(instanceName)}</p>}
      {messages.map((message) => (
        <Message key={message.n} message={message} instanceName={instanceName} onSay={onSay} />
      ))}
    </div>
  );
}

function Message({
  message,
  instanceName,
  onSay,
}: { message: PhoneMessage } & Omit<Props, "label" | "messages">) {
  const styles = useStyles();
  const { id, text, choices = [] } = message;
  const mine = message.direction === "out";
  return (
    <div className={mergeClasses(styles.message, mine && styles.mine)}>
      <PhoneMessageBody message={message} author={mine ? texts.you : instanceName} />
      {choices.length > 0 && (
        <ul className={styles.choices} aria-label={texts.choices}>
          {choices.map((choice) => (
            <li key={choice.value}>
              <Button size="small" shape="circular" onClick={() => void onSay({ text: "", choice })}>
                {choice.title}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.foot}>
        <time className={styles.time} dateTime={message.at}>
          {clockTime(message.at)}
        </time>
        {message.webhookStatus !== undefined && <WebhookMark status={message.webhookStatus} />}
        {!mine && id !== undefined && (
          <PhoneReact text={text} onReact={(emoji) => void onSay({ reaction: { messageId: id, emoji } })} />
        )}
      </div>
    </div>
  );
}

function WebhookMark({ status }: { status: number }) {
  const styles = useStyles();
  if (status >= 200 && status < 300) return <span>{texts.webhook(status)}</span>;
  return (
    <span className={styles.failed}>
      <ErrorCircle16Regular className={styles.icon} aria-hidden="true" />
      {texts.webhookFailed(status)}
    </span>
  );
}
