import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  tokens,
} from "@fluentui/react-components";
import { Fragment, useCallback, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import type { ConversationView, MessageView, MeView } from "../../desk/contract";
import { Bubble, type BubbleActions, elementId } from "./Bubble";
import { useCompose } from "./compose";
import { Divider } from "./Divider";
import { EventNote } from "./EventNote";
import { layOut } from "./logLayout";
import { OutgoingBubble } from "./OutgoingBubble";
import { nameIn } from "./people";
import { useTranscript } from "./queries";
import { REPLY_KEYS_ID } from "./ReplyButton";
import { texts } from "./texts";
import { useFollowing } from "./useFollowing";

/**
 * How many messages are drawn at first. Not a virtual list: a live region that mounts old messages while one
 * scrolls would read them out as new ones.
 */
const DRAWN = 200;

const useStyles = makeStyles({
  frame: { flexGrow: 1, minHeight: 0, display: "flex", flexDirection: "column" },
  log: {
    flexGrow: 1,
    minHeight: 0,
    overflowY: "auto",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  content: {
    minHeight: "100%",
    padding: "12px 20px",
    display: "flex",
    flexDirection: "column",
    "@media (max-width: 560px)": { padding: "12px" },
  },
  earlier: { alignSelf: "center", flexShrink: 0 },
  centre: { flexGrow: 1, display: "grid", placeItems: "center", color: tokens.colorNeutralForeground2 },
  fault: { margin: "8px 16px", flexShrink: 0 },
});

interface Props {
  view: ConversationView;
  me: MeView;
  /** Absent where this agent cannot write now. */
  onReply: BubbleActions["onReply"];
}

export function MessageLog({ view, me, onReply }: Props) {
  const styles = useStyles();
  const { data: messages, error, isPending } = useTranscript(view.id);
  return (
    <div className={styles.frame}>
      {error && (
        <MessageBar intent="error" layout="multiline" className={styles.fault}>
          <MessageBarBody>
            <MessageBarTitle>{texts.panel.messagesFailed}</MessageBarTitle> {error.message}
          </MessageBarBody>
        </MessageBar>
      )}
      {isPending && (
        <div className={styles.centre}>
          <Spinner label={texts.loading} />
        </div>
      )}
      {messages && <Log view={view} me={me} messages={messages} onReply={onReply} />}
    </div>
  );
}

function Log({ view, me, messages, onReply }: Props & { messages: MessageView[] }) {
  const styles = useStyles();
  const [drawn, setDrawn] = useState(DRAWN);
  const { state } = useCompose(view.id);
  const customer = nameIn(view);
  const entries = useMemo(
    () => layOut({ all: messages, shown: messages.slice(-drawn) }, me.id, customer),
    [messages, drawn, me.id, customer],
  );
  const hidden = Math.max(0, messages.length - drawn);
  const arrived = new Set(messages.map((message) => message.clientId));
  const outgoing = state.outgoing.filter((entry) => !arrived.has(entry.clientId));
  const lastReply = entries.findLast(
    ({ message }) => message.kind === "message" && message.deletedAt === null,
  );
  const log = useFollowing(`${messages.at(-1)?.id}/${outgoing.length}`, drawn);

  const onJump = useCallback((messageId: string) => {
    if (document.getElementById(elementId(messageId)) === null)
      flushSync(() => setDrawn(Number.POSITIVE_INFINITY));
    const target = document.getElementById(elementId(messageId));
    target?.scrollIntoView({ block: "center" });
    target?.focus({ preventScroll: true });
  }, []);

  return (
    <div
      ref={log.ref}
      onScroll={log.onScroll}
      className={styles.log}
      role="log"
      aria-label={texts.panel.log(customer)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys must be able to scroll it
      tabIndex={0}
    >
      <div ref={log.content} className={styles.content}>
        {hidden > 0 && (
          <Button className={styles.earlier} appearance="subtle" onClick={() => setDrawn(drawn + DRAWN)}>
            {texts.panel.earlier(Math.min(hidden, DRAWN))}
          </Button>
        )}
        {entries.length === 0 && outgoing.length === 0 && (
          <div className={styles.centre}>{texts.panel.noMessages}</div>
        )}
        {entries.map(({ dividers, ...entry }) => (
          <Fragment key={entry.message.id}>
            {dividers.map((words) => (
              <Divider key={words}>{words}</Divider>
            ))}
            {entry.message.kind === "event" ? (
              <EventNote message={entry.message} author={entry.author} />
            ) : (
              <Bubble
                {...entry}
                last={entry.message === lastReply?.message}
                onJump={onJump}
                onReply={onReply}
              />
            )}
          </Fragment>
        ))}
        {outgoing.map((entry) => (
          <OutgoingBubble key={entry.clientId} entry={entry} />
        ))}
        <span id={REPLY_KEYS_ID} hidden>
          {texts.reply.keys}
        </span>
      </div>
    </div>
  );
}
