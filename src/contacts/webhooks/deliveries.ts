import { Conflict, NotFound } from "../../core/errors";
import { isName } from "../../core/ids";
import type { RecordEvent } from "../../core/owed";
import type { Page, Store, Stored } from "../../core/store";
import {
  type Delivery,
  type DeliveryState,
  deliveryId,
  ended,
  targetKey,
  toDelivery,
  waiting,
} from "./delivery";

/** The documents of deliveries. A lost race is a result: whoever won goes on with it. */
export function createDeliveries({ store }: { store: Store }) {
  async function replace({ doc: before, etag }: Stored<Delivery>, doc: Delivery) {
    const op = { do: "replace", doc, etag } as const;
    const result = await store.batch("contacts", targetKey(before.target), [op], "webhook");
    return result.ok ? { doc, etag: result.etags[0] ?? "" } : undefined;
  }

  async function firstOf(target: string, record: string): Promise<Stored<Delivery> | undefined> {
    const partition = targetKey(target);
    const page = await store.query<Delivery>("contacts", "ofRecord", {
      partition,
      equals: { record },
      limit: 1,
    });
    return page.items[0];
  }

  return {
    replace,
    /** The oldest of a record that waits. */
    firstOf,

    /** Makes a delivery; one that is there already stays as it is. */
    async add(target: string, event: RecordEvent, now: number): Promise<void> {
      const op = { do: "create", doc: toDelivery(target, event, now) } as const;
      await store.batch("contacts", targetKey(target), [op], "webhook");
    },

    /** Those that wait, by the time of their next attempt. */
    async waiting(target: string, limit: number, upTo?: number): Promise<Stored<Delivery>[]> {
      const options = { partition: targetKey(target), limit, ...(upTo === undefined ? {} : { upTo }) };
      return (await store.query<Delivery>("contacts", "sending", options)).items;
    },

    /** The newest first. */
    async list(
      target: string,
      { state, ...page }: { state?: DeliveryState; limit: number; cursor?: string },
    ): Promise<Page<Delivery>> {
      // The query of tickets serves: one type, maybe one state, newest first.
      const { items, ...rest } = await store.query<Delivery>("contacts", "tickets", {
        partition: targetKey(target),
        equals: { type: "delivery", ...(state === undefined ? {} : { state }) },
        ...page,
      });
      return { ...rest, items: items.map(({ doc }) => doc) };
    },

    /** Sends it again, whatever became of it. Throws NotFound; Conflict WRONG_STATE for one that waits. */
    async again(target: string, id: string, now: number): Promise<Delivery> {
      const known = isName(id) ? await store.read<Delivery>("contacts", targetKey(target), id) : undefined;
      if (known?.doc.type !== "delivery") throw new NotFound("NOT_FOUND", `There is no delivery ${id}.`);
      if (known.doc.state === "waiting")
        throw new Conflict("WRONG_STATE", "It waits already; it is sent by itself.");
      const replaced = await replace(known, waiting({ ...known.doc, attempts: 0, since: now }, now));
      if (replaced === undefined)
        throw new Conflict("CHANGED_MEANWHILE", "Somebody else sent it again; read it again.");
      return replaced.doc;
    },

    /** Gives up on one. */
    giveUp: (stored: Stored<Delivery>, now: number) => replace(stored, ended(stored.doc, "dead", now)),

    idOf: deliveryId,
  };
}

export type Deliveries = ReturnType<typeof createDeliveries>;
