import type { ContactBook } from "../core/contactBook";
import { messageOf } from "../core/errors";
import { createErasures } from "./erasure/erasures";
import { keyIn, type Ledger, type LedgerEntry, receiptsIn } from "./erasure/ledger";
import { openPseudonyms } from "./erasure/pseudonyms";
import { exportPerson } from "./export/exportPerson";
import { zipped } from "./export/zip";
import { findPerson, type Subject } from "./person";
import type { PrivacyPorts } from "./ports";
import { createRetention } from "./retention/retention";
import { createRetentionHooks } from "./retentionHooks";

/** Keeping no longer than wanted, handing out and erasing what is kept of people. Throws StoreError. */
export async function openPrivacy(ports: PrivacyPorts & { book: ContactBook; ledger?: Ledger | undefined }) {
  const { store, book, clock, log, ledger } = ports;
  const kept = (await ledger?.read()) ?? [];
  const pseudonyms = await openPseudonyms(store, keyIn(kept));
  if (ledger !== undefined && keyIn(kept) === undefined) await ledger.keep({ key: pseudonyms.key });
  const erasures = createErasures({ ...ports, pseudonyms });
  const retention = createRetention(ports, createRetentionHooks({ store, book }, erasures));
  let starting: Promise<unknown> = Promise.resolve();

  return {
    erasures,
    retention,
    /** Everything on a person as a zip archive, made while it is read. Throws NotFound before the first byte. */
    async exported(subject: Subject): Promise<AsyncIterable<Uint8Array>> {
      const person = await findPerson({ store, book }, subject);
      return zipped(exportPerson(ports, person, clock.now()), clock.now());
    },
    /** What a restored store needs to be told: the key, then every receipt. */
    async ledgerEntries(): Promise<LedgerEntry[]> {
      const entries: LedgerEntry[] = [{ key: pseudonyms.key }];
      for (let cursor: string | undefined; ; ) {
        const page = await erasures.docs.receipts({
          limit: 500,
          ...(cursor === undefined ? {} : { cursor }),
        });
        entries.push(...page.items.map(({ doc }) => ({ receipt: doc })));
        if (page.next === undefined) return entries;
        cursor = page.next;
      }
    },
    /** Takes up what was under way, and erases again what a restored backup brought back. */
    start(): void {
      starting = erasures
        .reapply(receiptsIn(kept))
        .catch((error) =>
          log.error({ error: messageOf(error) }, "restored data could not be looked through"),
        );
      retention.start();
    },
    async stop(): Promise<void> {
      await starting;
      await Promise.all([erasures.stop(), retention.stop()]);
    },
  };
}

export type Privacy = Awaited<ReturnType<typeof openPrivacy>>;
