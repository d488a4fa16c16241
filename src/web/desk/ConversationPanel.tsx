import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, Spinner } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { ConversationView, MeView } from "../../desk/contract";
import { api, type ConversationAction } from "../api";
import { Composer } from "./Composer";
import { EmptyState } from "./EmptyState";
import { focusLists } from "./focusLists";
import { MessageLog } from "./MessageLog";
import { PanelHeader } from "./PanelHeader";
import { keys, useConversation } from "./queries";
import { texts } from "./texts";
import { WindowClock } from "./WindowClock";
import { whyNotWriting } from "./writing";

const useStyles = makeStyles({
  panel: { height: "100%", display: "flex", flexDirection: "column", minWidth: 0 },
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
  const client = useQueryClient();
  const composer = useRef<HTMLTextAreaElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const wantsFocus = useRef(takeFocus);
  const mayWrite = whyNotWriting(view, me.id) === null;

  useEffect(() => {
    if (!wantsFocus.current || !mayWrite) return;
    wantsFocus.current = false;
    composer.current?.focus();
  }, [mayWrite]);

  const act = useMutation({
    mutationFn: (action: ConversationAction) => api.act(view.id, action),
    onSuccess: (changed, action) => {
      client.setQueryData(keys.conversation(view.id), changed);
      moveFocus(action);
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.lists });
      void client.invalidateQueries({ queryKey: keys.conversation(view.id) });
      void client.invalidateQueries({ queryKey: keys.me });
    },
  });

  /** The button pressed disappears: the focus goes where the work goes on. */
  function moveFocus(action: ConversationAction): void {
    if (action === "pick" || action === "open") wantsFocus.current = true;
    else if (action === "end") heading.current?.focus();
    else {
      onLeave();
      focusLists();
    }
  }

  return (
    <article className={styles.panel} aria-labelledby="conversation-heading">
      <PanelHeader
        view={view}
        me={me}
        headingRef={heading}
        busy={act.isPending}
        onAction={(action) => act.mutate(action)}
        onLeave={onLeave}
      />
      {act.error && (
        <MessageBar intent="error" layout="multiline" className={styles.fault}>
          <MessageBarBody>
            <MessageBarTitle>{texts.panel.actionFailed}</MessageBarTitle> {act.error.message}
          </MessageBarBody>
        </MessageBar>
      )}
      <MessageLog view={view} me={me} />
      {view.windowClosesAt !== null && view.state !== "closed" && (
        <WindowClock closesAt={view.windowClosesAt} />
      )}
      <Composer view={view} me={me} inputRef={composer} />
    </article>
  );
}
