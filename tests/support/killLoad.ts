import assert from "node:assert/strict";
import type { ConversationView, MessageView } from "../../src/desk/contract";
import type { KillableServer } from "./killable";
import { CHANNEL_NAMES, type ChannelName, type Platforms, sentOn } from "./platforms";
import { eventually } from "./startApp";

/** What servers go through while they are killed, and how it must look afterwards. */
export const CUSTOMERS_EACH = 3;
export const MESSAGES_EACH = 12;

/** A helper that repeats, until somebody wants a person. */
export const REPEATING_FLOW = {
  start: "echo",
  steps: {
    echo: {
      do: "ask",
      text: "bot: ${activity.text}",
      retry: "bot: ${activity.text}",
      valid: "startsWith(input, 'agent:')",
      maxTries: 10,
      next: "person",
    },
    person: { do: "handoff", text: "bot: handing over" },
  },
};

export const customerOf = (channel: ChannelName, index: number): string =>
  channel === "sms" || channel === "whatsapp" ? `+1206555${String(1000 + index)}` : String(900_000 + index);

export interface Said {
  channel: ChannelName;
  customer: string;
  text: string;
}

/** Like a platform: delivers each message of one customer in order, again until it is acknowledged. */
export async function speak(
  platforms: Platforms,
  channel: ChannelName,
  index: number,
  acknowledged: Said[],
): Promise<void> {
  const customer = customerOf(channel, index);
  for (let n = 0; n < MESSAGES_EACH; n++) {
    // The first third talks to the helper, the rest to people.
    const text = `${n < MESSAGES_EACH / 3 ? "helper" : "agent"}:${channel}-${index}-${n}`;
    const signed = platforms[channel].webhook.say({
      customerId: customer,
      text,
      name: "Ann",
      at: Date.now(),
    });
    for (;;) {
      const status = await platforms.post(channel, signed);
      if (status >= 200 && status < 300) break;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    acknowledged.push({ channel, customer, text });
    await new Promise((resolve) => setTimeout(resolve, 40 + ((index * 37 + n * 91) % 120)));
  }
}

/** Every conversation there is, with its transcript. */
export async function readAll(
  server: Pick<KillableServer, "call">,
): Promise<{ conversation: ConversationView; messages: MessageView[] }[]> {
  const found: ConversationView[] = [];
  for (const state of ["", "closed"]) {
    const { body } = await server.call<{ items: ConversationView[] }>(
      "sam",
      "GET",
      `/api/desk/conversations?limit=200&state=${state}`,
    );
    found.push(...body.items);
  }
  return Promise.all(
    found.map(async (conversation) => {
      const { body } = await server.call<{ items: MessageView[] }>(
        "sam",
        "GET",
        `/api/desk/conversations/${conversation.id}/messages?limit=200`,
      );
      return { conversation, messages: body.items };
    }),
  );
}

export function assertTranscripts(
  all: Awaited<ReturnType<typeof readAll>>,
  acknowledged: readonly Said[],
): void {
  const inbound = all.flatMap(({ messages }) =>
    messages.filter(({ direction }) => direction === "in").map(({ text }) => text),
  );
  const counts = new Map<string, number>();
  for (const text of inbound) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const { text } of acknowledged)
    assert.equal(counts.get(text), 1, `"${text}" stands in the transcript ${counts.get(text) ?? 0} times`);
  for (const { messages } of all) {
    const seqs = messages.map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      [...new Set(seqs)].sort((a, b) => a - b),
      "one order, no seq twice",
    );
    const order = messages
      .filter(({ direction }) => direction === "in")
      .map(({ text }) => Number(text.split("-")[2]));
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
      "customer's messages in the customer's order",
    );
  }
}

/** Every customer has one conversation, and an agent has it. */
export function assertWithAgents(all: readonly { conversation: ConversationView }[]): void {
  assert.equal(all.length, CHANNEL_NAMES.length * CUSTOMERS_EACH, "one conversation for each customer");
  for (const {
    conversation: { id, holder },
  } of all)
    assert.equal(holder, "agent", `${id} is stranded with the ${holder}`);
}

/** Answers that reached a telephone more than once. */
export function doubles(platforms: Platforms): string[] {
  const found: string[] = [];
  for (const channel of CHANNEL_NAMES) {
    const seen = new Set<string>();
    for (const { customerId, text } of sentOn(platforms, channel)) {
      if (text === "bot: handing over") continue;
      const key = `${channel} ${customerId} ${text}`;
      if (seen.has(key)) found.push(key);
      seen.add(key);
    }
  }
  return found;
}

/** All load at once: every channel, several customers each. Resolves when everything was acknowledged. */
export async function speakAll(platforms: Platforms, acknowledged: Said[]): Promise<void> {
  await Promise.all(
    CHANNEL_NAMES.flatMap((channel) =>
      Array.from({ length: CUSTOMERS_EACH }, (_, index) => speak(platforms, channel, index, acknowledged)),
    ),
  );
}

/** Waits until each acknowledged message was answered, by the helper or an agent; fails with those that were not. */
export async function untilAnswered(platforms: Platforms, acknowledged: readonly Said[]): Promise<void> {
  const expected = acknowledged.map(({ channel, customer, text }) => ({
    channel,
    customer,
    answer: text.startsWith("agent:") ? `re ${text}` : `bot: ${text}`,
  }));
  const missing = () =>
    expected.filter(
      ({ channel, customer, answer }) =>
        !sentOn(platforms, channel).some((sent) => sent.customerId === customer && sent.text === answer),
    );
  await eventually(() => missing().length === 0, "every message to be answered", 90_000).catch(() => {
    assert.fail(`${missing().length} answers never arrived: ${JSON.stringify(missing().slice(0, 5))}`);
  });
}
