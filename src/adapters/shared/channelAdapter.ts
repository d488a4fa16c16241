import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Activity as BotActivity,
  BotAdapter,
  type ConversationReference,
  type ResourceResponse,
  TurnContext,
} from "botbuilder-core";
import { ACTIVITY_EVENTS, type Activity } from "../../core/activity";
import type {
  Account,
  Channel,
  ChannelClient,
  Inbound,
  Instance,
  MediaRequest,
  SendContext,
  WebhookReply,
} from "../../core/channel";
import { type Clock, isoTime, systemClock } from "../../core/clock";
import { ChannelError, InputError, messageOf, SwitchboardError, WebhookRejected } from "../../core/errors";
import { newId, toThreadId } from "../../core/ids";
import { type Log, silentLog } from "../../core/log";
import { fromBotActivity, toBotActivity } from "./botActivity";
import { type NodeRequest, type NodeResponse, readRawRequest } from "./rawBody";
import { RecentMap } from "./recentMap";
import { runTurn, Turn } from "./turn";

export type TurnLogic = (context: TurnContext) => Promise<void>;

export interface ChannelAdapterOptions {
  channel: Channel;
  /** The account with its instances; asked for at each use, so that renewed secrets count at once. */
  account: () => Account | Promise<Account>;
  client: ChannelClient;
  clock?: Clock;
  log?: Log;
}

/** What a customer does that opens a reply window; typing and events of the platform do not. */
const OPENS_WINDOW: ReadonlySet<string> = new Set(["message", "messageReaction"]);
/** What goes to a customer through the channel's calls; what else a bot may send keeps only its place. */
const DELIVERED: ReadonlySet<string> = new Set(["message", "messageReaction"]);

/** A turn, and the turn that began it. */
interface RunningTurn {
  conversationId: string;
  isOver: boolean;
  outer: RunningTurn | undefined;
}

/** How many message ids and customers the adapter remembers when it works alone. */
const REMEMBERED = 10_000;
const MAX_DELAY_MS = 60_000;

/**
 * A channel as a Bot Framework adapter. Everything that customers do reaches the bot as the Activity schema has it:
 * messages, reactions, edits, unsent messages, typing, and events by the names of ACTIVITY_EVENTS. In Switchboard's server it only runs turns (`processActivity`); in a bot of
 * somebody's own `process` does the whole way in and `sendActivities` the way out. Alone it keeps nothing durable:
 * a message that was answered to the platform is lost if the process dies before its turn.
 */
export class ChannelAdapter extends BotAdapter {
  readonly channel: Channel;
  readonly #account: ChannelAdapterOptions["account"];
  readonly #client: ChannelClient;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #seen = new RecentMap<true>(REMEMBERED);
  readonly #lastInbound = new RecentMap<{ at: number; id: string | undefined }>(REMEMBERED);
  readonly #turns = new Map<string, Promise<void>>();
  readonly #running = new AsyncLocalStorage<RunningTurn>();

  constructor(options: ChannelAdapterOptions) {
    super();
    this.channel = options.channel;
    this.#account = options.account;
    this.#client = options.client;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
  }

  /**
   * Answers one webhook request and runs `logic` for each message in it, one at a time per conversation. The platform
   * is answered before the turns run. Resolves when they have; never rejects: turn errors go to `onTurnError`.
   */
  async process(request: NodeRequest, response: NodeResponse, logic: TurnLogic): Promise<void> {
    let items: Inbound[] = [];
    try {
      const raw = await readRawRequest(request);
      const account = await this.#account();
      if (raw.method === "GET") {
        const reply = this.channel.challenge?.(raw, account) ?? { status: 405 };
        return answer(response, reply);
      }
      this.channel.verify(raw, account);
      items = this.#readItems(() => this.channel.toInbound(raw, account));
      answer(response, this.channel.acknowledge(raw));
    } catch (error) {
      this.#log.warn({ channel: this.channel.definition.id }, messageOf(error));
      return answer(response, { status: statusOf(error) });
    }
    await Promise.all(items.map((item) => this.#startTurn(item, logic)));
  }

  /** Runs one turn: the middleware, then `logic`. Throws what they throw unless `onTurnError` is set. */
  async processActivity(activity: Activity, logic: TurnLogic): Promise<void> {
    await this.runMiddleware(new Turn(this, toBotActivity(activity)), logic);
  }

  protected override runMiddleware(context: TurnContext, logic: TurnLogic): Promise<void> {
    return runTurn(context, this.middleware, logic);
  }

  /** One response per activity, in order: TurnContext copies the ids by index. Throws ChannelError. */
  override async sendActivities(
    context: TurnContext,
    activities: Partial<BotActivity>[],
  ): Promise<ResourceResponse[]> {
    const responses: ResourceResponse[] = [];
    for (const activity of activities) {
      let id = "";
      if (activity.type === "delay") {
        await this.#pause(activity.value);
      } else if (activity.type === "typing") {
        await this.#showTyping(context, activity);
      } else if (DELIVERED.has(activity.type ?? "")) {
        id = await this.#deliver(context, activity);
      }
      // Traces (which hold the bot's whole state) and events go to no customer but keep their slot.
      responses.push({ id });
    }
    return responses;
  }

  /**
   * How to fetch a file of an inbound activity (`attachments[].contentUrl`): address, credentials, and the hosts that
   * may be asked on the way. Throws ChannelError CHANNEL_UNSUPPORTED for an address that is not the platform's.
   */
  async mediaRequest(contentUrl: string, instanceExternalId: string): Promise<MediaRequest> {
    const account = await this.#account();
    const instance = findInstance(account, this.channel.definition.id, instanceExternalId);
    const request = this.#client.mediaRequest?.(contentUrl, { account, instance });
    if (request !== undefined) return request;
    const { title } = this.channel.definition;
    throw new ChannelError("CHANNEL_UNSUPPORTED", `${title} has no files to fetch.`, { retryable: false });
  }

  override async updateActivity(): Promise<void> {
    throw new SwitchboardError(
      "CHANNEL_UNSUPPORTED",
      `${this.channel.definition.title} cannot change a message that was sent. Send another one.`,
    );
  }

  override async deleteActivity(): Promise<void> {
    throw new SwitchboardError(
      "CHANNEL_UNSUPPORTED",
      `${this.channel.definition.title} cannot delete a message that was sent.`,
    );
  }

  /**
   * A turn that nobody's message began, when the conversation's others are done; from inside one of its turns at once.
   * Throws what `logic` throws.
   */
  override async continueConversation(
    reference: Partial<ConversationReference>,
    logic: TurnLogic,
  ): Promise<void> {
    const activity = TurnContext.applyConversationReference(
      { type: "event", name: "ContinueConversation" },
      reference,
      true,
    );
    await this.#inOrder(activity.conversation?.id ?? "", () =>
      this.runMiddleware(new Turn(this, activity), logic),
    );
  }

  /** As CloudAdapter's: the application id (or identity) and the audience mean nothing here. */
  override async continueConversationAsync(
    _application: unknown,
    reference: Partial<ConversationReference>,
    logicOrAudience: TurnLogic | string,
    logic?: TurnLogic,
  ): Promise<void> {
    const turn = typeof logicOrAudience === "function" ? logicOrAudience : logic;
    if (turn === undefined)
      throw new InputError("INPUT_INVALID", "continueConversationAsync needs the turn's logic.");
    await this.continueConversation(reference, turn);
  }

  /** A signed body that cannot be read is answered with success: the platform would only send it again. */
  #readItems(read: () => Inbound[]): Inbound[] {
    try {
      return read();
    } catch (error) {
      this.#log.error({ channel: this.channel.definition.id }, messageOf(error));
      return [];
    }
  }

  async #startTurn(item: Inbound, logic: TurnLogic): Promise<void> {
    const activity = toTurnActivity(item, this.#clock.now());
    if (activity === undefined) return this.#note(item);
    const conversationId = activity.conversation.id;
    if ("key" in item) {
      const seen = `${conversationId} ${item.key}`;
      if (this.#seen.has(seen)) return;
      this.#seen.set(seen, true);
    }
    if (OPENS_WINDOW.has(activity.type) || activity.name === ACTIVITY_EVENTS.unsupported) {
      const at = Date.parse(activity.timestamp ?? "") || this.#clock.now();
      const id = activity.type === "message" ? activity.id : this.#lastInbound.get(conversationId)?.id;
      this.#lastInbound.set(conversationId, { at, id });
    }

    await this.#inOrder(conversationId, () => this.processActivity(activity, logic)).catch(
      (error: unknown) => {
        this.#log.error(
          { conversationId, error: messageOf(error) },
          "A turn failed; set onTurnError to handle it.",
        );
      },
    );
  }

  /** Two turns of a conversation at once would save over each other's state. Throws what `turn` throws. */
  async #inOrder(conversationId: string, turn: () => Promise<void>): Promise<void> {
    const outer = this.#running.getStore();
    // It would wait for itself.
    if (isInside(outer, conversationId)) return turn();
    const running: RunningTurn = { conversationId, isOver: false, outer };
    const before = this.#turns.get(conversationId) ?? Promise.resolve();
    const done = before.then(() => this.#running.run(running, turn));
    const over = done
      .catch(() => {})
      .then(() => {
        running.isOver = true;
        if (this.#turns.get(conversationId) === over) this.#turns.delete(conversationId);
      });
    this.#turns.set(conversationId, over);
    await done;
  }

  /** What a platform tells an account's owner is for the log: no bot can do anything about it. */
  #note(item: Inbound): void {
    if (item.kind !== "notice") return;
    const about = { channel: item.channel, instance: item.instanceExternalId, code: item.code };
    if (item.level === "info") this.#log.info(about, item.text);
    else this.#log[item.level === "error" ? "error" : "warn"](about, item.text);
  }

  async #deliver(context: TurnContext, sent: Partial<BotActivity>): Promise<string> {
    const activity = fromBotActivity(sent);
    const sendContext = await this.#toSendContext(context, activity);
    let id = "";
    for (const request of this.channel.toRequests(activity, sendContext)) {
      const result = await this.#client.send(request, sendContext);
      id = result.providerId ?? id;
    }
    return id;
  }

  /** Worth one try: an answer without its three dots is better than none. */
  async #showTyping(context: TurnContext, sent: Partial<BotActivity>): Promise<void> {
    if (this.#client.signal === undefined || !this.channel.definition.abilities.typing) return;
    try {
      await this.#client.signal("typing", await this.#toSendContext(context, fromBotActivity(sent)));
    } catch (error) {
      this.#log.warn({ channel: this.channel.definition.id }, messageOf(error));
    }
  }

  async #toSendContext(context: TurnContext, activity: Activity): Promise<SendContext> {
    const account = await this.#account();
    // Sends of a turn carry the reference: we are `from`. A bare activity falls back on the turn's own.
    const instanceId = activity.from.id || context.activity.recipient?.id || "";
    const customerId = activity.recipient.id || context.activity.from?.id || "";
    const now = this.#clock.now();
    const last = this.#lastInbound.get(activity.conversation.id);
    return {
      account,
      instance: findInstance(account, this.channel.definition.id, instanceId),
      customerId,
      messageId: newId("out"),
      author: { kind: "bot" },
      // After a restart nobody here knows when the customer wrote: then the platform decides about the window.
      lastInboundAt: last?.at ?? now,
      ...(last?.id === undefined ? {} : { lastInboundId: last.id }),
      now,
    };
  }

  #pause(value: unknown): Promise<void> {
    const delayMs = Math.min(Math.max(Number(value ?? 1000) || 0, 0), MAX_DELAY_MS);
    return new Promise((resolve) => {
      this.#clock.after(delayMs, resolve);
    });
  }
}

/** Is this run by a turn of the conversation that waits for it? What a turn left behind when it ended is not. */
function isInside(turn: RunningTurn | undefined, conversationId: string): boolean {
  if (turn === undefined) return false;
  const isIt = !turn.isOver && turn.conversationId === conversationId;
  return isIt || isInside(turn.outer, conversationId);
}

/** What of a webhook starts a turn; echoes and receipts never do, else the bot would answer itself. */
function toTurnActivity(item: Inbound, now: number): Activity | undefined {
  if (item.kind === "activity") return item.activity;
  if (item.kind === "typing") {
    return {
      type: "typing",
      channelId: item.channel,
      serviceUrl: `urn:switchboard:${item.channel}`,
      timestamp: isoTime(item.occurredAt ?? now),
      from: { id: item.customerId, role: "user" },
      recipient: { id: item.instanceExternalId, role: "bot" },
      conversation: { id: toThreadId(item.channel, item.instanceExternalId, item.customerId) },
    };
  }
  if (item.kind !== "unsupported" || item.customerId === undefined || item.instanceExternalId === undefined)
    return undefined;
  return {
    type: "event",
    name: ACTIVITY_EVENTS.unsupported,
    id: item.key,
    channelId: item.channel,
    timestamp: isoTime(item.occurredAt ?? now),
    from: { id: item.customerId, role: "user" },
    recipient: { id: item.instanceExternalId, role: "bot" },
    conversation: { id: toThreadId(item.channel, item.instanceExternalId, item.customerId) },
    value: { reason: item.reason },
    channelData: item.raw,
  };
}

function findInstance(account: Account, channel: string, externalId: string): Instance {
  const instance = account.instances.find((one) => one.channel === channel && one.externalId === externalId);
  if (instance !== undefined) return instance;
  throw new SwitchboardError(
    "INSTANCE_UNKNOWN",
    `The account "${account.id}" has no ${channel} instance "${externalId}".`,
  );
}

function statusOf(error: unknown): number {
  if (error instanceof WebhookRejected) return error.code === "WEBHOOK_BAD_TOKEN" ? 403 : 401;
  if (error instanceof InputError) return error.code === "INPUT_TOO_LARGE" ? 413 : 400;
  return 500;
}

function answer(response: NodeResponse, reply: WebhookReply): void {
  response.statusCode = reply.status;
  if (reply.contentType !== undefined) response.setHeader("Content-Type", reply.contentType);
  response.end(reply.body);
}
