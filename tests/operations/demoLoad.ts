import { request } from "undici";
import { sentOn } from "../support/platforms";
import type { SkippingClock } from "../support/skippingClock";
import { eventually, type TestApp } from "../support/startApp";

/**
 * What the demo shows, once: customers on four channels, the helper, a hand-over, an agent who answers, one who comes too
 * late, a customer whom nobody answers, a forged webhook, a page that nobody knows, a platform that refuses and one that
 * is away. Ends while somebody waits, a message is unsent and a desk is open; `close` lets the desk go.
 */
export async function demoLoad(test: TestApp, clock: SkippingClock): Promise<{ close(): void }> {
  await writeEverywhere(test, clock);
  await answerOne(test);
  await sendNonsense(test);
  await waitTooLong(test, clock);
  await failToSend(test, clock);
  return openDesk(test);
}

async function writeEverywhere(test: TestApp, clock: SkippingClock): Promise<void> {
  for (const [channel, customer] of [
    ["facebook", "555"],
    ["twitter", "777"],
    ["sms", "+12065550100"],
    ["whatsapp", "+12065550101"],
  ] as const)
    await test.say(channel, customer, "where is my order?", { at: clock.now() - 3_000 });
}

async function answerOne(test: TestApp): Promise<void> {
  const { platforms } = test;
  await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
  await test.say("sms", "+12065550100", "person");
  const offer = await accept(test, "ana");
  await test.idle();
  platforms.sms.behave({ status: 429 });
  const conversation = `/api/desk/conversations/${offer.conversationId}`;
  await test.call("ana", "POST", `${conversation}/messages`, { text: "Hello, this is Ana." });
  await eventually(
    () => sentOn(platforms, "sms").some(({ text }) => /this is Ana/.test(text)),
    "Ana's words",
  );
  await test.call("ana", "PUT", "/api/desk/presence", { presence: "away" });
}

async function sendNonsense({ platforms }: TestApp): Promise<void> {
  const { webhook } = platforms.facebook;
  const { body } = webhook.say({ customerId: "557", text: "to a stranger" });
  const stranger = webhook.sign(String(body).replaceAll('"2000"', '"2001"'));
  await platforms.post("facebook", stranger);
  await platforms.post("facebook", { ...stranger, headers: {} });
}

/** Three wait for longer than the service level; one is closed, one is taken, one goes on waiting. */
async function waitTooLong(test: TestApp, clock: SkippingClock): Promise<void> {
  for (const customer of ["601", "602", "603"]) await test.say("facebook", customer, "person");
  const waiting = () => test.conversations("sam", "?holder=queue");
  const [first] = await eventually(async () => {
    const rows = await waiting();
    return rows.length === 3 && rows;
  }, "three who wait");
  await test.idle();
  clock.skip(90_000);
  await test.call("sam", "POST", `/api/desk/conversations/${first?.id}/close`, { force: true });
  await test.idle();
  await test.call("ben", "PUT", "/api/desk/presence", { presence: "available" });
  await accept(test, "ben");
}

async function accept(test: TestApp, agent: string) {
  const offer = await eventually(async () => (await test.offers(agent))[0], `an offer to ${agent}`);
  await test.call(agent, "POST", `/api/desk/offers/${offer.id}/accept`);
  return offer;
}

async function failToSend(test: TestApp, clock: SkippingClock): Promise<void> {
  test.platforms.twitter.behave({ status: 503, times: 100 });
  await test.say("twitter", "777", "and now?");
  const outbox = () => test.app.internals.pipeline.outboxWaiting().messages.twitter;
  await eventually(() => outbox() === 1, "an answer that cannot be sent");
  // What /metrics reads from the store is kept for up to a minute.
  clock.skip(61_000);
  await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
}

async function openDesk({ url }: TestApp): Promise<{ close(): void }> {
  const over = new AbortController();
  const headers = { authorization: "Bearer token-of-ana" };
  const { body } = await request(`${url}/api/desk/events`, { headers, signal: over.signal });
  body.on("error", () => {});
  return { close: () => over.abort() };
}
