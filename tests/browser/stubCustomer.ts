import type { ContactCard, ContactView, CustomerSummary } from "../../src/desk/contactContract";
import type { ConversationView } from "../../src/desk/contract";

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const DAY = 24 * 60;

export function buildContact(part: Partial<ContactView> & { id: string; name: string }): ContactView {
  return {
    state: "active",
    firstName: null,
    lastName: null,
    emails: [],
    phones: [],
    language: null,
    timezone: null,
    unit: null,
    group: null,
    origin: null,
    fields: {},
    externalId: null,
    mergedInto: null,
    merged: [],
    version: 1,
    etag: "1",
    createdAt: ago(90 * DAY),
    createdBy: { kind: "agent", id: "sam" },
    updatedAt: ago(3 * DAY),
    updatedBy: { kind: "agent", id: "ana" },
    ...part,
  };
}

/** A summary of somebody of whom nothing is known. */
export function buildSummary(view: ConversationView, part: Partial<CustomerSummary> = {}): CustomerSummary {
  return {
    conversationId: view.id,
    channel: view.channel,
    instanceId: view.instanceId,
    customer: view.customer,
    optedOut: false,
    contact: null,
    link: null,
    suggestions: [],
    profiles: [],
    conversations: [],
    tickets: [],
    ...part,
  };
}

/** Gilda, of whom much is known: two channels, three conversations, a ticket. */
export function knownSummary(view: ConversationView): CustomerSummary {
  const profile = { instanceId: "shop", screenName: null, phone: null, how: "agent" as const, present: true };
  const entry = { instanceId: "shop", queueId: "general", dispositions: [] };
  return buildSummary(view, {
    optedOut: true,
    contact: GILDA,
    link: {
      how: "agent",
      at: ago(40 * DAY),
      by: { kind: "agent", id: "ben" },
      hasEarlier: true,
      ended: false,
    },
    profiles: [
      {
        ...profile,
        threadId: "t1",
        channel: view.channel,
        name: "Gilda Moore",
        since: ago(40 * DAY),
        current: true,
      },
      {
        ...profile,
        threadId: "t2",
        channel: "whatsapp",
        name: "gilda",
        phone: "+12065550149",
        since: ago(9 * DAY),
        how: "phone",
        current: false,
      },
    ],
    conversations: [
      {
        ...entry,
        id: view.id,
        channel: view.channel,
        state: "active",
        holder: "agent",
        agentId: "ana",
        openedAt: view.openedAt,
        closedAt: null,
        lastText: view.lastText,
        readable: true,
      },
      {
        ...entry,
        id: "t2.4",
        channel: "whatsapp",
        state: "closed",
        holder: "agent",
        agentId: "ben",
        openedAt: ago(9 * DAY),
        closedAt: ago(9 * DAY - 30),
        lastText: "Thank you, the new filter holder fits.",
        readable: true,
      },
      {
        ...entry,
        id: "t1.2",
        channel: view.channel,
        state: "closed",
        holder: "agent",
        agentId: "ben",
        openedAt: ago(40 * DAY),
        closedAt: ago(40 * DAY - 20),
        lastText: "",
        readable: false,
      },
    ],
    tickets: [
      {
        number: "T-1042",
        subject: "Replace the broken filter holder",
        state: "open",
        priority: "high",
        owner: "ben",
        conversationId: "t2.4",
        createdAt: ago(9 * DAY),
      },
    ],
  });
}

const GILDA = buildContact({
  id: "gilda",
  name: "Gilda Moore",
  firstName: "Gilda",
  lastName: "Moore",
  emails: ["gilda.moore@example.com"],
  phones: [
    { number: "+12065550149", kind: "mobile" },
    { number: "+12065550200", kind: "work" },
  ],
  language: "en-US",
  timezone: "America/Los_Angeles",
  unit: "retail",
  origin: "Messenger",
  fields: { tier: "gold" },
});

export const toCard = (contact: ContactView): ContactCard => {
  const { id, state, name, emails, phones, unit, group, externalId, updatedAt } = contact;
  return { id, state, name, emails, phones, unit, group, externalId, updatedAt };
};
