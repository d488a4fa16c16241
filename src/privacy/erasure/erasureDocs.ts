import { NotFound } from "../../core/errors";
import type { Doc, Page, Store, Stored } from "../../core/store";
import { transact } from "../../core/transact";
import type { ThreadPart } from "../../pipeline/erase/threadPart";

export const ERASURE_REASONS = ["request", "objection", "retention", "restored", "other"] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/** What is erased, counted by kind. */
export const COUNTED = [
  "contacts",
  "profiles",
  "conversations",
  "messages",
  "files",
  "deadLetters",
  "consents",
  "tickets",
  "auditEntries",
] as const;
export type Counts = Record<(typeof COUNTED)[number], number>;

/** In the order of the work. Contacts go first: what a customer writes meanwhile must not find theirs again. */
export const ERASURE_STEPS = [
  "contacts",
  "threads",
  "profiles",
  "tickets",
  "audit",
  "receipt",
  "scrub",
] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

/** An erasure under way: partition "erasures" of `contacts`. Until its receipt stands it names whom it is about. */
export interface ErasureDoc extends Doc {
  type: "erasure";
  step: ErasureStep;
  pseudonym: string;
  contactIds: readonly string[];
  threads: readonly { threadId: string; part: ThreadPart; channel?: string; done?: true }[];
  /** Keys of look-ups of the contacts. */
  keys: readonly string[];
  counts: Counts;
  reason: ErasureReason;
  by: string;
  at: number;
  /** When the first record of them was made (ms): no audit entry about them is older. Absent: not known. */
  since?: number;
  /** What it waits for, in words. */
  waiting?: string;
  /** Of one that is done again on a restored store: what its receipt said. */
  again?: Pick<ReceiptDoc, "contacts" | "threads" | "channels">;
}

/** What stays of an erasure, for ever: partition "receipts". It names nobody. */
export interface ReceiptDoc extends Doc {
  type: "receipt";
  pseudonym: string;
  counts: Counts;
  reason: ErasureReason;
  /** Agent's id. */
  by: string;
  /** When it was asked for, and when nothing was left (ms). */
  at: number;
  finishedAt: number;
  /** When the content was gone from the disk, too; absent where the database service sees to that (ms). */
  scrubbedAt?: number;
  /** Channels whose platforms keep their own copy. */
  channels: readonly string[];
  /** Pseudonyms, so that a restored backup can be told what to erase again. */
  contacts: readonly string[];
  threads: readonly { alias: string; part: ThreadPart }[];
}

const UNDER_WAY = "erasures";
const RECEIPTS = "receipts";

/** Erasures and their receipts. All throw StoreError. */
export function createErasureDocs(store: Store) {
  return {
    async create(doc: ErasureDoc): Promise<void> {
      await store.batch("contacts", UNDER_WAY, [{ do: "create", doc }], "erasure");
    },
    read: (id: string): Promise<Stored<ErasureDoc> | undefined> => store.read("contacts", UNDER_WAY, id),
    receipt: (id: string): Promise<Stored<ReceiptDoc> | undefined> => store.read("contacts", RECEIPTS, id),
    /** Oldest first. */
    underWay: (): Promise<Page<Stored<ErasureDoc>>> =>
      store.query("contacts", "all", { partition: UNDER_WAY, limit: 500 }),
    receipts: (options: { limit: number; cursor?: string }): Promise<Page<Stored<ReceiptDoc>>> =>
      store.query("contacts", "all", { partition: RECEIPTS, ...options }),
    /** Throws NotFound when it ended meanwhile. */
    async change(id: string, change: (doc: ErasureDoc) => ErasureDoc): Promise<ErasureDoc> {
      return transact(store, "contacts", UNDER_WAY, "erasure", async (tx) => {
        const known = await tx.read<ErasureDoc>(id);
        if (known === undefined) throw new NotFound("NOT_FOUND", "This erasure has ended.");
        const next = change(known);
        tx.put(next);
        return next;
      });
    },
    async remove(id: string): Promise<void> {
      await store.batch("contacts", UNDER_WAY, [{ do: "delete", id }], "erasureDone");
    },
    /** One that stands already stays, but for the time of its scrub. */
    async keepReceipt(doc: ReceiptDoc): Promise<void> {
      await store.batch("contacts", RECEIPTS, [{ do: "create", doc }], "receipt");
    },
    async scrubbed(id: string, at: number): Promise<void> {
      await transact(store, "contacts", RECEIPTS, "receipt", async (tx) => {
        const known = await tx.read<ReceiptDoc>(id);
        if (known !== undefined && known.scrubbedAt === undefined) tx.put({ ...known, scrubbedAt: at });
      });
    },
  };
}
