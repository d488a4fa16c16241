import { type ContactFacts, toContactFacts } from "../../core/contact";
import type { ContactBook, Profile } from "../../core/contactBook";
import type { Effect, EffectBody } from "../../core/conversation";
import { linkAt } from "../../core/conversationContact";
import { Conflict, messageOf, NotFound, StoreError } from "../../core/errors";
import { numberOf } from "../../core/ids";
import type { WorkItemSeed } from "../../core/workItem";
import type { Profiles } from "../effects/profiles";
import type { PipelinePorts } from "../ports";
import type { Threads } from "../threads";
import { aliasThreads, type CandidatePorts, findCandidate, type Unknown } from "./candidate";
import { presentLink } from "./links";
import type { Mirrors } from "./mirrors";
import { BY_ITSELF } from "./newContact";
import { askPlugins } from "./pluginContact";

const MAX_RACES = 5;

type Begun = Extract<EffectBody, { kind: "opened" | "enqueue" }>;

/** A customer at the beginning of conversation `n`, or in it. */
interface Somebody extends Unknown {
  threadId: string;
  channel: string;
  instanceId: string;
  n: number;
  /** Of one that begins now. */
  conversationId?: string;
}

/**
 * Who is writing: found out when a conversation with an unknown customer begins, before rules are read, and again when
 * the platform tells something new of them. Idempotent: a repeated step finds the link that the first one made.
 */
export function createIdentity(
  ports: PipelinePorts,
  parts: { threads: Threads; profiles: Pick<Profiles, "settled">; mirrors: Pick<Mirrors, "later"> },
) {
  /** Whatever is odd about a record must not keep a customer from people; that the store is away is no oddity. */
  async function identify(somebody: Somebody): Promise<ContactFacts | undefined> {
    try {
      return await find(somebody);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const { threadId } = somebody;
      ports.log.error({ threadId, error: messageOf(error) }, "a customer could not be identified");
      return undefined;
    }
  }

  async function find(somebody: Somebody): Promise<ContactFacts | undefined> {
    const book = ports.contacts?.book;
    if (book === undefined) return undefined;
    const { threadId, channel, instanceId, customer, n } = somebody;
    let profile = (await book.seen({ threadId, channel, instanceId, customer })).doc;
    for (let race = 0; race < MAX_RACES; race++) {
      const link = linkAt(profile.links, n);
      if (link !== undefined) {
        // Made before the thread was, or its mirror is behind; in any other case this changes nothing.
        parts.mirrors.later(threadId);
        return factsOf(book, link.contactId);
      }
      if (presentLink(profile) !== undefined) return undefined;
      const linked = await linkCandidate(book, profile, somebody);
      if (linked !== "raced") return linked;
      profile = (await book.profile(threadId))?.doc ?? profile;
    }
    return undefined;
  }

  async function linkCandidate(
    book: ContactBook,
    profile: Profile,
    somebody: Somebody,
  ): Promise<ContactFacts | undefined | "raced"> {
    const candidates = toCandidatePorts(book, profile, somebody);
    const candidate = await findCandidate(candidates, profile, somebody);
    if (candidate === undefined) return undefined;
    const { contact, how } = candidate;
    try {
      await book.link(profile.threadId, contact.contactId, { from: somebody.n, how, by: BY_ITSELF });
    } catch (error) {
      if (error instanceof Conflict && error.code === "PROFILE_REFUSED") return undefined;
      // Another server, or an agent, was faster; or the contact has just been merged or erased.
      if (error instanceof Conflict || error instanceof NotFound) return "raced";
      throw error;
    }
    await linkAliases(candidates, somebody, contact.contactId);
    return toContactFacts(contact);
  }

  /** What the same person wrote under another id of this channel, before that one was known to be theirs. */
  async function linkAliases(
    { book, instanceExternalId }: CandidatePorts,
    { channel, customer }: Somebody,
    contactId: string,
  ): Promise<void> {
    for (const threadId of aliasThreads(customer, { channel, instanceExternalId })) {
      const other = (await book.profile(threadId))?.doc;
      if (other === undefined || other.links.length > 0 || other.refused.length > 0) continue;
      try {
        await book.link(threadId, contactId, { from: 1, how: "automatic", by: BY_ITSELF });
      } catch (error) {
        if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
      }
    }
  }

  function toCandidatePorts(book: ContactBook, { instanceId }: Profile, somebody: Somebody): CandidatePorts {
    const instance = ports.settings.current().instances.get(instanceId);
    const findContact = ports.plugins?.records?.findContact;
    const { conversationId, threadId, channel, customer, newContactId } = somebody;
    return {
      book,
      records: instance?.records,
      instanceExternalId: instance?.externalId ?? "",
      // Once, when the conversation begins: what the platform tells later is no reason to ask a CRM again.
      ...(findContact === undefined || conversationId === undefined
        ? {}
        : {
            askPlugins: () =>
              askPlugins(
                { book, findContact, log: ports.log },
                { conversationId, threadId, channel, instanceId, customer: { ...customer } },
                newContactId,
              ),
          }),
    };
  }

  return {
    /**
     * What the row of a conversation that begins starts from: with what the platform has told meanwhile, and the contact
     * behind it. Throws StoreError.
     */
    async whoBegins(
      { threadId, conversationId }: Effect,
      { item, newContactId }: Begun,
    ): Promise<WorkItemSeed> {
      const customer = (await parts.profiles.settled(threadId)) ?? item.customer;
      const seed: WorkItemSeed = { ...item, customer };
      if (newContactId === undefined) return seed;
      const { channel, instanceId } = item;
      const n = numberOf(conversationId);
      const who = { threadId, channel, instanceId, customer, n, newContactId, conversationId };
      const contact = await identify(who);
      return contact === undefined ? seed : { ...seed, contact };
    },
    /** The platform has told something new in the middle of a conversation. Throws StoreError. */
    async look({ threadId, conversationId }: Effect, newContactId: string): Promise<void> {
      const head = (await parts.threads.head(threadId))?.doc;
      if (head === undefined) return;
      const { channel, instanceId, customer } = head;
      await identify({ threadId, channel, instanceId, customer, n: numberOf(conversationId), newContactId });
    },
  };
}

export type Identity = ReturnType<typeof createIdentity>;

async function factsOf(book: ContactBook, contactId: string): Promise<ContactFacts | undefined> {
  const contact = await book.resolve(contactId);
  return contact === undefined ? undefined : toContactFacts(contact.doc);
}
