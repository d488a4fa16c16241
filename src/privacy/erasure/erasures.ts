import type { ContactBook } from "../../core/contactBook";
import { messageOf } from "../../core/errors";
import { newId } from "../../core/ids";
import { createLease } from "../../pipeline/duty/lease";
import { findPerson, type Person, type Subject } from "../person";
import type { PrivacyPorts } from "../ports";
import {
  type Counts,
  createErasureDocs,
  ERASURE_STEPS,
  type ErasureDoc,
  type ErasureReason,
  type ErasureStep,
  type ReceiptDoc,
} from "./erasureDocs";
import type { Ledger } from "./ledger";
import { checkToken, countPerson, previewToken } from "./preview";
import type { Pseudonyms } from "./pseudonyms";
import { reapply } from "./reapply";
import { createSteps } from "./steps";
import { toErasure } from "./toErasure";

const LOOK_MS = 15_000;
/** While one waits for something that ends within a minute. */
const WAIT_MS = 2_000;
const LEASE_MS = 5 * 60_000;
/** Contacts that nobody touched for long need no haste, and no new writing of the whole database. */
const WITHOUT_SCRUB: ReadonlySet<ErasureReason> = new Set(["retention"]);

export interface ErasurePreview {
  person: Person;
  counts: Counts;
  confirm: string;
}

export interface ErasurePorts extends PrivacyPorts {
  book: ContactBook;
  pseudonyms: Pseudonyms;
  ledger?: Ledger | undefined;
}

/** Steps that look through much, and are done once for all that wait. */
const TOGETHER: ReadonlySet<ErasureStep> = new Set(["audit", "scrub"]);

/**
 * Erasures: durable, worked by one server at a time, taken up again after a crash at the step that was under way. Each ends
 * with one receipt.
 */
export function createErasures(ports: ErasurePorts) {
  const { store, clock, log, book, pseudonyms } = ports;
  const docs = createErasureDocs(store);
  const steps = createSteps(ports, book, pseudonyms);
  const lease = createLease(ports, { name: "erasures", ms: LEASE_MS });
  let cancel: (() => void) | undefined;
  let running: Promise<unknown> | undefined;
  let again = false;
  let stopped = false;

  /** One step; undefined when it must wait. */
  async function advance(erasure: ErasureDoc): Promise<ErasureDoc | undefined> {
    const { step } = erasure;
    if (step === "scrub" || step === "audit") return undefined;
    if (step === "receipt") return giveReceipt(erasure);
    // What it waited for the last time is no reason to go on waiting.
    const { waiting: _waited, ...known } = erasure;
    const { waiting, ...done } = await steps[step](known);
    const next = ERASURE_STEPS[ERASURE_STEPS.indexOf(step) + 1] ?? "scrub";
    const doc: ErasureDoc = waiting === undefined ? { ...done, step: next } : { ...done, waiting };
    if (JSON.stringify(doc) !== JSON.stringify(erasure)) await docs.change(erasure.id, () => doc);
    return waiting === undefined ? doc : undefined;
  }

  /** From here on nothing of ours tells who it was. */
  async function giveReceipt(erasure: ErasureDoc): Promise<ErasureDoc> {
    await docs.keepReceipt(toReceipt(erasure, pseudonyms, clock.now()));
    const kept = await docs.receipt(erasure.id);
    if (kept !== undefined) await ports.ledger?.keep({ receipt: kept.doc });
    return docs.change(erasure.id, (known) => ({
      ...known,
      step: "scrub",
      contactIds: [],
      threads: [],
      keys: [],
    }));
  }

  /** One for all that came so far: it writes the whole database anew. */
  async function scrub(waiting: readonly ErasureDoc[]): Promise<void> {
    if (waiting.length === 0) return;
    if (waiting.some(({ reason }) => !WITHOUT_SCRUB.has(reason))) await ports.scrub?.();
    for (const { id, reason } of waiting) {
      if (ports.scrub !== undefined && !WITHOUT_SCRUB.has(reason)) await docs.scrubbed(id, clock.now());
      await docs.remove(id);
      log.info({ erasureId: id }, "an erasure is complete");
    }
  }

  async function workAll(): Promise<void> {
    const begun = (await docs.underWay()).items.map(({ doc }) => doc);
    const reached = await all(begun, workOne);
    const audited = await audit(reached.filter(({ step }) => step === "audit"));
    const ended = await all(audited, workOne);
    const toScrub = [...reached, ...ended].filter(({ step }) => step === "scrub");
    if (!stopped) await scrub(toScrub);
  }

  /** To the next step that is done for all together; undefined when it waits, or broke off. */
  async function workOne(begun: ErasureDoc): Promise<ErasureDoc | undefined> {
    let erasure: ErasureDoc | undefined = begun;
    try {
      while (erasure !== undefined && !TOGETHER.has(erasure.step) && !stopped)
        erasure = await advance(erasure);
      return stopped ? undefined : erasure;
    } catch (error) {
      const fields = { erasureId: begun.id, error: messageOf(error) };
      log.error(fields, "an erasure broke off; it goes on shortly");
      return undefined;
    }
  }

  async function audit(waiting: readonly ErasureDoc[]): Promise<ErasureDoc[]> {
    if (waiting.length === 0 || stopped) return [];
    try {
      const done = await steps.audit(waiting);
      return await all(done, (erasure) => docs.change(erasure.id, () => ({ ...erasure, step: "receipt" })));
    } catch (error) {
      log.error({ error: messageOf(error) }, "the audit could not be erased yet; it goes on shortly");
      return [];
    }
  }

  async function run(): Promise<void> {
    if (!(await lease.hold())) return;
    do {
      again = false;
      await workAll();
    } while (again && !stopped);
  }

  function kick(): Promise<unknown> {
    again = true;
    cancel?.();
    running ??= run()
      .catch((error) => log.error({ error: messageOf(error) }, "erasures could not be worked; again shortly"))
      .finally(async () => {
        running = undefined;
        const left = await docs.underWay().catch(() => ({ items: [] }));
        schedule(left.items.length > 0 ? WAIT_MS : LOOK_MS);
      });
    return running;
  }

  function schedule(ms: number): void {
    cancel?.();
    if (!stopped) cancel = clock.after(ms, () => void kick());
  }

  async function begin(
    person: Person,
    { reason, by, counts }: { reason: ErasureReason; by: string; counts: Counts },
  ): Promise<ErasureDoc> {
    const doc = toErasure(person, { id: newId("erasure"), reason, by, counts, at: clock.now(), pseudonyms });
    await docs.create(doc);
    return doc;
  }

  return {
    docs,
    start: () => schedule(1),
    /** Works everything that can be worked now. */
    kick,
    /** What an erasure would remove. Throws NotFound. */
    async preview(subject: Subject): Promise<ErasurePreview> {
      const person = await findPerson(ports, subject);
      const counts = await countPerson(store, person);
      return { person, counts, confirm: previewToken(subject, person, clock.now(), pseudonyms) };
    },
    /**
     * Begins one; it is durable when this resolves. Throws NotFound, InputError for a preview that is too old, Conflict when
     * it is no longer what the preview showed.
     */
    async erase(
      subject: Subject,
      { confirm, reason, by }: { confirm: string; reason: ErasureReason; by: string },
    ): Promise<ErasureDoc> {
      const person = await findPerson(ports, subject);
      checkToken(confirm, { subject, person, now: clock.now() }, pseudonyms);
      const doc = await begin(person, { reason, by, counts: await countPerson(store, person) });
      void kick();
      return doc;
    },
    /** Without a preview: retention has its own rules. */
    async eraseForRetention(subject: Subject): Promise<void> {
      const person = await findPerson(ports, subject);
      await begin(person, { reason: "retention", by: "retention", counts: await countPerson(store, person) });
      schedule(WAIT_MS);
    },
    /** What these receipts are about and the store still has, or has again, is erased. How many were begun. */
    async reapply(receipts: readonly ReceiptDoc[]): Promise<number> {
      const begun = await reapply({ store, book, pseudonyms }, receipts);
      if (begun > 0)
        log.warn({ erasures: begun }, "the store is older than these erasures; they are done again");
      void kick();
      return begun;
    },
    async stop(): Promise<void> {
      stopped = true;
      cancel?.();
      await running;
      await lease.release().catch(() => {});
    },
  };
}

export type Erasures = ReturnType<typeof createErasures>;

function toReceipt(erasure: ErasureDoc, pseudonyms: Pseudonyms, now: number): ReceiptDoc {
  const { id, pseudonym, counts, reason, by, at, contactIds, threads, again } = erasure;
  return {
    ...{ id, type: "receipt", pseudonym, counts, reason, by, at, finishedAt: now },
    channels: [...new Set(threads.flatMap(({ channel }) => channel ?? []))].sort(),
    contacts: contactIds.map((contactId) => pseudonyms.contact(contactId)),
    threads: threads.map(({ threadId, part }) => ({ alias: pseudonyms.thread(threadId), part })),
    ...again,
  };
}

/** One after the other. */
async function all(
  erasures: readonly ErasureDoc[],
  work: (erasure: ErasureDoc) => Promise<ErasureDoc | undefined>,
): Promise<ErasureDoc[]> {
  const results: ErasureDoc[] = [];
  for (const erasure of erasures) {
    const result = await work(erasure);
    if (result !== undefined) results.push(result);
  }
  return results;
}
