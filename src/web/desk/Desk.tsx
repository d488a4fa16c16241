import {
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  tokens,
} from "@fluentui/react-components";
import { useState } from "react";
import { useLocation, useRoute } from "wouter";
import type { MeView } from "../../desk/contract";
import { ConversationPanel } from "./ConversationPanel";
import { ComposeContext, type ComposeStore } from "./compose";
import { Header } from "./Header";
import { Lists } from "./Lists";
import { NothingChosen } from "./NothingChosen";
import { Offers } from "./Offers";
import { texts } from "./texts";
import { useDeskEvents } from "./useDeskEvents";

/** Below this the lists and the conversation take turns. */
const NARROW = "@media (max-width: 860px)";

const useStyles = makeStyles({
  desk: {
    height: "100dvh",
    display: "grid",
    gridTemplateRows: "auto auto minmax(0, 1fr)",
    gridTemplateColumns: "minmax(0, 1fr)",
    backgroundColor: tokens.colorNeutralBackground1,
  },
  lost: { gridRow: "2" },
  body: {
    gridRow: "3",
    minHeight: 0,
    display: "grid",
    gridTemplateColumns: "404px minmax(0, 1fr)",
    gridTemplateRows: "minmax(0, auto) minmax(0, 1fr)",
    gridTemplateAreas: '"offers panel" "lists panel"',
    [NARROW]: { gridTemplateColumns: "minmax(0, 1fr)", gridTemplateAreas: '"offers" "main"' },
  },
  offers: {
    gridArea: "offers",
    maxHeight: "50dvh",
    overflowY: "auto",
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    [NARROW]: { borderRight: "none" },
  },
  lists: {
    gridArea: "lists",
    minHeight: 0,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    [NARROW]: { gridArea: "main", borderRight: "none" },
  },
  panel: { gridArea: "panel", minHeight: 0, minWidth: 0, [NARROW]: { gridArea: "main" } },
  hiddenNarrow: { [NARROW]: { display: "none" } },
});

export function Desk({ me, compose }: { me: MeView; compose: ComposeStore }) {
  const styles = useStyles();
  const live = useDeskEvents();
  const [, navigate] = useLocation();
  const [, params] = useRoute("/desk/c/:id");
  const chosen = params?.id ?? null;
  /** The conversation whose composer or heading takes the focus when it appears. */
  const [focused, setFocused] = useState<string | null>(null);

  function show(id: string, focus: boolean) {
    setFocused(focus ? id : null);
    navigate(`/desk/c/${encodeURIComponent(id)}`);
  }

  return (
    <ComposeContext value={compose}>
      <div className={styles.desk}>
        <Header me={me} />
        {!live && (
          <MessageBar intent="warning" className={styles.lost}>
            <MessageBarBody>
              <MessageBarTitle>{texts.connection.title}</MessageBarTitle> {texts.connection.body}
            </MessageBarBody>
          </MessageBar>
        )}
        <div className={styles.body}>
          <Offers me={me} className={styles.offers} onAccepted={(id) => show(id, true)} />
          <aside
            className={mergeClasses(styles.lists, chosen !== null && styles.hiddenNarrow)}
            aria-label={texts.lists.heading}
          >
            <Lists me={me} chosen={chosen} onChoose={(id) => show(id, false)} />
          </aside>
          <main className={mergeClasses(styles.panel, chosen === null && styles.hiddenNarrow)}>
            {chosen === null ? (
              <NothingChosen presence={me.presence.presence} />
            ) : (
              <ConversationPanel
                key={chosen}
                id={chosen}
                me={me}
                takeFocus={focused === chosen}
                onLeave={() => navigate("/desk")}
              />
            )}
          </main>
        </div>
      </div>
    </ComposeContext>
  );
}
