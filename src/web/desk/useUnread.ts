import { useEffect } from "react";
import type { ConversationView } from "../../desk/contract";

/** Last activity seen, by conversation; shared by the tabs and forgotten with the page. */
const seen = new Map<string, string>();

/** Tells whether a conversation has had something new since it was last on the screen. */
export function useUnread(
  rows: ConversationView[],
  chosen: string | null,
): (row: ConversationView) => boolean {
  useEffect(() => {
    for (const row of rows) {
      if (row.id === chosen || !seen.has(row.id)) seen.set(row.id, row.lastAt);
    }
  }, [rows, chosen]);
  return (row) => row.id !== chosen && (seen.get(row.id) ?? row.lastAt) < row.lastAt;
}
