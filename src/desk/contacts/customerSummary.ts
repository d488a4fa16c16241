import { listConsents } from "../../contacts/consent/consents";
import { ticketsOfCustomer } from "../../contacts/tickets/customer";
import { isoTime } from "../../core/clock";
import type { Contact } from "../../core/contact";
import type { Profile, ProfileLink, ProfileSpan, Suggestion } from "../../core/contactBook";
import type { Head } from "../../core/conversation";
import { covers, linkAt, partAround, type Range } from "../../core/conversationContact";
import { numberOf, threadOf } from "../../core/ids";
import type { Principal } from "../../core/route";
import type { Stored } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import type { CustomerSummary } from "../contactContract";
import type { HistoryPresenter } from "../historyEntries";
import type { Masking } from "../masking";
import type { DeskPorts } from "../ports";
import { type ItemFacts, toCustomerView } from "../present";
import { toTicketView } from "../tickets/presentTicket";
import type { ContactAccess } from "./contactAccess";
import { readHistory, toThreadSpans } from "./contactHistory";
import { toMaskedContact } from "./presentContact";

/** Conversations and tickets in a summary. */
const SHOWN = 10;
const CONSENTS_SHOWN = 5;
/** Of what somebody was told and said; few have so much. */
const LOOKED_AT = 200;

interface SummaryPorts extends Pick<DeskPorts, "store" | "contacts"> {
  access: ContactAccess;
  entries: HistoryPresenter;
  masking: Masking;
}

/** What is known of the customer behind a conversation. */
interface Known {
  profile: Profile;
  link: ProfileLink | undefined;
  contact: Stored<Contact> | undefined;
  /** All parts of the contact's history. */
  spans: readonly ProfileSpan[];
}

/** Who is writing, what they wrote before, what came of it. Costs some reads for each profile of the contact, at most twenty. */
export function createCustomerSummary({ store, contacts, access, entries, masking }: SummaryPorts) {
  async function lookUp(item: ItemFacts): Promise<Known> {
    const threadId = threadOf(item.conversationId) ?? "";
    const profile = (await contacts.profile(threadId))?.doc ?? toUnkept(item, threadId);
    const link = linkAt(profile.links, numberOf(item.conversationId));
    const contact = link === undefined ? undefined : await contacts.resolve(link.contactId);
    const spans = contact === undefined ? [] : await contacts.spans(contact.doc.contactId);
    return { profile, link, contact, spans };
  }

  /** Of whoever has the number or account now, or had it then: a former owner's word binds nobody else. */
  async function consentsOf(threadId: string, part: Range): Promise<CustomerSummary["consents"]> {
    const { items } = await listConsents(store, threadId, { limit: LOOKED_AT });
    return items
      .filter(({ conversationId }) => conversationId === undefined || covers(part, numberOf(conversationId)))
      .map(({ id, kind, noticeId, at }) => ({ id, kind, noticeId: noticeId ?? null, at: isoTime(at) }))
      .slice(-CONSENTS_SHOWN)
      .reverse();
  }

  async function suggestionsOf({ profile, link }: Known, conversationId: string): Promise<Suggestion[]> {
    // What came before the present link is nobody's question any more.
    const isPast = profile.links.some(({ from }) => from > numberOf(conversationId));
    return link !== undefined || isPast ? [] : contacts.suggestions(profile);
  }

  return async (me: Principal, item: ItemFacts): Promise<CustomerSummary> => {
    const known = await lookUp(item);
    const { profile, link, contact, spans } = known;
    const own = partAround(profile.links, numberOf(item.conversationId));
    const parts = contact === undefined ? [{ threadId: profile.threadId, ...own }] : toThreadSpans(spans);
    const [head, suggestions, history, readsAll, tickets, consents] = await Promise.all([
      store.read<Head>("threads", profile.threadId, "head"),
      suggestionsOf(known, item.conversationId),
      readHistory(store, parts, { limit: SHOWN }),
      contact === undefined ? false : access.hasOneOf(me, parts),
      ticketsOfCustomer(store, item.conversationId),
      consentsOf(profile.threadId, own),
    ]);
    return {
      conversationId: item.conversationId,
      channel: item.channel,
      instanceId: item.instanceId,
      customer: toCustomerView(item.customer),
      optedOut: head?.doc.optedOut === true,
      contact: contact === undefined ? null : toMaskedContact(contact, masking),
      link: link === undefined || contact === undefined ? null : toLinkView(link, item.conversationId),
      suggestions: suggestions.map(({ contactId, name, reason }) => ({ contactId, name, reason })),
      profiles: toProfileViews(spans, profile.threadId),
      conversations: await entries.present(me, history.items, readsAll),
      consents,
      tickets: tickets.slice(0, SHOWN).map((ticket) => toTicketRow(ticket, masking)),
    };
  };
}

/** The profile of a thread that the book has not heard of: from before there was one. */
function toUnkept(item: ItemFacts, threadId: string): Profile {
  const { channel, instanceId, customer, openedAt } = item;
  return {
    id: "profile",
    type: "profile",
    threadId,
    channel,
    instanceId,
    customer,
    links: [],
    refused: [],
    version: 0,
    createdAt: openedAt,
  };
}

function toLinkView(link: ProfileLink, conversationId: string): NonNullable<CustomerSummary["link"]> {
  return {
    how: link.how,
    at: isoTime(link.at),
    by: { kind: link.by.kind, id: link.by.id },
    hasEarlier: link.from < numberOf(conversationId),
    ended: link.to !== undefined,
  };
}

function toTicketRow(ticket: Ticket, masking: Masking): CustomerSummary["tickets"][number] {
  const { number, subject, state, priority, owner, conversationId, createdAt } = toTicketView(
    ticket,
    masking,
  );
  return { number, subject, state, priority, owner, conversationId, createdAt };
}

/** One row for each profile, as its newest link says. */
function toProfileViews(spans: readonly ProfileSpan[], current: string): CustomerSummary["profiles"] {
  const newest = new Map<string, ProfileSpan>();
  for (const span of spans.toSorted((a, b) => a.link.from - b.link.from))
    newest.set(span.profile.threadId, span);
  const views = [...newest.values()].map(({ profile, link }) => ({
    threadId: profile.threadId,
    channel: profile.channel,
    instanceId: profile.instanceId,
    name: profile.customer.name ?? null,
    screenName: profile.customer.screenName ?? null,
    phone: profile.customer.phone ?? null,
    since: isoTime(link.at),
    how: link.how,
    present: link.to === undefined,
    current: profile.threadId === current,
  }));
  return views.sort((a, b) => Number(b.current) - Number(a.current) || b.since.localeCompare(a.since));
}
