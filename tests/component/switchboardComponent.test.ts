import assert from "node:assert/strict";
import {
  BotComponent,
  ConversationState,
  MemoryStorage,
  type Middleware,
  MiddlewareSet,
  type TurnContext,
} from "botbuilder-core";
import { ServiceCollection } from "botbuilder-dialogs-adaptive-runtime-core";
import type { ChannelAdapter } from "../../src/adapters/shared/channelAdapter";
import { HandOff } from "../../src/component/handOff";
import SwitchboardComponent from "../../src/component/switchboardComponent";
import type { Activity } from "../../src/core/activity";
import Component from "../../src/index";

const SETTINGS = {
  applicationId: "1000",
  applicationSecret: "s3cret",
  pages: [{ pageId: "2000", pageAccessToken: "EAA" }],
};
const ACTIVITY: Activity = {
  type: "message",
  channelId: "facebook",
  from: { id: "5000" },
  recipient: { id: "2000" },
  conversation: { id: "t~1" },
  text: "hello",
};

const seen: string[] = [];
const noting = (name: string): Middleware => ({
  async onTurn(_context, next) {
    seen.push(name);
    await next();
  },
});

function build(settings: unknown) {
  const conversationState = new ConversationState(new MemoryStorage());
  const services = new ServiceCollection({
    declarativeTypes: ["others"],
    customAdapters: new Map([["Other.Adapter", {}]]),
    middlewares: new MiddlewareSet(noting("middleware")),
    telemetryMiddleware: noting("telemetry"),
    conversationState,
  });
  new SwitchboardComponent().configureServices(services, { get: <T>() => settings as T, set() {} });
  const adapters = () => services.mustMakeInstance<Map<string, ChannelAdapter>>("customAdapters");
  return { services, conversationState, adapters };
}

describe("the component", () => {
  it("is the package's default export, and a component to the runtime", () => {
    assert.equal(Component, SwitchboardComponent);
    assert.ok(BotComponent.z.parse(new Component()) instanceof BotComponent);
  });

  it("adds its action and the adapters that the settings have", () => {
    const { services, adapters } = build(SETTINGS);
    const [others, ours] =
      services.mustMakeInstance<[string, { getDeclarativeTypes(): unknown }]>("declarativeTypes");
    assert.equal(others, "others");
    assert.deepEqual(ours.getDeclarativeTypes(), [{ kind: "Switchboard.HandOff", type: HandOff }]);
    assert.deepEqual([...adapters().keys()], ["Other.Adapter", "Switchboard.Facebook"]);
    assert.deepEqual([...build(undefined).adapters().keys()], ["Other.Adapter"]);
  });

  it("stops the bot's start at a fault in the settings, not before somebody sees it", () => {
    const { adapters, services } = build({ ...SETTINGS, applicationSecret: "" });
    assert.throws(adapters, { code: "CONFIG_INVALID", message: /applicationSecret is missing/ });
    assert.equal(services.mustMakeInstance<unknown[]>("declarativeTypes").length, 2);
  });

  it("runs the bot's middleware, and lets a failed conversation start again without a word", async () => {
    const { adapters, conversationState } = build(SETTINGS);
    const adapter = adapters().get("Switchboard.Facebook") ?? assert.fail();
    const count = conversationState.createProperty<number>("count");
    const sent: unknown[] = [];
    const run = (turn: (context: TurnContext) => Promise<unknown>) =>
      adapter.processActivity(ACTIVITY, async (context) => {
        context.onSendActivities(async (_context, activities) => {
          sent.push(...activities);
          return [];
        });
        await turn(context);
      });
    await run(async (context) => {
      await count.set(context, 7);
      await conversationState.saveChanges(context);
    });
    assert.deepEqual(seen, ["middleware", "telemetry"]);
    const written = await errorsOf(() => run(() => Promise.reject(new TypeError("the bot broke"))));
    assert.match(written, /the bot broke/);
    assert.doesNotMatch(written, /hello/);
    let left: number | undefined;
    await run(async (context) => {
      left = await count.get(context);
    });
    assert.equal(left, undefined);
    assert.deepEqual(sent, []);
  });
});

/** What was written to standard error meanwhile. */
async function errorsOf(work: () => Promise<void>): Promise<string> {
  const { write } = process.stderr;
  let written = "";
  process.stderr.write = (text: string | Uint8Array) => {
    written += text;
    return true;
  };
  try {
    await work();
  } finally {
    process.stderr.write = write;
  }
  return written;
}
