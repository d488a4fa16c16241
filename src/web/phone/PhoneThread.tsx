import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ErrorCircle16Regular } from "@fluentui/react-icons/svg/error-circle";
import { useLayoutEffect, useRef } from "react";
import type { PhoneMessage } from "../../simulator/contract";
import { clockTime } from "../shared/time";
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
    maxWidth: "86%",
    flexShrink: 0,
  },
  mine: { alignItems: "flex-end", alignSelf: "flex-end" },
  bubble: {
    padding: "8px 12px",
    borderRadius: "18px",
    border: "1px solid transparent",
    lineHeight: tokens.lineHeightBase300,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
  theirBubble: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    color: tokens.colorNeutralForeground1,
    borderBottomLeftRadius: "5px",
  },
  myBubble: { backgroundColor: "var(--mine)", color: "var(--mine-text)", borderBottomRightRadius: "5px" },
  foot: {
    display: "flex",
    flexWrap: "wrap",
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
}

/** What was said, the newest at the end and in sight. */
export function PhoneThread({ label, instanceName, messages }: Props) {
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
      {messages.map((message) => {
        const mine = message.direction === "out";
        return (
          <div key={message.n} className={mergeClasses(styles.message, mine && styles.mine)}>
            <div className={mergeClasses(styles.bubble, mine ? styles.myBubble : styles.theirBubble)}>
              <span className="visually-hidden">{mine ? texts.you : instanceName}: </span>
              {message.text}
            </div>
            <div className={styles.foot}>
              <time className={styles.time} dateTime={message.at}>
                {clockTime(message.at)}
              </time>
              {message.webhookStatus !== undefined && <WebhookMark status={message.webhookStatus} />}
            </div>
          </div>
        );
      })}
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
