import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ConversationView, MessageView } from "../../src/desk/contract";
import { buildConfiguration, ECHO_FLOW } from "../support/accounts";
import { CHANNEL_NAMES, type ChannelName, sentOn, startPlatforms } from "../support/platforms";
import { CUSTOMERS, openSession } from "../support/session";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

describe("many at once", function () {
  this.timeout(30_000);
  let test: TestApp;
  afterEach(() => test.stop());

  /** Every message of the customer's thread, over all its conversations. */
  async function everything(): Promise<{ conversations: ConversationView[]; messages: MessageView[] }> {
    await test.idle();
    const live = await test.conversations("sam", "?limit=200");
    const closed = await test.conversations("sam", "?state=closed&limit=200");
    const conversations = [...closed, ...live].sort((a, b) => a.id.localeCompare(b.id));
    const messages: MessageView[] = [];
    for (const { id } of conversations) messages.push(...(await test.messages("sam", id)));
    return { conversations, messages };
  }

  function assertNoGap(messages: readonly MessageView[]): void {
    assert.deepEqual(
      messages.map(({ seq }) => seq),
      range(messages.length).map((n) => n + 1),
    );
  }

  for (const channel of CHANNEL_NAMES) {
    it(`${channel}: fifty first messages of one customer make one conversation without a gap`, async () => {
      test = await startTestApp();
      const statuses = await Promise.all(
        range(50).map((n) => test.say(channel, CUSTOMERS[channel], `message ${n}`)),
      );
      assert.ok(statuses.every((status) => status === 200));
      const { conversations, messages } = await everything();
      assert.equal(conversations.length, 1);
      assertNoGap(messages);
      assert.deepEqual(
        messages.map(({ text }) => text).sort(),
        range(50)
          .map((n) => `message ${n}`)
          .sort(),
      );
    });

    it(`${channel}: the same webhook fifty times at once is one message`, async () => {
      test = await startTestApp({ configuration: buildConfiguration({ helper: "only", flow: ECHO_FLOW }) });
      const signed = test.platforms[channel].webhook.say({ customerId: CUSTOMERS[channel], text: "once" });
      const statuses = await Promise.all(range(50).map(() => test.platforms.post(channel, signed)));
      assert.deepEqual([...new Set(statuses)], [200]);
      await test.idle();
      assert.deepEqual(
        sentOn(test.platforms, channel).map(({ text }) => text),
        ["You said: once"],
      );
      const counts = (
        await test.call<{
          items: { received: number; repeated: number; stored: number; problems: string[] }[];
        }>("admin", "GET", "/api/admin/counts")
      ).body.items;
      const [count] = counts.filter(({ received }) => received > 0);
      assert.deepEqual([count?.received, count?.repeated, count?.stored, count?.problems], [50, 49, 1, []]);
    });
  }

  it("ten new customers of each channel at once get one conversation each", async () => {
    test = await startTestApp();
    const said = range(10).flatMap((n) => [
      test.say("facebook", `40${n}`, "hi"),
      test.say("twitter", `41${n}`, "hi"),
      test.say("sms", `+120655502${n}0`, "hi"),
      test.say("whatsapp", `+120655502${n}0`, "hi"),
      test.say("facebook", `40${n}`, "hi again"),
      test.say("sms", `+120655502${n}0`, "hi again"),
    ]);
    assert.ok((await Promise.all(said)).every((status) => status === 200));
    const { conversations, messages } = await everything();
    assert.equal(conversations.length, 40);
    assert.equal(messages.length, 60);
  });

  it("helper, agent and customer writing at once keep one order, the telephone's too", async () => {
    const platforms = await startPlatforms({ autoEcho: true, autoReceipts: ["delivered", "read"] });
    test = await startTestApp({ platforms });
    const session = await openSession(test, "facebook");
    const says = range(50).map(async (n) => {
      await test.say("facebook", session.customerId, `in ${n}`);
    });
    const writes = range(50).map((n) => session.write(`out ${n}`, `c${n}`));
    await Promise.all([...says, ...writes]);
    const { messages } = await everything();
    assertNoGap(messages);
    assert.equal(messages.length, 101);
    const outbound = messages.filter(({ direction }) => direction === "out").map(({ text }) => text);
    assert.deepEqual(
      sentOn(platforms, "facebook").map(({ text }) => text),
      outbound,
    );
    await test.stop();
    await platforms.close();
    test = await startTestApp();
  });

  it("the helper's answers to a hundred quick messages leave in the order of the transcript", async () => {
    test = await startTestApp({ configuration: buildConfiguration({ helper: "only", flow: ECHO_FLOW }) });
    // Some slow answers of the platform, so that turns overtake sends.
    for (const delayMs of [80, 5, 40]) test.platforms.sms.behave({ delayMs, times: 5 });
    await Promise.all(range(100).map((n) => test.say("sms", CUSTOMERS.sms, `m${n}`)));
    const { messages } = await everything();
    const outbound = messages.filter(({ direction }) => direction === "out").map(({ text }) => text);
    assert.equal(outbound.length, 100);
    assert.deepEqual(
      sentOn(test.platforms, "sms").map(({ text }) => text),
      outbound,
    );
    const asked = messages
      .filter(({ direction }) => direction === "in")
      .map(({ text }) => `You said: ${text}`);
    assert.deepEqual(outbound, asked);
  });

  it("one clientId ten times at once is one message on the telephone", async () => {
    test = await startTestApp();
    const session = await openSession(test, "whatsapp");
    const replies = await Promise.all(range(10).map(() => session.write("only once", "same")));
    assert.equal(new Set(replies.map(({ id }) => id)).size, 1);
    assert.equal((await session.write("only once", "same")).id, replies[0]?.id);
    await test.idle();
    assert.deepEqual(
      sentOn(test.platforms, "whatsapp").map(({ text }) => text),
      ["only once"],
    );
    assert.equal((await session.outbound()).length, 1);
  });

  it("two agents pick at once: one has it, the other is told who", async () => {
    test = await startTestApp({ configuration: buildConfiguration({ distribution: "pick" }) });
    for (const round of range(10)) {
      await test.say("sms", `+1206555030${round}`, "anybody?");
      const [waiting] = await eventually(async () => {
        const open = await test.conversations("sam", "?state=open&holder=queue");
        return open.length > 0 && open;
      }, "the conversation in the queue");
      const pick = (agent: string) =>
        test.call<ConversationView & { code: string; message: string; details: { agentId?: string } }>(
          agent,
          "POST",
          `/api/desk/conversations/${waiting?.id}/pick`,
        );
      const replies = await Promise.all([pick("ana"), pick("ben")]);
      const won = replies.find(({ status }) => status === 200);
      const lost = replies.find(({ status }) => status === 409);
      assert.ok(won !== undefined && lost !== undefined, replies.map(({ status }) => status).join());
      assert.equal(lost.body.code, "ALREADY_TAKEN");
      assert.equal(lost.body.details.agentId, won.body.agentId);
      assert.match(lost.body.message, new RegExp(String(won.body.agentId)));
    }
  });

  it("an offer accepted twice and rejected at once is answered one way", async () => {
    test = await startTestApp();
    await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    for (const round of range(6)) {
      await test.say("facebook", `50${round}`, "hi");
      const offer = await eventually(
        async () => (await test.offers("ana")).find(({ customer }) => customer.id === `50${round}`),
        "an offer",
      );
      const answer = (how: string) =>
        test.call<{ code: string }>("ana", "POST", `/api/desk/offers/${offer.id}/${how}`);
      const [first, second, rejected] = await Promise.all([
        answer("accept"),
        answer("accept"),
        answer("reject"),
      ]);
      const conversation = (
        await test.call<ConversationView>("sam", "GET", `/api/desk/conversations/${offer.conversationId}`)
      ).body;
      if (rejected.status === 204) {
        assert.deepEqual([first.status, second.status], [409, 409]);
        assert.notEqual(conversation.agentId, "ana");
        await test.call("sam", "POST", `/api/desk/conversations/${offer.conversationId}/assign`, {
          agentId: "ben",
        });
      } else {
        assert.deepEqual([first.status, second.status, rejected.status], [200, 200, 409]);
        assert.equal(conversation.agentId, "ana");
      }
    }
    const me = (await test.call<{ presence: { used: number } }>("ana", "GET", "/api/desk/me")).body;
    const mine = (await test.conversations("sam", "?agent=ana")).length + (await test.offers("ana")).length;
    assert.equal(me.presence.used, mine, "her load is what she has");
  });

  it("closing while the customer writes strands no message", async () => {
    test = await startTestApp();
    for (const round of range(15)) {
      const customerId = `60${round}`;
      const session = await openSession(test, "facebook", { customerId });
      const path = `/api/desk/conversations/${session.conversationId}`;
      assert.equal((await test.call("ana", "POST", `${path}/end`)).status, 200);
      const [said, closed] = await Promise.all([
        test.say("facebook", customerId, "wait!"),
        test.call<{ code: string }>("ana", "POST", `${path}/close`),
      ]);
      assert.equal(said, 200);
      assert.ok([200, 404, 409, 412].includes(closed.status), `${closed.status} ${closed.body.code}`);
      await test.idle();
      const live = (await test.conversations("sam", "?limit=200")).filter(
        ({ customer }) => customer.id === customerId,
      );
      const transcript = (await Promise.all(live.map(({ id }) => test.messages("sam", id)))).flat();
      assert.equal(live.length, 1, `round ${round}: close ${closed.status}`);
      assert.ok(
        transcript.some(({ text }) => text === "wait!"),
        "what the customer wrote is before somebody's eyes",
      );
      assert.notEqual(live[0]?.state, "wrapUp");
    }
  });
});

describe("stopping while fifty messages are in flight", function () {
  this.timeout(30_000);

  it("loses nothing that was acknowledged and sends nothing twice, in less than ten seconds", async () => {
    const platforms = await startPlatforms({ autoReceipts: ["delivered", "read"], autoEcho: true });
    const folder = mkdtempSync(path.join(tmpdir(), "switchboard-"));
    const configuration = buildConfiguration({ helper: "only", flow: ECHO_FLOW });
    let test = await startTestApp({ platforms, folder, configuration });
    try {
      // The platform takes its time, so that turns and sends are under way at the end.
      for (const channel of ["facebook", "twitter", "sms"] as const)
        platforms[channel].behave({ delayMs: 60, times: 30 });
      const acknowledged: { channel: ChannelName; customerId: string; text: string }[] = [];
      const says = range(50).map(async (n) => {
        const channel = CHANNEL_NAMES[n % 4] ?? "sms";
        const customerId =
          channel === "facebook" || channel === "twitter" ? `90${n % 5}` : `+120655590${n % 5}0`;
        const text = `${channel} ${n}`;
        if ((await test.say(channel, customerId, text)) === 200)
          acknowledged.push({ channel, customerId, text });
      });
      await Promise.race(says);
      const start = Date.now();
      await test.stop();
      assert.ok(Date.now() - start < 10_000);
      await Promise.all(says);
      assert.ok(acknowledged.length > 0);

      test = await startTestApp({ platforms, folder, configuration });
      await eventually(
        () => Object.values(test.app.internals.pipeline.backlog()).every((count) => count === 0),
        "all work done",
      );
      const seen: string[] = [];
      for (const { id } of await test.conversations("sam", "?limit=200")) {
        seen.push(
          ...(await test.messages("sam", id))
            .filter(({ direction }) => direction === "in")
            .map(({ text }) => text),
        );
      }
      assert.deepEqual(
        acknowledged
          .map(({ text }) => text)
          .filter((text) => seen.filter((one) => one === text).length !== 1),
        [],
      );
      const phones = CHANNEL_NAMES.flatMap((channel) => sentOn(platforms, channel).map(({ text }) => text));
      assert.deepEqual(phones.sort(), seen.map((text) => `You said: ${text}`).sort());
    } finally {
      await test.stop();
      await platforms.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
