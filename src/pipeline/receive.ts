import type { Account, Channel, Inbound, RawRequest, WebhookReply } from "../core/channel";
import { ConfigError, InputError, messageOf, NotFound, WebhookRejected } from "../core/errors";
import { hashId } from "../core/ids";
import { toInstanceId } from "../core/settings";
import type { Inbox } from "./inbox";
import type { PipelinePorts } from "./ports";
import type { Receipts } from "./send/receipts";
import type { Turns } from "./turn";
import type { Typing } from "./typing";
import type { Counters } from "./watch/counters";
import type { Health } from "./watch/health";

type Kept = Extract<Inbound, { kind: "activity" | "echo" | "unsupported" }>;

/** verify -> normalise -> inbox: answers a platform only when everything it sent is durable. */
export function createReceiver(
  ports: PipelinePorts,
  parts: {
    inbox: Inbox;
    receipts: Receipts;
    turns: Turns;
    counters: Counters;
    health: Pick<Health, "notice" | "refused" | "accepted">;
    typing: Pick<Typing, "tell">;
  },
) {
  async function needAccount(provider: string, accountId: string): Promise<Account> {
    const account = ports.accounts.accountNow(accountId) ?? (await ports.accounts.account(accountId));
    if (account?.provider === provider) return account;
    // Known, but unusable until somebody mends it: 503, so that the platform sends again.
    if (ports.settings.current().accounts.get(accountId)?.provider === provider) {
      throw new ConfigError(
        "ACCOUNT_SECRET_MISSING",
        "This account cannot be used now; the log has the reason.",
      );
    }
    throw new NotFound("NOT_FOUND", "There is no such webhook.");
  }

  const channelsOf = (provider: string): Channel[] =>
    [...ports.channels.values()].filter((channel) => channel.definition.provider === provider);

  return {
    /** GET: the platform checks that the URL is ours. Throws WebhookRejected, NotFound. */
    async challenge(provider: string, accountId: string, request: RawRequest): Promise<WebhookReply> {
      const account = await needAccount(provider, accountId);
      const channel = channelsOf(provider).find((candidate) => candidate.challenge !== undefined);
      if (channel?.challenge === undefined) throw new NotFound("NOT_FOUND", "This webhook has no GET.");
      const { challenge } = channel;
      const [reply] = await verified(account, (one) => challenge(request, one));
      return reply;
    },

    /** POST. Throws WebhookRejected, NotFound, StoreError (the platform then sends again). */
    async receive(provider: string, accountId: string, request: RawRequest): Promise<WebhookReply> {
      const known = await needAccount(provider, accountId);
      const channels = channelsOf(provider);
      const [first] = channels;
      if (first === undefined) throw new NotFound("NOT_FOUND", "There is no such webhook.");
      const account = await verify(first, request, known);
      const items = channels.flatMap((channel) => normalise(ports, channel, request, account));
      await store(items, account);
      // Each message tells of itself; most other requests are receipts.
      ports.log.debug({ provider, accountId, items: items.length }, "a webhook was stored");
      return first.acknowledge(request);
    },

    /**
     * Items of one instance that somebody else authenticated (Azure Bot Service); durable when it resolves. Throws
     * NotFound when nothing is configured for the instance, StoreError.
     */
    async receiveItems(channelId: string, externalId: string, items: readonly Inbound[]): Promise<void> {
      const instance = ports.settings.current().instances.get(toInstanceId(channelId, externalId));
      const channel = ports.channels.get(channelId);
      if (instance === undefined || channel === undefined) {
        throw new NotFound("INSTANCE_UNKNOWN", `Nothing is configured for ${channelId} ${externalId}.`);
      }
      await store(items, await needAccount(channel.definition.provider, instance.account));
    },
  };

  /** The account whose secrets fit: a secret that was renewed at its source may not have reached us yet. */
  async function verified<T>(account: Account, check: (account: Account) => T): Promise<[T, Account]> {
    try {
      return [check(account), account];
    } catch (error) {
      if (!(error instanceof WebhookRejected)) throw error;
      const again = await ports.accounts.refresh(account.id).catch(() => undefined);
      if (again === undefined || again === account) throw error;
      return [check(again), again];
    }
  }

  async function verify(channel: Channel, request: RawRequest, account: Account): Promise<Account> {
    try {
      const [, used] = await verified(account, (one) => channel.verify(request, one));
      parts.health.accepted(account.id);
      return used;
    } catch (error) {
      if (error instanceof WebhookRejected) parts.health.refused(account.id);
      throw error;
    }
  }

  async function store(items: readonly Inbound[], account: Account): Promise<void> {
    const kept: Kept[] = [];
    const receipts: Promise<void>[] = [];
    for (const item of items) {
      if (item.kind === "receipt") receipts.push(parts.receipts.apply(item));
      else if (item.kind === "echo" && item.ourMessageId !== undefined)
        receipts.push(parts.receipts.apply(toReceipt(item)));
      else if (item.kind === "activity" || item.kind === "echo" || item.kind === "unsupported") {
        kept.push(item);
        continue;
      }
      if (item.kind === "typing") parts.typing.tell(item);
      if (item.kind === "notice") receipts.push(parts.health.notice(item, account));
      parts.counters.count(instanceOf(item, account), "notKept", ports.clock.now());
    }
    // Together, so that none fails with nobody listening: a rejection that nobody hears ends the process.
    await Promise.all([accept(kept, account), ...receipts]);
  }

  async function accept(kept: readonly Kept[], account: Account): Promise<void> {
    const fresh =
      kept.length === 0 ? [] : await parts.inbox.accept(kept, account.id, (item) => isKnown(item, account));
    // A thread's first is worked at once: of one body that must be the earliest.
    fresh.sort((a, b) => a.doc.occurredAt - b.doc.occurredAt);
    for (const message of fresh) parts.turns.add(message);
  }
}

/** A body that cannot be read is kept whole, as one unsupported item, and does not harm the other channels. */
function normalise(ports: PipelinePorts, channel: Channel, request: RawRequest, account: Account): Inbound[] {
  try {
    return channel.toInbound(request, account);
  } catch (error) {
    if (!(error instanceof InputError))
      ports.log.error(
        { channel: channel.definition.id, error: messageOf(error) },
        "a webhook body broke its reader",
      );
    const raw = request.body.toString("utf8");
    return [
      {
        kind: "unsupported",
        channel: channel.definition.id,
        key: hashId("", raw),
        reason: "a body that cannot be read",
        raw,
      },
    ];
  }
}

function isKnown(item: Kept, account: Account): boolean {
  if (item.customerId === undefined || item.instanceExternalId === undefined) return false;
  return account.instances.some(
    (instance) => instance.channel === item.channel && instance.externalId === item.instanceExternalId,
  );
}

function instanceOf(item: Inbound, account: Account): string {
  return toInstanceId(
    item.channel,
    "instanceExternalId" in item && item.instanceExternalId ? item.instanceExternalId : account.id,
  );
}

function toReceipt(echo: Extract<Inbound, { kind: "echo" }>): Extract<Inbound, { kind: "receipt" }> {
  const { channel, instanceExternalId, customerId, ourMessageId = "", part, key } = echo;
  const about = { ourMessageId, providerIds: [key], ...(part === undefined ? {} : { part }) };
  return { kind: "receipt", channel, instanceExternalId, customerId, status: "accepted", ...about };
}
