import { type ContactFacts, toContactFacts } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import type { Head, LiveConversation } from "../../core/conversation";
import { linkAt } from "../../core/conversationContact";
import { Conflict, messageOf } from "../../core/errors";
import type { OwedStep } from "../../core/owed";
import type { Stored } from "../../core/store";
import { transact } from "../../core/transact";
import { ROUTING_GROUP, type WorkItem } from "../../core/workItem";
import { itemId, putItem } from "../../routing/workItems";
import type { PipelinePorts } from "../ports";
import type { Threads } from "../threads";
import { ownerFromOf } from "./links";
import { changedHands, contactAt } from "./owner";

const MAX_RACES = 50;

/** What a thread shall know of who writes there, as the profile has it. */
interface Truth {
  contact?: ContactFacts;
  contactFrom?: number;
  ownerFrom?: number;
  /** The link was made with the row of this very conversation: one that is not there yet comes with it. */
  madeWithRow: boolean;
}

/**
 * Head and live row know the contact by mirrors, so that no message has to look it up. They follow the profile and the
 * contact by owed steps: read again each time and written only where they differ, so a step done twice is done once, and
 * whichever of two comes last leaves what is true.
 */
export function createMirrors(ports: PipelinePorts, threads: Threads) {
  async function bring(threadId: string): Promise<void> {
    const head = await threads.serially(threadId, () => bringHead(threadId));
    if (head !== undefined) await bringRow(head);
  }

  async function bringHead(threadId: string): Promise<{ doc: Head; truth: Truth } | undefined> {
    const book = ports.contacts?.book;
    if (book === undefined) return undefined;
    for (let race = 0; race < MAX_RACES; race++) {
      // Before the truth: what others write in between makes the commit fail.
      const head = await freshHead(threadId);
      if (head === undefined) return undefined;
      const truth = await truthOf(book, head.doc);
      const next = withTruth(head.doc, truth);
      if (next === head.doc) return { doc: next, truth };
      if ((await threads.commit(head, next, [], "linked")).ok) return { doc: next, truth };
    }
    throw new Conflict("CHANGED_MEANWHILE");
  }

  /** On a shared store another server may have written it a moment ago. */
  async function freshHead(threadId: string): Promise<Stored<Head> | undefined> {
    if (!ports.store.exclusive) threads.forget(threadId);
    return threads.head(threadId);
  }

  async function bringRow({ doc, truth }: { doc: Head; truth: Truth }): Promise<void> {
    const { live } = doc;
    if (live === undefined) return;
    const isThere = await transact(ports.store, "routing", ROUTING_GROUP, "linkedRow", async (tx) => {
      const item = await tx.read<WorkItem>(itemId(live.id));
      if (item === undefined) return false;
      const change = changeOf(item, doc, live);
      if (change !== undefined) putItem(tx, item, change.set, change.drop);
      return true;
    });
    if (isThere || truth.madeWithRow) return;
    // Its row is still being made, from a head as it was before: then there is something to mend.
    const now = await freshHead(doc.threadId);
    if (now?.doc.live?.id === live.id)
      throw new Conflict("CHANGED_MEANWHILE", "The conversation's row is not there yet.");
  }

  async function truthOf(book: ContactBook, head: Head): Promise<Truth> {
    const profile = (await book.profile(head.threadId))?.doc;
    if (profile === undefined) return { madeWithRow: false };
    const n = head.live?.n ?? head.conversations + 1;
    const ownerFrom = ownerFromOf(profile);
    const owner = ownerFrom === undefined ? {} : { ownerFrom };
    const link = linkAt(profile.links, n);
    const contact = link === undefined ? undefined : await book.resolve(link.contactId);
    if (link === undefined || contact === undefined) return { ...owner, madeWithRow: false };
    const madeWithRow = link.how !== "agent" && link.from === n && head.contact === undefined;
    return { ...owner, contact: toContactFacts(contact.doc), contactFrom: link.from, madeWithRow };
  }

  return {
    /** Step "linked": the thread knows its profile's link. Throws StoreError, Conflict (to be tried again). */
    linked: ({ threadId }: Extract<OwedStep, { kind: "linked" }>): Promise<void> => bring(threadId),
    /** Step "refresh": every thread of a contact, and of those merged into it, has its facts. Throws as `linked` does. */
    async refresh({ contactId }: Extract<OwedStep, { kind: "refresh" }>): Promise<void> {
      const spans = (await ports.contacts?.book.spans(contactId)) ?? [];
      const threadIds = new Set(spans.map(({ profile }) => profile.threadId));
      for (const threadId of threadIds) await bring(threadId);
    },
    /** The thread learns its link without being waited for; the next conversation tries it again. */
    later(threadId: string): void {
      bring(threadId).catch((error) =>
        ports.log.info({ threadId, error: messageOf(error) }, "a thread did not learn its contact"),
      );
    },
  };
}

export type Mirrors = ReturnType<typeof createMirrors>;

/** The very same head when it knows all that. */
function withTruth(head: Head, truth: Truth): Head {
  const { ownerFrom } = truth;
  const owned =
    ownerFrom === undefined || ownerFrom === head.ownerFrom ? head : changedHands(head, ownerFrom);
  const { contact, contactFrom } = isOlder(truth.contact, head.contact) ? head : truth;
  const isKnown = isSame(contact, head.contact) && contactFrom === head.contactFrom;
  if (isKnown) return owned;
  const { contact: _contact, contactFrom: _from, ...rest } = owned;
  return contact === undefined || contactFrom === undefined ? rest : { ...rest, contact, contactFrom };
}

/** What of the row is not as the head has it. */
function changeOf(
  item: WorkItem,
  head: Head,
  live: LiveConversation,
): { set: Partial<WorkItem>; drop: (keyof WorkItem)[] } | undefined {
  const contact = contactAt(head, live.n);
  const { ownerFrom } = head;
  const isKnown = isSame(contact, item.contact) || isOlder(contact, item.contact);
  // A new owner's first conversation leads to none before.
  const leadsBack = item.previousId !== undefined && live.n === ownerFrom;
  if (isKnown && ownerFrom === item.ownerFrom && !leadsBack) return undefined;
  const set: Partial<WorkItem> = {
    ...(contact === undefined || isKnown ? {} : { contact }),
    ...(ownerFrom === undefined ? {} : { ownerFrom }),
  };
  const drop: (keyof WorkItem)[] = leadsBack ? ["previousId"] : [];
  return { set, drop: contact === undefined ? [...drop, "contact"] : drop };
}

const isSame = (a: ContactFacts | undefined, b: ContactFacts | undefined): boolean =>
  a?.id === b?.id && a?.version === b?.version;

/** Of one contact the newer version wins. */
const isOlder = (a: ContactFacts | undefined, b: ContactFacts | undefined): boolean =>
  a !== undefined && b !== undefined && a.id === b.id && a.version < b.version;
