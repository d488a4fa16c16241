import type { Clock } from "../../core/clock";
import { messageOf, NotFound } from "../../core/errors";
import { newId } from "../../core/ids";
import type { Log } from "../../core/log";
import type { RecordEvent } from "../../core/owed";
import type { PluginRecords } from "../../core/runningPlugins";
import type { SettingsReader } from "../../core/settings";
import type { Page, Store } from "../../core/store";
import { createDeliveries } from "./deliveries";
import type { Delivery, DeliveryState } from "./delivery";
import type { RecordReaders } from "./payload";
import { type RecordWriters, toPluginTarget } from "./pluginTarget";
import { createReceiverStates, type ReceiverState } from "./receiverState";
import type { Random } from "./retry";
import { createSender } from "./sender";
import type { Outcome, Target } from "./target";
import { type Post, sendPayload, toTarget } from "./webhookTarget";

export interface WebhooksPorts {
  store: Store;
  settings: SettingsReader;
  records: RecordReaders & RecordWriters;
  plugins: PluginRecords;
  post: Post;
  resolveSecret(reference: string): Promise<string[]>;
  clock: Clock;
  log: Log;
  serverId: string;
  /** Of the jitter; Math.random when left out. */
  random?: Random;
}

/** How a webhook or plugin is doing. */
export interface ReceiverStatus {
  id: string;
  kind: "webhook" | "plugin";
  state: ReceiverState;
  /** Deliveries that wait, counted to MOST_COUNTED. */
  waiting: number;
}

const SWEEP_MS = 15_000;
export const MOST_COUNTED = 1_000;

/** Tells webhooks and plugins of records: each event is kept for each of them first, then sent until it is there. */
export function createWebhooks(ports: WebhooksPorts) {
  const { store, settings, clock, log, random = Math.random } = ports;
  const deliveries = createDeliveries({ store });
  const states = createReceiverStates({ store, random });
  const sender = createSender({ ...ports, random, deliveries, states }, () => stopped);
  const keepers = ports.plugins.keepers.map((keeper) => toPluginTarget(keeper, ports.records));
  const atWork = new Map<string, Promise<void>>();
  const kickedMeanwhile = new Set<string>();
  const timers = new Map<string, () => void>();
  let started = false;
  let stopped = false;
  let cancelSweep: (() => void) | undefined;
  let stopListening: (() => void) | undefined;

  const webhookPorts = { ...ports, readers: ports.records };
  /** Those that are switched on. */
  const targets = (): Target[] => [
    ...[...settings.current().webhooks.values()]
      .filter(({ enabled }) => enabled)
      .map((webhook) => toTarget(webhook, webhookPorts)),
    ...keepers,
  ];
  const find = (id: string): Target | undefined => targets().find((target) => target.id === id);

  /** One run at a time for each; who comes meanwhile makes it look once more. */
  function kick(id: string): void {
    if (!started || stopped) return;
    if (atWork.has(id)) {
      kickedMeanwhile.add(id);
      sender.wake(id);
      return;
    }
    timers.get(id)?.();
    timers.delete(id);
    const run = work(id).finally(() => {
      atWork.delete(id);
      if (kickedMeanwhile.delete(id)) kick(id);
    });
    atWork.set(id, run);
  }

  async function work(id: string): Promise<void> {
    const target = find(id);
    if (target === undefined) return;
    try {
      const next = await sender.work(target);
      if (next === undefined || stopped) return;
      timers.set(
        id,
        clock.after(Math.max(0, next - clock.now()), () => kick(id)),
      );
    } catch (error) {
      log.warn(
        { webhook: id, error: messageOf(error) },
        "a webhook's deliveries were not worked; tried again",
      );
    }
  }

  /** For what another server left, or took in without sending. */
  function sweep(): void {
    for (const { id } of targets()) kick(id);
    cancelSweep = clock.after(SWEEP_MS, sweep);
  }

  async function countWaiting(id: string): Promise<number> {
    return (await deliveries.waiting(id, MOST_COUNTED)).length;
  }

  async function statusOf(target: Pick<Target, "id" | "address">): Promise<ReceiverStatus> {
    const kind = target.id.startsWith("plugin~") ? "plugin" : "webhook";
    const [state, waiting] = await Promise.all([states.read(target), countWaiting(target.id)]);
    return { id: target.id, kind, state, waiting };
  }

  function needKnown(id: string): void {
    if (settings.current().webhooks.has(id) || keepers.some((keeper) => keeper.id === id)) return;
    throw new NotFound("NOT_FOUND", `There is no webhook "${id}".`);
  }

  return {
    /** The owed step "tell": when it has ended, the event is kept for everybody who wants it. Throws StoreError. */
    async tell(event: RecordEvent): Promise<void> {
      const wanting = targets().filter((target) => target.wants(event));
      await Promise.all(wanting.map(({ id }) => deliveries.add(id, event, clock.now())));
      for (const { id } of wanting) kick(id);
    },

    start(): void {
      started = true;
      stopListening = settings.onChange(() => {
        for (const { id } of targets()) kick(id);
      });
      sweep();
    },
    /** What is being sent may end; it is not waited for longer than `withinMs`: its lease lapses by itself. */
    async stop(withinMs: number): Promise<void> {
      stopped = true;
      cancelSweep?.();
      stopListening?.();
      for (const cancel of timers.values()) cancel();
      let late = (): void => {};
      const cancel = clock.after(withinMs, () => late());
      await Promise.race([Promise.all(atWork.values()), new Promise<void>((resolve) => (late = resolve))]);
      cancel();
    },

    /** All of them, those that are switched off too. Throws StoreError. */
    async statuses(): Promise<ReceiverStatus[]> {
      const webhooks = [...settings.current().webhooks.values()].map(({ id, url }) => ({ id, address: url }));
      return Promise.all([...webhooks, ...keepers].map(statusOf));
    },
    /** The newest first. Throws NotFound, StoreError. */
    async list(
      id: string,
      options: { state?: DeliveryState; limit: number; cursor?: string },
    ): Promise<Page<Delivery>> {
      needKnown(id);
      return deliveries.list(id, options);
    },
    /** Throws NotFound, Conflict (WRONG_STATE, CHANGED_MEANWHILE), StoreError. */
    async replay(id: string, delivery: string): Promise<Delivery> {
      needKnown(id);
      const again = await deliveries.again(id, delivery, clock.now());
      kick(id);
      return again;
    },
    /** Sends a test event; one that comes through switches the webhook on again. Throws NotFound, StoreError. */
    async test(id: string): Promise<Outcome> {
      const webhook = settings.current().webhooks.get(id);
      if (webhook === undefined) throw new NotFound("NOT_FOUND", `There is no webhook "${id}".`);
      const timestamp = new Date(clock.now()).toISOString();
      const outcome = await sendPayload(
        webhook,
        { id: newId("test"), type: "test", timestamp, data: {} },
        ports,
      );
      if (outcome.kind !== "done") return outcome;
      await states.revive({ id, address: webhook.url }, clock.now());
      kick(id);
      return outcome;
    },
    /** Attempts since the start, by what came of them. */
    counts: sender.counts as Readonly<Record<"delivered" | "failed" | "dead", number>>,
    /** Resolves when nothing is being sent. */
    async idle(): Promise<void> {
      while (atWork.size > 0) await Promise.all(atWork.values());
    },
  };
}

export type Webhooks = ReturnType<typeof createWebhooks>;
