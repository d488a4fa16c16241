import { readPhone } from "../../../src/contacts/book/phone";
import type { CustomerProfile, Inbound } from "../../../src/core/channel";
import type { ContactFields } from "../../../src/core/contact";
import type { RecordsSettings } from "../../../src/core/settings";
import type { WorkItem } from "../../../src/core/workItem";
import { createBench, message, type PipelineBench } from "../bench";

export const BY = { kind: "agent", id: "ana" } as const;
export const PHONE = "+12065550100";

/** Loaded at its first use, which takes longer than a bench waits for quiet. */
const numbers = readPhone(PHONE);

/** A customer's text, with what the platform tells of them in the same webhook. */
export function said(customer: string, text: string, profile?: CustomerProfile): Inbound {
  const inbound = message(customer, text);
  return profile === undefined || inbound.kind !== "activity" ? inbound : { ...inbound, profile };
}

type Options = NonNullable<Parameters<typeof createBench>[0]>;

/** The pipeline with a contact book; one page whose records are as given. */
export function createIdentityBench(options: Options & { records?: Partial<RecordsSettings> } = {}) {
  const { records, ...rest } = options;
  const bench = createBench({
    instances: [
      {
        externalId: "2000",
        ...(records === undefined
          ? {}
          : { records: { createContact: false, createTicket: false, ...records } }),
      },
    ],
    ...rest,
    contacts: true,
  });
  return Object.assign(bench, {
    /** Customers write; resolves when all is quiet. */
    async tell(customer: string, text: string, profile?: CustomerProfile): Promise<void> {
      await numbers;
      await bench.webhook(said(customer, text, profile));
      await bench.quiet();
    },
    /** A contact with this mobile phone. */
    async contact(id: string, fields: Partial<ContactFields> = {}): Promise<void> {
      await bench.book.create(
        { name: id, phones: [{ number: PHONE, kind: "mobile" }], ...fields },
        BY,
        `c~${id}`,
      );
      await bench.quiet();
    },
    async close(customer: string, n = 1): Promise<WorkItem> {
      const item = await bench.item(customer, n);
      if (item === undefined) throw new TypeError(`conversation ${n} is not live`);
      await bench.pipeline.closing.close(item, "agentEnded");
      await bench.quiet();
      return item;
    },
  });
}

export type IdentityBench = ReturnType<typeof createIdentityBench> & PipelineBench;
