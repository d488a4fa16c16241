import { Conflict } from "../../core/errors";
import type { Doc, Op, Store } from "../../core/store";
import { NUMBERS } from "./places";

/** Numbers given out so far. */
interface CounterDoc extends Doc {
  id: typeof NUMBERS.id;
  type: "counter";
  last: number;
}

const FIRST = 1000;
/** A server takes so many at a time: one write for fifty tickets, at the price of gaps after a restart. */
const BLOCK = 50;
const MAX_RACES = 50;

/** Ticket numbers: "T-1001", … Unique over all servers and never given out twice; growing, with gaps. */
export function createTicketNumbers(store: Store) {
  let next = 0;
  let end = 0;
  let taking: Promise<void> | undefined;

  async function takeBlock(): Promise<void> {
    for (let race = 0; race < MAX_RACES; race++) {
      const before = await store.read<CounterDoc>("contacts", NUMBERS.partition, NUMBERS.id);
      const from = before?.doc.last ?? FIRST;
      const doc: CounterDoc = { id: NUMBERS.id, type: "counter", last: from + BLOCK };
      const op: Op = before === undefined ? { do: "create", doc } : { do: "replace", doc, etag: before.etag };
      if (!(await store.batch("contacts", NUMBERS.partition, [op], "ticketNumbers")).ok) continue;
      [next, end] = [from + 1, from + BLOCK];
      return;
    }
    throw new Conflict("CHANGED_MEANWHILE", "No ticket number could be had; try again.");
  }

  return {
    /** Throws StoreError. */
    async take(): Promise<string> {
      while (next === 0 || next > end) {
        taking ??= takeBlock().finally(() => {
          taking = undefined;
        });
        await taking;
      }
      return `T-${next++}`;
    },
  };
}
