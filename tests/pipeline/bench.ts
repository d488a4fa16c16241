// biome-ignore-all lint/suspicious/noThenProperty: a definition says what to do then
import { createTickets } from "../../src/contacts/tickets/tickets";
import type { Activity } from "../../src/core/activity";
import type {
  Account,
  Channel,
  ChannelClient,
  Inbound,
  Reconciled,
  SendContext,
  SendResult,
} from "../../src/core/channel";
import type { ContactBook } from "../../src/core/contactBook";
import type {
  ConversationDoc,
  Effect,
  Head,
  InboundMessage,
  Message,
  OutboundMessage,
} from "../../src/core/conversation";
import { InputError, WebhookRejected } from "../../src/core/errors";
import { toConversationId, toThreadId } from "../../src/core/ids";
import { type Log, silentLog } from "../../src/core/log";
import { type Meter, silentMeter } from "../../src/core/metricTable";
import type { Store } from "../../src/core/store";
import type { WorkItem } from "../../src/core/workItem";
import { ROUTING_GROUP } from "../../src/core/workItem";
import type { Bot, BotOutcome, BotTurn } from "../../src/dialogs/bot";
import { createPipeline } from "../../src/pipeline/pipeline";
import type { MediaPort, PipelinePorts } from "../../src/pipeline/ports";
import { setPresence } from "../../src/routing/presence";
import { itemId } from "../../src/routing/workItems";
import { createFakeClock, type FakeClock } from "../support/clock";
import { createContacts } from "../support/contacts";
import { createMemoryMedia } from "../support/memoryMedia";
import { createMemoryStore, type MemoryStore } from "../support/memoryStore";
import { createSettings, type TestSettings } from "../support/settings";

export type PipelineBench = ReturnType<typeof createBench>;

interface BenchOptions extends TestSettings {
  /** What the helper does; default: says "You said: …". */
  bot?: (turn: BotTurn) => Partial<BotOutcome> | Promise<Partial<BotOutcome>>;
  send?: (text: string, messageId: string, context: SendContext) => SendResult | Promise<SendResult>;
  reconcile?: () => Reconciled;
  /** What fetching a customer's file gives; default a small picture. */
  fetch?: MediaPort["fetch"];
  profile?: NonNullable<ChannelClient["profile"]>;
  /** The account after its secrets were asked for again. */
  refresh?: () => Promise<Account | undefined>;
  templates?: NonNullable<ChannelClient["templates"]>;
  signal?: NonNullable<ChannelClient["signal"]>;
  rates?: { count: number; seconds: number }[];
  abilities?: Partial<Channel["definition"]["abilities"]>;
  plugins?: PipelinePorts["plugins"];
  log?: Log;
  meter?: Meter;
  /** Goes on with what another bench left. */
  store?: MemoryStore;
  clock?: FakeClock;
  serverId?: string;
  /** With a contact book. */
  contacts?: boolean;
  /** How this server sees `store`, when others share it. */
  view?: Store;
}

export const threadOf = (customer: string, page = "2000"): string => toThreadId("facebook", page, customer);
export const conversationOf = (customer: string, n = 1): string => toConversationId(threadOf(customer), n);
/** With the helper before people. */
export const WITH_HELPER: TestSettings = {
  workstreams: [{ id: "messenger", helper: "first", flow: "flow" }],
  flows: [{ id: "flow", start: "a", steps: {} }],
};

/** The whole pipeline on a store in memory, a clock that stands still and a channel that is a list. */
export function createBench(options: BenchOptions = {}) {
  const clock = options.clock ?? createFakeClock();
  const store = options.store ?? createMemoryStore(clock.now);
  const settings = createSettings(options);
  const sent: { text: string; messageId: string; customerId: string }[] = [];
  const turns: BotTurn[] = [];
  const channel = buildChannel(options);
  const client: ChannelClient = {
    async send(request, context) {
      const result = await (options.send?.(request.body, context.messageId, context) ?? {});
      sent.push({ text: request.body, messageId: context.messageId, customerId: context.customerId });
      return { providerId: `p${sent.length}`, ...result };
    },
    reconcile: async () => options.reconcile?.() ?? { outcome: "unknown" },
    mediaRequest: (url) => ({ url, headers: {}, hosts: ["cdn.example.com"] }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.templates === undefined ? {} : { templates: options.templates }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const bot: Bot = {
    async runTurn(turn) {
      turns.push(turn);
      const plain = {
        sends: [],
        dialog: { turns: turns.length },
        context: { ...turn.context },
        ended: false,
      };
      return {
        ...plain,
        ...(await (options.bot?.(turn) ?? { sends: [say(`You said: ${turn.activity.text}`)] })),
      };
    },
  };
  const account = (): Account => ({
    id: "shop",
    provider: "facebook",
    name: "Shop",
    values: {},
    secrets: {},
    publicUrls: [],
    instances: [...settings.current().instances.values()].map((each) => ({
      ...each,
      accountId: "shop",
      workstreamId: each.workstream,
      values: each.values,
      secrets: {},
    })),
  });
  const accounts = {
    accountNow: (id: string) => (id === "shop" ? account() : undefined),
    account: async (id: string) => accounts.accountNow(id),
    refresh: async (id: string) => (await options.refresh?.()) ?? accounts.accountNow(id),
    instance: () => undefined,
  };
  const channels = new Map([["facebook", channel]]);
  const media = createMemoryMedia(options.fetch);
  const view = options.view ?? (store as Store);
  const contacts =
    options.contacts === true
      ? createContacts({ store: view, clock }, () => pipeline.contactSteps)
      : undefined;
  const ports = {
    store: view,
    settings,
    accounts,
    channels,
    clients: new Map([["facebook", client]]),
    media,
    clock,
    log: options.log ?? silentLog,
    meter: options.meter ?? silentMeter,
    serverId: options.serverId ?? "server~1",
    plugins: options.plugins,
    tickets: createTickets({ store: options.view ?? store, settings, clock }),
    contacts,
  };
  const pipeline = createPipeline({ ...ports, bot });
  const read = async <T>(container: "threads" | "routing", partition: string, id: string) =>
    (await store.read(container, partition, id))?.doc as T | undefined;

  return {
    clock,
    store,
    settings,
    sent,
    turns,
    media,
    ports,
    pipeline,
    /** Only with `contacts`. */
    book: contacts?.book as ContactBook,
    /** Posts these items as one webhook. */
    webhook: (...items: Inbound[]) =>
      pipeline.receiver.receive("facebook", "shop", {
        method: "POST",
        url: "/",
        headers: { signed: "yes" },
        body: Buffer.from(JSON.stringify(items)),
      }),
    /** Customers write, one webhook each; resolves when everything is quiet. */
    async say(customer: string, ...texts: string[]): Promise<void> {
      for (const text of texts) await this.webhook(message(customer, text));
      await this.quiet();
    },
    /** Until nothing is under way; at most 300 rounds, since a turn that waits for its retry never ends by itself. */
    async quiet(): Promise<void> {
      for (let calm = 0, rounds = 0; calm < 5 && rounds < 300; rounds++) {
        await new Promise(setImmediate);
        const { turns: inTurns, effects, sending, threads, contacts: owed } = pipeline.backlog();
        calm = inTurns + effects + sending + threads + owed === 0 ? calm + 1 : calm;
      }
    },
    /** Lets time pass and everything due happen. */
    async pass(ms: number): Promise<void> {
      clock.advance(ms);
      for (let i = 0; i < 10; i++) await new Promise(setImmediate);
    },
    head: (customer: string) => read<Head>("threads", threadOf(customer), "head"),
    item: (customer: string, n = 1) =>
      read<WorkItem>("routing", ROUTING_GROUP, itemId(conversationOf(customer, n))),
    record: (customer: string, n = 1) => read<ConversationDoc>("threads", threadOf(customer), `conv~${n}`),
    messages: (customer: string) =>
      (store.all("threads") as Message[])
        .filter((doc) => doc.type === "message" && doc.threadId === threadOf(customer))
        .sort((a, b) => (a.seq ?? 1e9) - (b.seq ?? 1e9)),
    inbound(customer: string): InboundMessage[] {
      return this.messages(customer).filter((doc) => doc.direction === "in");
    },
    outbound(customer: string): OutboundMessage[] {
      return this.messages(customer).filter((doc) => doc.direction === "out");
    },
    effects: () => store.all("threads").filter(({ type }) => type === "effect") as Effect[],
    online: (agentId: string) => setPresence(ports, agentId, "available"),
  };
}

let keys = 0;

/** A text of a customer; each has an id of its own unless given. */
export function message(
  customer: string,
  text: string,
  more: { key?: string; at?: number; page?: string; name?: string } = {},
): Inbound {
  const { key = `m${++keys}`, at, page = "2000", name } = more;
  const from = name === undefined ? { id: customer } : { id: customer, name };
  return {
    kind: "activity",
    channel: "facebook",
    instanceExternalId: page,
    customerId: customer,
    key,
    ...(at === undefined ? {} : { occurredAt: at }),
    activity: {
      type: "message",
      channelId: "facebook",
      from,
      recipient: { id: page },
      conversation: { id: "" },
      text,
    },
  };
}

/** An activity as a helper sends it. */
export const say = (text: string) => ({
  type: "message",
  text,
  channelId: "facebook",
  from: { id: "" },
  recipient: { id: "" },
  conversation: { id: "" },
});

/** Something a customer did that is no message. */
export function deed(
  customer: string,
  type: string,
  more: Partial<Activity> & { key?: string; at?: number } = {},
): Inbound {
  const { key, at, ...activity } = more;
  const said = message(customer, "", {
    ...(key === undefined ? {} : { key }),
    ...(at === undefined ? {} : { at }),
  });
  if (said.kind !== "activity") throw new TypeError("no activity");
  const { text: _text, ...bare } = said.activity;
  return { ...said, activity: { ...bare, type, ...activity } };
}

/** A message with files; each is the last part of an address. */
export function withFiles(
  customer: string,
  names: readonly string[],
  more: { key?: string; text?: string } = {},
): Inbound {
  const { text = "", key } = more;
  const said = message(customer, text, key === undefined ? {} : { key });
  if (said.kind !== "activity") throw new TypeError("no activity");
  const attachments = names.map((name) => ({
    contentType: "image/*",
    contentUrl: `https://cdn.example.com/${name}`,
    name,
  }));
  return { ...said, activity: { ...said.activity, id: said.key, attachments } };
}

/** Each "|" of a text begins another part. */
function buildChannel(options: BenchOptions): Channel {
  return {
    definition: {
      id: "facebook",
      title: "Test",
      provider: "facebook",
      providerTitle: "Test",
      accountFields: [],
      instance: { noun: "page", listKey: "pages", idField: "pageId", fields: [], normaliseId: (id) => id },
      limits: { textLength: 2000, rates: options.rates ?? [] },
      abilities: {
        delivered: true,
        read: true,
        typing: false,
        quickReplies: false,
        attachments: false,
        templates: false,
        ...options.abilities,
      },
      ambiguous: { waitMs: 30_000, then: "resend" },
    },
    verify(request) {
      if (request.headers.signed !== "yes") throw new WebhookRejected("WEBHOOK_BAD_SIGNATURE");
    },
    toInbound(request) {
      const items: unknown = JSON.parse(request.body.toString());
      if (!Array.isArray(items)) throw new InputError("WEBHOOK_BODY_UNREADABLE");
      return items as Inbound[];
    },
    acknowledge: () => ({ status: 200 }),
    toRequests: (activity) =>
      (activity.text ?? "")
        .split("|")
        .map((body) => ({ method: "POST", path: "/", contentType: "application/json", body })),
    createClient: () => {
      throw new TypeError("the bench has its own client");
    },
  };
}
