import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  tokens,
} from "@fluentui/react-components";
import { Fragment, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ConversationView, MessageView, MeView } from "../../desk/contract";
import { Bubble } from "./Bubble";
import { useCompose } from "./compose";
import { Divider } from "./Divider";
import { EventNote } from "./EventNote";
import { layOut } from "./logLayout";
import { OutgoingBubble } from "./OutgoingBubble";
import { customerName } from "./people";
import { useTranscript } from "./queries";
import { texts } from "./texts";

/**
 * How many messages are drawn at first. Not a virtual list: a live region that mounts old messages while one
 * scrolls would read them out as new ones.
 */
const DRAWN = 200;
/** Nearer to the end than this, the log follows new messages. */
const FOLLOW_PX = 80;

const useStyles = makeStyles({
  frame: { flexGrow: 1, minHeight: 0, display: "flex", flexDirection: "column" },
  log: {
    flexGrow: 1,
    minHeight: 0,
    overflowY: "auto",
    padding: "12px 20px",
    display: "flex",
    flexDirection: "column",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
    "@media (max-width: 560px)": { padding: "12px" },
  },
  earlier: { alignSelf: "center", flexShrink: 0 },
  centre: { flexGrow: 1, display: "grid", placeItems: "center", color: tokens.colorNeutralForeground2 },
  fault: { margin: "8px 16px", flexShrink: 0 },
});

export function MessageLog({ view, me }: { view: ConversationView; me: MeView }) {
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
      {messages && <Log view={view} me={me} messages={messages} />}
    </div>
  );
}

function Log({ view, me, messages }: { view: ConversationView; me: MeView; messages: MessageView[] }) {
  const styles = useStyles();
  const [drawn, setDrawn] = useState(DRAWN);
  const { state } = useCompose(view.id);
  const customer = customerName(view.customer);
  const shown = messages.slice(-drawn);
  const hidden = messages.length - shown.length;
  const entries = useMemo(() => layOut(shown, me.id, customer), [shown, me.id, customer]);
  const arrived = new Set(messages.map((message) => message.clientId));
  const outgoing = state.outgoing.filter((entry) => !arrived.has(entry.clientId));
  const log = useFollowing(`${messages.at(-1)?.id}/${outgoing.length}`, drawn);

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
      {hidden > 0 && (
        <Button className={styles.earlier} appearance="subtle" onClick={() => setDrawn(drawn + DRAWN)}>
          {texts.panel.earlier(Math.min(hidden, DRAWN))}
        </Button>
      )}
      {entries.length === 0 && outgoing.length === 0 && (
        <div className={styles.centre}>{texts.panel.noMessages}</div>
      )}
      {entries.map(({ message, dividers, author, startsGroup }) => (
        <Fragment key={message.id}>
          {dividers.map((words) => (
            <Divider key={words}>{words}</Divider>
          ))}
          {message.kind === "event" ? (
            <EventNote message={message} />
          ) : (
            <Bubble message={message} author={author} startsGroup={startsGroup} />
          )}
        </Fragment>
      ))}
      {outgoing.map((entry) => (
        <OutgoingBubble key={entry.clientId} entry={entry} />
      ))}
    </div>
  );
}

/** Keeps the end in sight while the reader is there, and the place while older messages come in above. */
function useFollowing(end: string, drawn: number) {
  const ref = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const below = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new end is the reason to scroll
  useLayoutEffect(() => {
    const element = ref.current;
    if (element !== null && follows.current) element.scrollTop = element.scrollHeight;
  }, [end]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: more drawn above is the reason to move
  useLayoutEffect(() => {
    const element = ref.current;
    if (element !== null && !follows.current) element.scrollTop = element.scrollHeight - below.current;
  }, [drawn]);

  // The window, the composer or a notice changes the log's height: the end must stay in sight.
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (follows.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  function onScroll() {
    const element = ref.current;
    if (element === null) return;
    below.current = element.scrollHeight - element.scrollTop;
    follows.current = below.current - element.clientHeight < FOLLOW_PX;
  }

  return { ref, onScroll };
}
