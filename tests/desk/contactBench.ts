import type { ContactFields } from "../../src/core/contact";
import type { ContactView, CustomerSummary } from "../../src/desk/contactContract";
import { conversationOf } from "../pipeline/bench";
import { createDesk } from "./bench";

export const SYSTEM = { kind: "system", id: "test" } as const;

type Options = NonNullable<Parameters<typeof createDesk>[0]>;

/** Ana has customer 1's conversation and Ben customer 2's; nobody sees the other's by the queue. */
export async function openTwo(options: Options = {}) {
  const desk = createDesk(options);
  for (const [customer, who] of [
    ["1", "ana"],
    ["2", "ben"],
  ] as const)
    await take(desk, customer, who);
  const queue = desk.ports.settings.current().queues.get("general");
  Object.assign(queue ?? {}, { members: [] });
  return Object.assign(desk, {
    one: conversationOf("1"),
    two: conversationOf("2"),
    /** A contact, with all that its look-ups need. */
    async contact(id: string, fields: Partial<ContactFields> = {}): Promise<void> {
      await desk.book.create({ name: id, ...fields }, SYSTEM, id);
      await desk.bench.quiet();
    },
    summary: async (who: string, id: string): Promise<CustomerSummary> =>
      (await desk.call<CustomerSummary>(who, "GET", `/conversations/${id}/customer`)).body,
    link: async (who: string, id: string, contactId: string): Promise<CustomerSummary> =>
      (await desk.call<CustomerSummary>(who, "POST", `/conversations/${id}/contact`, { contactId })).body,
    read: async (who: string, id: string): Promise<ContactView> =>
      (await desk.call<ContactView>(who, "GET", `/contacts/${id}`)).body,
    /** Ends and closes the conversation, then the customer writes again and the agent takes it. */
    async next(customer: string, who: string, n: number): Promise<string> {
      const id = conversationOf(customer, n - 1);
      await desk.call(who, "POST", `/conversations/${id}/end`);
      await desk.call(who, "POST", `/conversations/${id}/close`);
      desk.clock.advance(60_000);
      Object.assign(queue ?? {}, { members: [who] });
      await take(desk, customer, who, n);
      Object.assign(queue ?? {}, { members: [] });
      return conversationOf(customer, n);
    },
  });
}

async function take(
  desk: ReturnType<typeof createDesk>,
  customer: string,
  who: string,
  n = 1,
): Promise<void> {
  await desk.say(customer, `hello ${n} from ${customer}`);
  await desk.call(who, "POST", `/conversations/${conversationOf(customer, n)}/pick`);
}
