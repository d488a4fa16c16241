import {
  Link,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  tokens,
} from "@fluentui/react-components";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { ConversationView, MeView } from "../../desk/contract";
import { ConversationRow, ROW_HEIGHT } from "./ConversationRow";
import { EmptyState } from "./EmptyState";
import { type ListTab, useConversationList, usePeople } from "./queries";
import { texts } from "./texts";
import { useUnread } from "./useUnread";

const useStyles = makeStyles({
  scope: { padding: "8px 16px 4px", fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3 },
  scroller: { flexGrow: 1, minHeight: 0, overflowY: "auto", contain: "strict", padding: "4px 8px 8px" },
  rows: { position: "relative", width: "100%" },
  centre: { flexGrow: 1, display: "grid", placeItems: "center" },
  fault: { margin: "12px" },
});

interface Props {
  tab: ListTab;
  me: MeView;
  chosen: string | null;
  onChoose: (id: string) => void;
}

export function ConversationList({ tab, me, chosen, onChoose }: Props) {
  const styles = useStyles();
  const list = useConversationList(tab, me);
  const rows = list.data ?? [];
  return (
    <>
      {tab === "open" && <p className={styles.scope}>{scopeText(me)}</p>}
      {list.error && (
        <MessageBar intent="error" layout="multiline" className={styles.fault}>
          <MessageBarBody>
            <MessageBarTitle>{texts.lists.failed}</MessageBarTitle> {list.error.message}
          </MessageBarBody>
        </MessageBar>
      )}
      {list.isPending && (
        <div className={styles.centre}>
          <Spinner size="small" label={texts.loading} />
        </div>
      )}
      {list.isSuccess && rows.length === 0 && <EmptyList tab={tab} me={me} />}
      {rows.length > 0 && (
        <Rows
          label={texts.lists[tab]}
          rows={rows}
          me={me}
          chosen={chosen}
          onChoose={onChoose}
          onNearEnd={() => {
            if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
          }}
        />
      )}
    </>
  );
}

interface RowsProps {
  label: string;
  rows: ConversationView[];
  me: MeView;
  chosen: string | null;
  onChoose: (id: string) => void;
  onNearEnd: () => void;
}

/** Draws only the rows in sight, so that thousands scroll as well as ten. */
function Rows({ label, rows, me, chosen, onChoose, onNearEnd }: RowsProps) {
  const styles = useStyles();
  const people = usePeople();
  const isUnread = useUnread(rows, chosen);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.id ?? index,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const nearEnd = (items.at(-1)?.index ?? 0) >= rows.length - 5;
  useEffect(() => {
    if (nearEnd) onNearEnd();
  }, [nearEnd, onNearEnd]);

  const focusable = Math.min(active, rows.length - 1);

  function move(event: KeyboardEvent) {
    const target = { ArrowDown: focusable + 1, ArrowUp: focusable - 1, Home: 0, End: rows.length - 1 }[
      event.key
    ];
    if (target === undefined || target < 0 || target >= rows.length) return;
    event.preventDefault();
    setActive(target);
    virtualizer.scrollToIndex(target);
    // The row may come into being only with the scroll.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus(),
    );
  }

  return (
    <div className={styles.scroller} ref={scroller}>
      <div
        className={styles.rows}
        role="listbox"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={move}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <ConversationRow
                key={item.key}
                view={row}
                me={me}
                people={people}
                index={item.index}
                count={rows.length}
                top={item.start}
                chosen={row.id === chosen}
                unread={isUnread(row)}
                focusable={item.index === focusable}
                onChoose={() => {
                  setActive(item.index);
                  onChoose(row.id);
                }}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function scopeText(me: MeView): string {
  if (me.queues.length === 0) return texts.lists.noQueues;
  return texts.lists.openScope(me.queues.map((queue) => queue.name).join(", "));
}

function EmptyList({ tab, me }: { tab: ListTab; me: MeView }) {
  switch (tab) {
    case "mine":
      return (
        <EmptyState title={texts.lists.mineEmpty}>
          {me.presence.presence === "available" ? texts.lists.mineEmptyOnline : texts.lists.mineEmptyOffline}{" "}
          <TryIt />
        </EmptyState>
      );
    case "open":
      return <EmptyState title={texts.lists.openEmpty}>{texts.lists.openEmptyHint}</EmptyState>;
    case "helper":
      return <EmptyState title={texts.lists.helperEmpty}>{texts.lists.helperEmptyHint}</EmptyState>;
    default:
      return tab satisfies never;
  }
}

/** The telephones exist only where Switchboard runs for development: on one's own machine. */
function TryIt() {
  if (!["localhost", "127.0.0.1", "[::1]"].includes(location.hostname)) return null;
  return (
    <>
      {texts.lists.tryIt}
      <Link href="/phone" target="_blank" inline>
        {texts.lists.phoneLink}
      </Link>
      .
    </>
  );
}
