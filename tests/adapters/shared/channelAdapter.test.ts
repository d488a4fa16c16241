import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { ActivityTypes, type Middleware, TurnContext } from "botbuilder-core";
import { createFake, FacebookAdapter } from "../../../src/adapters/facebook";
import {
  type FakePlatform,
  type FakeSent,
  post,
  type SignedWebhook,
} from "../../../src/adapters/shared/fakePlatform";
import { createHttp } from "../../../src/adapters/shared/pools";
import type { Http } from "../../../src/core/channel";
import { systemClock } from "../../../src/core/clock";
import { silentLog } from "../../../src/core/log";
import { buildAccount, CUSTOMER, PAGE } from "../facebook/account";

describe("ChannelAdapter", function () {
  // Real sockets on a busy machine.
  this.timeout(10_000);
  let fake: FakePlatform;
  let adapter: FacebookAdapter;
  let http: Http;
  let server: Server;
  let url = "";
  let logic: (context: TurnContext) => Promise<void>;
  let ended: Promise<void>;

  beforeEach(async () => {
    const account = buildAccount();
    fake = createFake({ account, publicUrl: "", webhookUrl: "", clock: systemClock });
    await fake.listen();
    http = createHttp({ connections: 4 });
    adapter = new FacebookAdapter({
      applicationId: "777",
      applicationSecret: "s3cret",
      verifyToken: "verify me",
      pages: account.instances.map(({ externalId }) => ({
        pageId: externalId,
        pageAccessToken: `EAA-${externalId}`,
      })),
      apiUrl: fake.url,
      http,
    });
    logic = async (context) => {
      if (context.activity.type === ActivityTypes.Message)
        await context.sendActivity(`You said ${context.activity.text}`);
    };
    ended = Promise.resolve();
    server = createServer((request, response) => {
      ended = adapter.process(request, response, (context) => logic(context));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/facebook`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await http.close();
    await fake.close();
  });

  const say = (text: string, id?: string): SignedWebhook =>
    fake.webhook.say(id === undefined ? { customerId: CUSTOMER, text } : { customerId: CUSTOMER, text, id });
  async function receive(signed: SignedWebhook): Promise<number> {
    const { status } = await post(url, signed);
    await ended;
    return status;
  }

  it("answers a signed message and sends the bot's reply", async () => {
    assert.equal(await receive(say("hello")), 200);
    assert.deepEqual(
      fake.sent.map(({ text, customerId }) => [text, customerId]),
      [["You said hello", CUSTOMER]],
    );
  });

  it("answers the platform before the turn ends", async () => {
    let finish = () => {};
    logic = () => new Promise((resolve) => (finish = resolve));
    assert.equal((await post(url, say("slow"))).status, 200);
    finish();
    await ended;
  });

  it("refuses unsigned, oversized and unknown requests and lives on", async () => {
    const unsigned = { ...say("x"), headers: { "content-type": "application/json" } };
    assert.equal(await receive(unsigned), 401);
    assert.equal(await receive({ ...unsigned, body: Buffer.alloc(1_100_000) }), 413);
    assert.equal(await receive(fake.webhook.sign("not json")), 200);
    assert.equal(
      await receive(fake.webhook.sign('{"object":"page","entry":[{"standby":[{}]},{"changes":[]},null]}')),
      200,
    );
    assert.equal(await receive(say("still here")), 200);
    assert.equal(fake.sent.length, 1);
  });

  it("says that a body parser ran before it", async () => {
    const told: string[] = [];
    const log = { ...silentLog, warn: (_fields: object, message: string) => void told.push(message) };
    const { applicationSecret = [], verifyToken = [] } = buildAccount().secrets;
    const early = new FacebookAdapter({
      applicationSecret: applicationSecret[0] ?? "",
      verifyToken: verifyToken[0] ?? "",
      pages: [],
      log,
    });
    const request = Object.assign(Readable.from([]), {
      method: "POST",
      url: "/facebook",
      headers: {},
      body: {},
    });
    await request.toArray();
    const response = { statusCode: 0, setHeader() {}, end() {} };
    await early.process(request, response, logic);
    assert.equal(response.statusCode, 500);
    assert.match(told.join(), /body parser/);
  });

  it("answers the challenge", async () => {
    const ask = (token: string) =>
      fetch(`${url}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=42`);
    assert.equal(await (await ask("verify+me")).text(), "42");
    assert.equal((await ask("other")).status, 403);
  });

  it("drops a repeated delivery", async () => {
    await receive(say("once", "m_once"));
    await receive(say("once", "m_once"));
    assert.equal(fake.sent.length, 1);
  });

  it("starts no turn for echoes and receipts", async () => {
    await receive(say("hello"));
    const sent = fake.sent[0] as FakeSent;
    let turns = 0;
    logic = async () => {
      turns++;
    };
    for (const signed of [
      fake.webhook.echo(sent),
      fake.webhook.receipt({ customerId: CUSTOMER, sent, status: "read" }),
    ]) {
      assert.ok(signed);
      assert.equal(await receive(signed), 200);
    }
    assert.equal(turns, 0);
  });

  it("runs the turns of one conversation one after the other", async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `n${index}`);
    let running = 0;
    const seen: string[] = [];
    logic = async (context) => {
      assert.equal(++running, 1);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(context.activity.text);
      running--;
    };
    const [batch] = fake.webhook.batch(texts.map((text) => ({ customerId: CUSTOMER, text })));
    await receive(batch as SignedWebhook);
    assert.deepEqual(seen, texts);
  });

  it("gives exactly one response per activity, in order, and keeps traces from the customer", async () => {
    let ids: string[] = [];
    logic = async (context) => {
      const responses = await context.sendActivities([
        { type: ActivityTypes.Typing },
        { type: ActivityTypes.Message, text: "one" },
        { type: ActivityTypes.Trace, name: "state", value: { secret: 1 } },
        { type: "delay", value: 1 },
        { type: ActivityTypes.Event, name: "x" },
        { type: ActivityTypes.Message, text: "two" },
      ]);
      ids = responses.map((response) => response?.id ?? "missing");
    };
    await receive(say("go"));
    assert.deepEqual(ids, ["", fake.sent[0]?.id, "", "", "", fake.sent[1]?.id]);
    // Typing is shown, and sends nothing.
    assert.equal(fake.calls.length, 3);
    assert.equal(JSON.parse(fake.calls[0]?.body ?? "").sender_action, "typing_on");
  });

  it("goes on when typing cannot be shown", async () => {
    logic = async (context) => {
      fake.behave({ status: 500 });
      await context.sendActivities([
        { type: ActivityTypes.Typing },
        { type: ActivityTypes.Message, text: "one" },
      ]);
    };
    await receive(say("go"));
    assert.deepEqual(
      fake.sent.map(({ text }) => text),
      ["one"],
    );
  });

  it("gives reactions, edits, unsent messages, files and places to the bot", async () => {
    const seen: string[] = [];
    logic = async ({ activity }) => {
      seen.push(
        `${activity.type} ${activity.replyToId ?? activity.attachments?.length ?? activity.entities?.length}`,
      );
    };
    const { webhook } = fake;
    const deed = { customerId: CUSTOMER, messageId: "m_1" };
    for (const signed of [
      webhook.react?.({ ...deed, emoji: "❤️" }),
      webhook.edit?.({ ...deed, text: "mended" }),
      webhook.unsend?.(deed),
      webhook.say({ customerId: CUSTOMER, text: "", media: [{ contentType: "image/png" }] }),
      webhook.say({ customerId: CUSTOMER, text: "", location: { latitude: 1, longitude: 2 } }),
    ]) {
      assert.ok(signed);
      await receive(signed);
    }
    assert.deepEqual(seen, [
      "messageReaction m_1",
      "messageUpdate m_1",
      "messageDelete m_1",
      "message 1",
      "message 1",
    ]);
  });

  it("shows no answer as a quotation, and takes reactions, files and buttons of a bot", async () => {
    logic = async (context) => {
      await context.sendActivities([
        { type: ActivityTypes.Message, text: "plain" },
        {
          type: ActivityTypes.MessageReaction,
          replyToId: context.activity.id ?? "",
          reactionsAdded: [{ type: "👍" }],
        },
        {
          type: ActivityTypes.Message,
          attachments: [{ contentType: "image/png", contentUrl: "https://a.example/a.png" }],
        },
      ]);
    };
    await receive(say("go", "m_go"));
    const [plain, reaction, picture] = fake.calls.map(({ body }) => JSON.parse(body));
    assert.equal(plain.reply_to, undefined);
    assert.deepEqual(reaction.payload, { message_id: "m_go", reaction: "👍" });
    assert.equal(picture.message.attachment.payload.url, "https://a.example/a.png");
  });

  it("keeps what is for the account's owner from the bot", async () => {
    let turns = 0;
    logic = async () => {
      turns++;
    };
    const item = { recipient: { id: PAGE }, policy_enforcement: { action: "block", reason: "spam" } };
    await receive(
      fake.webhook.sign(JSON.stringify({ object: "page", entry: [{ id: PAGE, messaging: [item] }] })),
    );
    assert.equal(turns, 0);
  });

  it("tells how to fetch a customer's file", async () => {
    const url = "https://scontent.xx.fbcdn.net/a.png";
    const request = await adapter.mediaRequest(url, PAGE);
    assert.equal(request.url, url);
    assert.ok(request.hosts.includes(".fbcdn.net"));
    await assert.rejects(adapter.mediaRequest("https://evil.example/a.png", PAGE), {
      code: "CHANNEL_UNSUPPORTED",
    });
    await assert.rejects(adapter.mediaRequest(url, "999"), { code: "INSTANCE_UNKNOWN" });
  });

  it("takes turn errors to onTurnError, a failed send with its code among them", async () => {
    const caught: string[] = [];
    adapter.onTurnError = async (_context, error) => {
      caught.push((error as { code?: string }).code ?? error.message);
    };
    fake.behave({ status: 401 });
    await receive(say("one"));
    logic = async () => {
      throw new Error("bot broke");
    };
    await receive(say("two"));
    assert.deepEqual(caught, ["CHANNEL_AUTH", "bot broke"]);
  });

  it("survives a bot error without onTurnError", async () => {
    logic = async () => {
      throw new Error("bot broke");
    };
    assert.equal(await receive(say("one")), 200);
  });

  it("continues a conversation from a stored reference, both ways", async () => {
    let reference: Partial<ReturnType<typeof TurnContext.getConversationReference>> = {};
    logic = async (context) => {
      reference = TurnContext.getConversationReference(context.activity);
    };
    await receive(say("remember me"));
    await adapter.continueConversation(reference, async (context) => {
      await context.sendActivity("later");
    });
    await adapter.continueConversationAsync("app", reference, async (context) => {
      await context.sendActivity("later still");
    });
    await adapter.continueConversationAsync("app", reference, "audience", async (context) => {
      await context.sendActivity("last");
    });
    assert.deepEqual(
      fake.sent.map(({ text, customerId, instanceId }) => [text, customerId, instanceId]),
      ["later", "later still", "last"].map((text) => [text, CUSTOMER, PAGE]),
    );
  });

  describe("continues a conversation", () => {
    const order: string[] = [];
    let reference: Partial<ReturnType<typeof TurnContext.getConversationReference>>;
    const gate = () => {
      let open = () => {};
      const opened = new Promise<void>((resolve) => (open = resolve));
      return { open, opened };
    };
    const later = (name: string, until?: Promise<void>) =>
      adapter.continueConversation(reference, async () => {
        order.push(name);
        await (until ?? new Promise((resolve) => setImmediate(resolve)));
        order.push(`${name} ends`);
      });

    beforeEach(() => {
      order.length = 0;
    });

    it("only between its other turns, and tells the caller what failed", async () => {
      const [begun, finish] = [gate(), gate()];
      logic = async (context) => {
        reference = TurnContext.getConversationReference(context.activity);
        order.push("turn");
        begun.open();
        await finish.opened;
        order.push("turn ends");
      };
      await post(url, say("go"));
      await begun.opened;
      const waiting = [later("first"), later("second")];
      const failing = adapter.continueConversation(reference, () => Promise.reject(new TypeError("third")));
      finish.open();
      await assert.rejects(failing, { message: "third" });
      await Promise.all([...waiting, later("fourth")]);
      assert.deepEqual(
        order,
        ["turn", "first", "second", "fourth"].flatMap((name) => [name, `${name} ends`]),
      );
    });

    it("at once from inside one of its turns, by way of another conversation too", async () => {
      logic = async (context) => {
        reference = TurnContext.getConversationReference(context.activity);
        const other = { ...reference, conversation: { id: "other" } } as typeof reference;
        await adapter.continueConversation(other, () => later("inside"));
      };
      await receive(say("go"));
      assert.deepEqual(order, ["inside", "inside ends"]);
    });

    it("in its order when what began it has long ended", async () => {
      const [release, finish] = [gate(), gate()];
      let leftBehind = Promise.resolve();
      logic = async (context) => {
        reference = TurnContext.getConversationReference(context.activity);
        leftBehind = release.opened.then(() => later("left behind"));
      };
      await receive(say("go"));
      const long = later("long", finish.opened);
      release.open();
      await new Promise((resolve) => setImmediate(resolve));
      finish.open();
      await Promise.all([long, leftBehind]);
      assert.deepEqual(order, ["long", "long ends", "left behind", "left behind ends"]);
    });
  });

  it("runs middleware, and lets a caller buffer what the bot sends", async () => {
    const order: string[] = [];
    const middleware: Middleware = {
      async onTurn(_context, next) {
        order.push("before");
        await next();
        order.push("after");
      },
    };
    adapter.use(middleware);
    const { activity } = buildInbound();
    const buffered: string[] = [];
    await adapter.processActivity(activity, async (context) => {
      context.onSendActivities(async (_context, activities) => {
        buffered.push(...activities.map(({ text }) => text ?? ""));
        return activities.map((_one, index) => ({ id: `out~${index}` }));
      });
      assert.ok(context.activity.timestamp instanceof Date);
      const response = await context.sendActivity("held back");
      assert.equal(response?.id, "out~0");
    });
    assert.deepEqual(order, ["before", "after"]);
    assert.deepEqual(buffered, ["held back"]);
    assert.equal(fake.calls.length, 0);
  });

  it("says that sent messages cannot be changed", async () => {
    await assert.rejects(adapter.updateActivity(), {
      code: "CHANNEL_UNSUPPORTED",
      message: /Facebook Messenger/,
    });
    await assert.rejects(adapter.deleteActivity(), { code: "CHANNEL_UNSUPPORTED" });
  });

  it("gives a shape it cannot read to the bot as an event, whole", async () => {
    const events: unknown[] = [];
    logic = async ({ activity }) => {
      events.push([activity.type, activity.name, activity.value, activity.from.id]);
    };
    const item = {
      sender: { id: CUSTOMER },
      recipient: { id: PAGE },
      timestamp: 1763700000001,
      message: { mid: "m", attachments: [{ type: "poll" }] },
    };
    await receive(
      fake.webhook.sign(JSON.stringify({ object: "page", entry: [{ id: PAGE, messaging: [item] }] })),
    );
    assert.deepEqual(events, [["event", "switchboard.unsupported", { reason: "poll" }, CUSTOMER]]);
  });

  function buildInbound() {
    const signed = say("hi");
    const [item] = adapter.channel.toInbound(
      { method: "POST", url: "/", headers: signed.headers, body: signed.body },
      buildAccount(),
    );
    assert.ok(item?.kind === "activity");
    return item;
  }
});
