import assert from "node:assert/strict";
import type { ConversationView, MessageView } from "../../src/desk/contract";
import { buildConfiguration } from "../support/accounts";
import { createKillableServer, type KillableServer, startAgent } from "../support/killable";
import {
  assertTranscripts,
  assertWithAgents,
  CUSTOMERS_EACH,
  customerOf,
  doubles,
  MESSAGES_EACH,
  REPEATING_FLOW,
  readAll,
  type Said,
  speakAll,
  untilAnswered,
} from "../support/killLoad";
import {
  CHANNEL_NAMES,
  type ChannelName,
  type Platforms,
  sentOn,
  startPlatforms,
} from "../support/platforms";
import { eventually } from "../support/startApp";

const KILLS = Number(process.env.KILLS ?? 10);
describe("killed", function () {
  this.timeout(240_000);
  let platforms: Platforms;
  let server: KillableServer;

  beforeEach(async () => {
    platforms = await startPlatforms({ autoReceipts: ["delivered", "read"], autoEcho: true });
    server = await createKillableServer(
      platforms,
      buildConfiguration({ helper: "first", flow: REPEATING_FLOW, capacity: 100 }),
    );
  });
  afterEach(async () => {
    await server.stop();
    await platforms.close();
  });

  it(`${KILLS} times at random under load on all channels: nothing lost, nothing doubled, nobody stranded`, async () => {
    await server.start();
    const acknowledged: Said[] = [];
    let over = false;
    const agents = ["ana", "ben"].map((agent) =>
      startAgent(server, agent, { answer: (message) => `re ${message.text}`, done: () => over }),
    );
    const load = speakAll(platforms, acknowledged);
    let kills = 0;
    for (; kills < KILLS; kills++) {
      await new Promise((resolve) => setTimeout(resolve, 150 + ((kills * 173) % 400)));
      await server.kill();
      await server.start();
    }
    await load;
    assert.equal(acknowledged.length, CHANNEL_NAMES.length * CUSTOMERS_EACH * MESSAGES_EACH);

    // The first message for people is what the helper hands over on; people answer it as well.
    await untilAnswered(platforms, acknowledged);
    over = true;
    await Promise.all(agents.map(({ finished }) => finished));
    await eventually(async () => (await server.stats()).backlog === 0, "nothing left in flight", 60_000);

    const all = await readAll(server);
    assertTranscripts(all, acknowledged);
    assertWithAgents(all);
    const twice = doubles(platforms);
    // Only Facebook cannot be asked; its echoes settle what they can.
    assert.deepEqual(
      twice.filter((key) => !key.startsWith("facebook")),
      [],
    );
    assert.ok(twice.length <= kills * CUSTOMERS_EACH, `${twice.length} doubles`);
    process.stdout.write(
      `      ${kills} kills, ${acknowledged.length} messages acknowledged, 0 lost, ${twice.length} doubled where the platform cannot be asked\n`,
    );
  });

  const POINTS = [
    "receive",
    "turn",
    "accepted",
    "opened",
    "enqueue",
    "effectDone",
    "offer",
    "accept",
    "agentMessage",
    "customerWrote",
    "end",
    "close",
    "closed",
    "history",
    "closedRecord",
  ];
  for (const point of POINTS) {
    // The path of a message on two channels, the rest on one: what differs is how a platform is asked afterwards.
    for (const channel of ["receive", "turn", "accepted", "agentMessage"].includes(point)
      ? (["sms", "twitter"] as const)
      : (["sms"] as const)) {
      it(`right after the commit "${point}" (${channel})`, async () => {
        await server.start(point);
        await scenario(channel, point);
      });
    }
  }

  /** A conversation from hello to closed; every step is repeated until it works, as people and platforms do. */
  async function scenario(channel: ChannelName, point: string): Promise<void> {
    const acknowledged: Said[] = [];
    const customer = customerOf(channel, 7);
    let restarted = false;
    const revive = server.died().then(async () => {
      restarted = true;
      await server.start();
    });
    const say = async (text: string) => {
      const signed = platforms[channel].webhook.say({ customerId: customer, text });
      while ((await platforms.post(channel, signed)) !== 200)
        await new Promise((resolve) => setTimeout(resolve, 20));
      acknowledged.push({ channel, customer, text });
    };
    const got = (text: string) =>
      eventually(
        () => sentOn(platforms, channel).some((sent) => sent.text === text),
        `"${text}" on the telephone`,
        60_000,
      );

    await server.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    await say("helper:x-7-0");
    await got("bot: helper:x-7-0");
    await say("agent:x-7-1");
    const conversation = await eventually(
      async () => {
        const offers = await server.call<{ items: { id: string }[] }>("ana", "GET", "/api/desk/offers");
        for (const offer of offers.body.items)
          await server.call("ana", "POST", `/api/desk/offers/${offer.id}/accept`);
        const mine = await server.call<{ items: ConversationView[] }>(
          "ana",
          "GET",
          "/api/desk/conversations?agent=ana&holder=agent",
        );
        return mine.body.items[0];
      },
      "Ana to have the conversation",
      60_000,
    );
    const path = `/api/desk/conversations/${conversation.id}`;
    assert.equal(
      (await server.call("ana", "POST", `${path}/messages`, { text: "re one", clientId: "1" })).status,
      201,
    );
    await got("re one");
    await say("agent:x-7-2");
    await eventually(
      async () =>
        (await server.call<{ items: MessageView[] }>("ana", "GET", `${path}/messages`)).body.items.some(
          ({ text }) => text === "agent:x-7-2",
        ),
      "the message at the desk",
    );
    await server.call("ana", "POST", `${path}/end`);
    await eventually(
      async () => {
        await server.call("ana", "POST", `${path}/close`);
        return (await server.call<ConversationView>("ana", "GET", path)).body.state === "closed";
      },
      "the conversation to be closed",
      60_000,
    );

    assert.ok(restarted, `the commit "${point}" was never reached`);
    await revive;
    await say("helper:x-7-3");
    await got("bot: helper:x-7-3");
    await eventually(async () => (await server.stats()).backlog === 0, "nothing left in flight", 60_000);
    const all = await readAll(server);
    assertTranscripts(all, acknowledged);
    assert.equal(all.length, 2, "one closed, one new");
    assert.deepEqual(doubles(platforms), []);
    const load = await server.call<{ presence: { used: number } }>("ana", "GET", "/api/desk/me");
    assert.equal(load.body.presence.used, 0, "Ana is free again");
  }
});
