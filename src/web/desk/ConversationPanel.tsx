import {
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Spinner,
  tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ConversationView, MessageView, MeView } from "../../desk/contract";
import { api, type ConversationAction } from "../api";
import { useMediaQuery } from "../shared/useMediaQuery";
import { useNow } from "../shared/useNow";
import { Composer } from "./Composer";
import { useCompose } from "./compose";
import { CustomerPanel } from "./customer/CustomerPanel";
import { DispositionPicker } from "./DispositionPicker";
import { EmptyState } from "./EmptyState";
import { focusLists } from "./focusLists";
import { HandoffNote } from "./HandoffNote";
import { HealthBanner } from "./HealthBanner";
import { MessageLog } from "./MessageLog";
import { PanelHeader } from "./PanelHeader";
import { nameIn } from "./people";
import { quotedText } from "./Quote";
import { keys, useConversation } from "./queries";
import { windowAt } from "./replyWindow";
import { TypingNote } from "./TypingNote";
import { texts } from "./texts";
import { useFileDrop } from "./useFileDrop";
import { useReadMark } from "./useReadMark";
import { WindowClock } from "./WindowClock";
import { whyNotWriting } from "./writing";

/** Room for lists, conversation and summary beside each other. */
const WIDE = "(min-width: 1200px)";

const useStyles = makeStyles({
  both: {
    position: "relative",
    height: "100%",
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    minWidth: 0,
  },
  beside: { gridTemplateColumns: "minmax(0, 1fr) 320px" },
  panel: { position: "relative", height: "100%", display: "flex", flexDirection: "column", minWidth: 0 },
  drop: {
    position: "absolute",
    inset: "8px",
    zIndex: 2,
    display: "grid",
    placeItems: "center",
    borderRadius: tokens.borderRadiusXLarge,
    border: `3px dashed ${tokens.colorBrandStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    fontSize: tokens.fontSizeBase500,
    fontWeight: tokens.fontWeightSemibold,
    // It must not take the drop itself.
    pointerEvents: "none",
  },
  centre: { height: "100%", display: "grid", placeItems: "center" },
  fault: { margin: "8px 16px 0", flexShrink: 0 },
});

interface Props {
  id: string;
  me: MeView;
  takeFocus: boolean;
  onLeave: () => void;
}

export function ConversationPanel({ id, me, takeFocus, onLeave }: Props) {
  const styles = useStyles();
  const { data: view, error } = useConversation(id);
  if (view !== undefined) return <Loaded view={view} me={me} takeFocus={takeFocus} onLeave={onLeave} />;
  if (error !== null) return <EmptyState title={texts.panel.missing}>{error.message}</EmptyState>;
  return (
    <div className={styles.centre}>
      <Spinner label={texts.loading} />
    </div>
  );
}

function Loaded({ view, me, takeFocus, onLeave }: Omit<Props, "id"> & { view: ConversationView }) {
  const styles = useStyles();
  const heading = useRef<HTMLHeadingElement>(null);
  const mayWrite = whyNotWriting(view, me.id) === null;
  const composer = useComposerFocus(takeFocus, mayWrite);
  const { shown, now } = useWindow(view);
  const open = mayWrite && shown.state !== "closed";
  const { store } = useCompose(view.id);
  const drop = useFileDrop(open && view.abilities.attachments, (files) => store.attach(view.id, files));
  useReadMark(view.id, mayWrite);

  /** The button pressed disappears: the focus goes where the work goes on. */
  const act = useAction(view.id, (action) => {
    if (action === "pick" || action === "open") composer.focusSoon();
    else if (action === "end") heading.current?.focus();
    else {
      onLeave();
      focusLists();
    }
  });

  const onReply = useCallback(
    (message: MessageView, author: string) => {
      store.replyTo(view.id, { id: message.id, author, text: quotedText(message) });
      composer.ref.current?.focus();
    },
    [store, view.id, composer.ref],
  );

  const summary = useSummaryPanel();
  return (
    <div className={mergeClasses(styles.both, summary.beside && styles.beside)}>
      <article className={styles.panel} aria-labelledby="conversation-heading" {...drop.handlers}>
        <PanelHeader
          view={view}
          me={me}
          headingRef={heading}
          busy={act.isPending}
          onAction={(action, note) => act.mutate({ action, note })}
          onLeave={onLeave}
          summaryOpen={summary.open}
          onSummary={summary.toggle}
        />
        {act.error && (
          <MessageBar intent="error" layout="multiline" className={styles.fault}>
            <MessageBarBody>
              <MessageBarTitle>{texts.panel.actionFailed}</MessageBarTitle> {act.error.message}
            </MessageBarBody>
          </MessageBar>
        )}
        <HealthBanner health={view.health} />
        <HandoffNote view={view} />
        <MessageLog view={view} me={me} onReply={open ? onReply : undefined} />
        <TypingNote conversationId={view.id} customer={nameIn(view)} />
        {view.state !== "closed" && <WindowClock window={shown} now={now} />}
        {whyNotWriting(view, me.id) === "wrapUp" && <DispositionPicker view={view} />}
        <Composer view={view} me={me} shut={shown.state === "closed"} inputRef={composer.ref} />
        {drop.over && <div className={styles.drop}>{texts.files.drop}</div>}
      </article>
      {summary.open && (
        <CustomerPanel
          conversationId={view.id}
          over={!summary.beside}
          headingRef={summary.headingRef}
          onClose={summary.close}
        />
      )}
    </div>
  );
}

/** Beside the conversation from the start where there is room; else it lies over it when asked for. */
function useSummaryPanel() {
  const wide = useMediaQuery(WIDE);
  const [wished, setWished] = useState<boolean | null>(null);
  const headingRef = useRef<HTMLHeadingElement>(null);
  const open = wished ?? wide;
  useEffect(() => {
    if (wished === true) headingRef.current?.focus();
  }, [wished]);
  const close = () => {
    setWished(false);
    document.getElementById("customer-toggle")?.focus();
  };
  return { open, beside: open && wide, headingRef, close, toggle: () => (open ? close() : setWished(true)) };
}

/** Gives the composer the focus once the agent may write, where that was wished for. */
function useComposerFocus(wished: boolean, mayWrite: boolean) {
  const ref = useRef<HTMLTextAreaElement>(null);
  const wanted = useRef(wished);
  useEffect(() => {
    if (!wanted.current || !mayWrite) return;
    wanted.current = false;
    ref.current?.focus();
  }, [mayWrite]);
  return {
    ref,
    focusSoon() {
      wanted.current = true;
    },
  };
}

function useAction(id: string, onDone: (action: ConversationAction) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ action, note }: { action: ConversationAction; note?: string | undefined }) =>
      api.act(id, action, note),
    onSuccess: (changed, { action }) => {
      client.setQueryData(keys.conversation(id), changed);
      onDone(action);
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.lists });
      void client.invalidateQueries({ queryKey: keys.conversation(id) });
      void client.invalidateQueries({ queryKey: keys.me });
    },
  });
}

/** The window as it is now; the server is asked again when it runs out. */
function useWindow(view: ConversationView) {
  const client = useQueryClient();
  const now = useNow(15_000);
  const shown = windowAt(view, now);
  const ranOut = shown !== view.window;
  useEffect(() => {
    if (ranOut) void client.invalidateQueries({ queryKey: keys.conversation(view.id) });
  }, [client, ranOut, view.id]);
  return { shown, now };
}
