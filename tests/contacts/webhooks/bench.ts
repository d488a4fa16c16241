import type { Delivery } from "../../../src/contacts/webhooks/delivery";
import { createWebhooks, type WebhooksPorts } from "../../../src/contacts/webhooks/webhooks";
import type { ConsentRecord } from "../../../src/core/consent";
import type { Contact } from "../../../src/core/contact";
import { silentLog } from "../../../src/core/log";
import type { RecordEvent } from "../../../src/core/owed";
import type { Ticket } from "../../../src/core/ticket";
import { createGuardedPost } from "../../../src/media/guardedPost";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore } from "../../support/memoryStore";
import { createSettings, type TestSettings } from "../../support/settings";

export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const AGENT = { kind: "agent", id: "ana" } as const;

export function buildContact(contactId: string, more: Partial<Contact> = {}): Contact {
  return {
    id: "contact",
    type: "contact",
    contactId,
    name: `Name of ${contactId}`,
    emails: [],
    phones: [],
    fields: {},
    state: "active",
    merged: [],
    keys: [],
    version: 1,
    createdAt: 0,
    createdBy: AGENT,
    updatedAt: 0,
    updatedBy: AGENT,
    ...more,
  };
}

export function buildTicket(number: string, more: Partial<Ticket> = {}): Ticket {
  return {
    id: number,
    type: "ticket",
    number,
    subject: "Lamp broken",
    state: "open",
    priority: "normal",
    conversations: [],
    notes: [],
    history: [],
    version: 1,
    createdAt: 0,
    createdBy: AGENT,
    updatedAt: 0,
    ...more,
  };
}

type Hook = NonNullable<NonNullable<TestSettings["more"]>["webhooks"]>[number];

export function createBench(hooks: readonly (Partial<Hook> & { url: string })[]) {
  const clock = createFakeClock();
  const store = createMemoryStore(() => clock.now());
  const contacts = new Map<string, Contact>();
  const tickets = new Map<string, Ticket>();
  const consents = new Map<string, ConsentRecord[]>();
  const more = () => ({ webhooks: hooks.map((hook) => ({ id: "crm", secret: "env:HOOK", ...hook })) });
  const settings = createSettings({ more: more() });
  let secrets = [SECRET];
  let count = 0;

  const build = (more: Partial<WebhooksPorts> = {}) =>
    createWebhooks({
      store,
      settings,
      records: {
        readContact: async (id) => contacts.get(id),
        readTicket: async (number) => tickets.get(number),
        readConsent: async (threadId, id) => consents.get(threadId)?.find((one) => one.id === id),
        keepExternalId: async () => {},
        keepExternal: async () => {},
      },
      plugins: { keepers: [] },
      post: createGuardedPost({ clock, allowsPrivate: () => true }),
      resolveSecret: async () => secrets,
      clock,
      log: silentLog,
      serverId: "server~1",
      random: () => 0.5,
      ...more,
    });

  return {
    clock,
    store,
    settings,
    contacts,
    tickets,
    consents,
    build,
    setSecrets: (...values: string[]) => {
      secrets = values;
    },
    /** An event of a contact, which there is then too. */
    event(contactId: string, given: Partial<RecordEvent> = {}): RecordEvent {
      count += 1;
      if (!contacts.has(contactId)) contacts.set(contactId, buildContact(contactId));
      return {
        id: `event~${count}`,
        type: "contact.changed",
        at: clock.now() + count,
        contactId,
        version: count,
        ...given,
      };
    },
    deliveries: (): Delivery[] => store.all<Delivery>("contacts").filter(({ type }) => type === "delivery"),
  };
}

/** Time passes as timers and sockets need it: a step, then what came of it. */
export async function pass(clock: { advance(ms: number): void }, idle: () => Promise<void>, ms: number) {
  clock.advance(ms);
  await idle();
}
