import assert from "node:assert/strict";
import type { ConversationView, MessageView } from "../../src/desk/contract";
import type { ChannelName } from "./platforms";
import { eventually, type TestApp } from "./startApp";

/** A customer of each channel, in the form the platform names them. */
export const CUSTOMERS: Readonly<Record<ChannelName, string>> = {
  facebook: "555",
  twitter: "777",
  sms: "+12065550100",
  whatsapp: "+12065550101",
};

export interface Session {
  conversationId: string;
  customerId: string;
  /** The agent writes; the message as accepted into the outbox. */
  write(text: string, clientId?: string): Promise<MessageView>;
  /** What the agent sees of our own messages, in the order of the transcript. */
  outbound(): Promise<MessageView[]>;
  transcript(): Promise<MessageView[]>;
}

/** The agent goes online, the customer writes, the agent accepts: a conversation in both hands. */
export async function openSession(
  test: TestApp,
  channel: ChannelName,
  options: { customerId?: string; agent?: string } = {},
): Promise<Session> {
  const { customerId = CUSTOMERS[channel], agent = "ana" } = options;
  await test.call(agent, "PUT", "/api/desk/presence", { presence: "available" });
  assert.equal(await test.say(channel, customerId, "hello"), 200);
  const offer = await eventually(
    async () => (await test.offers(agent)).find(({ customer }) => customer.id === customerId),
    `an offer to ${agent}`,
  );
  const accepted = await test.call<ConversationView>(agent, "POST", `/api/desk/offers/${offer.id}/accept`);
  assert.equal(accepted.status, 200);
  const { conversationId } = offer;
  const transcript = () => test.messages(agent, conversationId);
  return {
    conversationId,
    customerId,
    transcript,
    outbound: async () => (await transcript()).filter(({ direction }) => direction === "out"),
    async write(text, clientId) {
      const body = clientId === undefined ? { text } : { text, clientId };
      const reply = await test.call<MessageView>(
        agent,
        "POST",
        `/api/desk/conversations/${conversationId}/messages`,
        body,
      );
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
      return reply.body;
    },
  };
}
