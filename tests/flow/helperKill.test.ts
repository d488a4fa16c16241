import assert from "node:assert/strict";
import type { ConversationView, MessageView, MeView } from "../../src/desk/contract";
import { buildConfiguration } from "../support/accounts";
import { createKillableServer, type KillableServer } from "../support/killable";
import { doubles, REPEATING_FLOW } from "../support/killLoad";
import { type Platforms, sentOn, startPlatforms } from "../support/platforms";
import { CUSTOMERS } from "../support/session";
import { eventually } from "../support/startApp";

interface Items<T> {
  items: T[];
}

describe("killed between the helper and people", function () {
  this.timeout(120_000);
  let platforms: Platforms;
  let server: KillableServer;

  beforeEach(async () => {
    platforms = await startPlatforms({ autoReceipts: ["delivered", "read"] });
    server = await createKillableServer(
      platforms,
      buildConfiguration({ helper: "first", flow: REPEATING_FLOW, distribution: "pick" }),
    );
  });
  afterEach(async () => {
    await server.stop();
    await platforms.close();
  });

  const first = async (): Promise<ConversationView | undefined> => {
    const { body } = await server.call<Items<ConversationView>>("sam", "GET", "/api/desk/conversations");
    return body.items[0];
  };
  const view = async (): Promise<ConversationView> => (await first()) ?? assert.fail("no conversation");
  const until = (holder: string) =>
    eventually(async () => (await view()).holder === holder, `the ${holder} to have it`, 40_000);
  const got = (text: string) =>
    eventually(() => sentOn(platforms, "sms").some((sent) => sent.text === text), `"${text}"`, 40_000);
  async function say(text: string): Promise<void> {
    const signed = platforms.sms.webhook.say({ customerId: CUSTOMERS.sms, text });
    await eventually(
      async () => (await platforms.post("sms", signed)) === 200,
      "the webhook's answer",
      40_000,
    );
  }
  /** Repeated until it has come to pass, as people do who get no answer. */
  async function act(name: string, body: object, holder: string): Promise<void> {
    await eventually(
      async () => {
        // The helper may have answered before the conversation has its row.
        const known = await first();
        if (known === undefined) return false;
        const { id, holder: now } = known;
        if (now === holder) return true;
        await server.call("ana", "POST", `/api/desk/conversations/${id}/${name}`, body);
        return false;
      },
      `${name} to be done`,
      40_000,
    );
  }

  const POINTS = ["takeOver", "taken", "handBack", "toHelper", "toHelper:2", "turn:2", "turn:4", "turn:5"];
  for (const point of POINTS)
    it(`right after the commit "${point}": everybody is heard once, and one has it`, async () => {
      await server.start(point);
      let restarted = false;
      const revived = server.died().then(async () => {
        restarted = true;
        await server.start();
      });
      await say("helper: one");
      await got("bot: helper: one");
      await act("pick", {}, "agent");
      await say("to Ana");
      await act("helper", { note: "over to you" }, "bot");
      await got("bot: ");
      await say("agent: two");
      await until("queue");
      await say("menu");
      await got("bot: menu");
      await say("helper: three");
      await got("bot: helper: three");
      await revived;
      assert.ok(restarted, `the commit "${point}" was never reached`);
      await eventually(async () => (await server.stats()).backlog === 0, "nothing left in flight", 40_000);

      const last = await view();
      assert.deepEqual([last.holder, last.agentId], ["bot", null]);
      const { body } = await server.call<Items<MessageView>>(
        "sam",
        "GET",
        `/api/desk/conversations/${last.id}/messages?limit=200`,
      );
      const inbound = body.items.filter(({ author }) => author.kind === "customer").map(({ text }) => text);
      assert.deepEqual(inbound, ["helper: one", "to Ana", "agent: two", "menu", "helper: three"]);
      assert.deepEqual(
        body.items.map(({ seq }) => seq),
        body.items.map((_, index) => index + 1),
      );
      assert.equal(body.items.filter(({ kind }) => kind === "event").length, 1, "one hand-back");
      assert.deepEqual(
        sentOn(platforms, "sms").map(({ text }) => text),
        ["bot: helper: one", "bot: ", "bot: handing over", "bot: menu", "bot: helper: three"],
      );
      assert.deepEqual(doubles(platforms), []);
      const me = await server.call<MeView>("ana", "GET", "/api/desk/me");
      assert.equal(me.body.presence.used, 0, "Ana is free");
    });
});
