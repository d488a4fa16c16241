import type { Contact } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import type { ConversationDoc, Head } from "../../core/conversation";
import { covers, createContactFinder } from "../../core/conversationContact";
import { toConversationId } from "../../core/ids";
import { hasRole, type Principal } from "../../core/route";
import type { SettingsReader } from "../../core/settings";
import type { Store } from "../../core/store";
import { ROUTING_GROUP, type WorkItem } from "../../core/workItem";
import { itemId } from "../../routing/workItems";
import { canSee } from "../policy";
import type { ItemFacts } from "../present";
import { type ThreadSpan, toThreadSpans } from "./contactHistory";

export interface ContactAccessPorts {
  store: Store;
  settings: SettingsReader;
  contacts: ContactBook;
  closing: { record(conversationId: string): Promise<ConversationDoc | undefined> };
}

/** Whose business a contact is. Supervisors know all; agents those whose conversations they see. */
export interface ContactAccess {
  /** The agent made it, or may see the newest of its conversations on one of its profiles. */
  mayKnow(principal: Principal, contact: Contact): Promise<boolean>;
  /**
   * The agent has a conversation of the same contact now, so this one's messages are history that they may read. Through
   * links only: another contact's conversations in the same thread stay shut.
   */
  mayReadAlong(principal: Principal, conversationId: string): Promise<boolean>;
  /** One of these parts of a contact's history holds a conversation that the agent has now. */
  hasOneOf(principal: Principal, spans: readonly ThreadSpan[]): Promise<boolean>;
}

export function createContactAccess({
  store,
  settings,
  contacts,
  closing,
}: ContactAccessPorts): ContactAccess {
  const live = async (id: string): Promise<WorkItem | undefined> =>
    (await store.read<WorkItem>("routing", ROUTING_GROUP, itemId(id)))?.doc;

  /** The newest conversation of a span; undefined before the first. */
  async function newestOf({ threadId, from, to }: ThreadSpan): Promise<string | undefined> {
    const head = (await store.read<Head>("threads", threadId, "head"))?.doc;
    const n = Math.min(to ?? Number.MAX_SAFE_INTEGER, head?.conversations ?? 0);
    return n < from ? undefined : toConversationId(threadId, n);
  }

  async function factsOf(id: string): Promise<ItemFacts | undefined> {
    return (await live(id)) ?? (await closing.record(id))?.last;
  }

  const spansOf = async (contactId: string): Promise<ThreadSpan[]> =>
    toThreadSpans(await contacts.spans(contactId));

  async function hasNow(principal: Principal, span: ThreadSpan): Promise<boolean> {
    const head = (await store.read<Head>("threads", span.threadId, "head"))?.doc;
    if (head?.live === undefined || !covers(span, head.live.n)) return false;
    const item = await live(head.live.id);
    return item?.holder === "agent" && item.agentId === principal.id;
  }

  const hasOneOf = (principal: Principal, spans: readonly ThreadSpan[]): Promise<boolean> =>
    some(spans, (span) => hasNow(principal, span));

  return {
    hasOneOf,
    async mayKnow(principal, contact) {
      const { createdBy } = contact;
      if (hasRole(principal, "supervisor")) return true;
      if (createdBy.kind === "agent" && createdBy.id === principal.id) return true;
      const counts = contact.state === "merged" ? await contacts.resolve(contact.contactId) : undefined;
      return some(await spansOf(counts?.doc.contactId ?? contact.contactId), async (span) => {
        const id = await newestOf(span);
        const facts = id === undefined ? undefined : await factsOf(id);
        return facts !== undefined && canSee(principal, facts, settings.current());
      });
    },
    async mayReadAlong(principal, conversationId) {
      const contact = await createContactFinder(contacts)(conversationId);
      return contact !== undefined && hasOneOf(principal, await spansOf(contact.contactId));
    },
  };
}

async function some<T>(items: readonly T[], check: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await check(item)) return true;
  return false;
}
