import type { Message } from "../../core/conversation";
import type { Doc, Store } from "../../core/store";
import { transact } from "../../core/transact";
import { type Announcement, type Offer, ROUTING_GROUP } from "../../core/workItem";
import type { HistoryRow } from "../effects/effects";
import { type DoorCount, toDoorCount } from "../watch/counters";
import { isBare, toBareRow } from "./figures";

/** The partition of a closed conversation's row. */
export const dayOf = (closedAt: number): string => new Date(closedAt).toISOString().slice(0, 10);

/** Leaves only figures of a closed conversation's row, under the pseudonym where one is given. Done twice is done once. */
export async function bareRow(
  store: Store,
  row: { conversationId: string; closedAt: number },
  now: number,
  alias?: string,
): Promise<void> {
  const id = `closed~${row.conversationId}`;
  await transact(store, "history", dayOf(row.closedAt), "erase", async (tx) => {
    const known = await tx.read<HistoryRow>(id);
    if (known === undefined || (alias === undefined && isBare(known))) return;
    const bare = toBareRow(known, now, alias);
    // A thread may begin again with number one after it was erased.
    const isTaken = bare.id !== id && (await tx.read(bare.id)) !== undefined;
    if (bare.id !== id) tx.remove(id);
    tx.put(isTaken ? { ...bare, id: `${bare.id}~${known.closedAt}` } : bare);
  });
}

/** Offers and announcements of conversations: what agents were shown, what customers were to be told. How many went. */
export async function dropOffers(
  store: Store,
  isMeant: (conversationId: string) => boolean,
): Promise<number> {
  let gone = 0;
  for (const type of ["offer", "announcement"]) {
    let cursor: string | undefined;
    do {
      const page = await store.query<Offer | Announcement>("routing", "agents", {
        partition: ROUTING_GROUP,
        equals: { type },
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { doc } of page.items) {
        if (!isMeant(doc.conversationId)) continue;
        const ops = [{ do: "delete" as const, id: doc.id }];
        if ((await store.batch("routing", ROUTING_GROUP, ops, "erase")).ok) gone += 1;
      }
      cursor = page.next;
    } while (cursor !== undefined);
  }
  return gone;
}

/** The ledger of these hours cannot add up any more: it says so instead of crying loss. */
export async function markHours(store: Store, docs: readonly Doc[]): Promise<void> {
  const hours = new Set(docs.flatMap((doc) => (doc.type === "message" ? (doc as Message).hour : [])));
  for (const key of hours) {
    const [instanceId, hour] = [key.slice(0, key.lastIndexOf("@")), key.slice(key.lastIndexOf("@") + 1)];
    const fresh = toDoorCount(instanceId, hour);
    await transact(store, "history", hour.slice(0, 10), "erase", async (tx) => {
      const known = await tx.read<DoorCount>(fresh.id);
      if (known?.removed !== true) tx.put<DoorCount>({ ...(known ?? fresh), removed: true });
    });
  }
}
