import type { Bot } from "../dialogs/bot";
import { createAssigner } from "../routing/assign";
import { createRouter } from "../routing/rules/route";
import { createAnnouncer } from "./announcer";
import { createDeadLetters } from "./deadLetters";
import { createDesks } from "./duty/desks";
import { createDueSweep } from "./duty/due";
import { createPositions } from "./duty/positions";
import { createServers } from "./duty/servers";
import { createShift } from "./duty/shift";
import { createClosing } from "./effects/closing";
import { createEffects } from "./effects/effects";
import { createFiles } from "./effects/files";
import { createProfiles } from "./effects/profiles";
import { createThreadEraser } from "./erase/eraseThread";
import { createRetirement } from "./erase/retire";
import { createFlowFigures } from "./helper/flowFigures";
import { createHandBack } from "./helper/handBack";
import { createReturns } from "./helper/returns";
import { createTakeOver } from "./helper/takeOver";
import { createIdentity } from "./identity/identify";
import { createMirrors } from "./identity/mirrors";
import { createInbox } from "./inbox";
import { createLook } from "./look";
import { createOutbox } from "./outbox";
import type { PipelinePorts } from "./ports";
import { createReceiver } from "./receive";
import { createDeliverer } from "./send/deliver";
import { createRates } from "./send/rates";
import { createReceipts } from "./send/receipts";
import { createSignals } from "./send/signals";
import { createTemplates } from "./send/templates";
import { createThreads } from "./threads";
import { createTurns } from "./turn";
import { createTyping } from "./typing";
import { createCounters } from "./watch/counters";
import { createCounts } from "./watch/counts";
import { createHealth } from "./watch/health";
import { createSilence } from "./watch/silence";

/** The order of things, wired: webhook -> inbox -> turn -> route -> assign, and outbox -> channel. */
export function createPipeline(ports: PipelinePorts & { bot: Bot }) {
  const threads = createThreads(ports.store);
  const counters = createCounters(ports);
  const flowFigures = createFlowFigures(ports);
  const servers = createServers(ports);
  const rates = createRates({ ...ports, servers: servers.live });
  const health = createHealth(ports);
  const typing = createTyping(threads);
  const silence = createSilence({ ...ports, lastInbound: counters.lastInbound });
  const deliverer = createDeliverer(ports, rates, health, threads);
  const look = createLook(ports.store, { threads, deliverer });
  const receipts = createReceipts(ports, deliverer);
  const shift = createShift(ports);
  const assigner = createAssigner({ ...ports, mayAssign: shift.isOnDuty });
  const files = createFiles(ports);
  const profiles = createProfiles(ports, threads);
  const router = createRouter({ ...ports, readFields: ports.plugins?.readFields });
  const mirrors = createMirrors(ports, threads);
  const identity = createIdentity(ports, { threads, profiles, mirrors });
  const effects = createEffects(ports, { router, assigner, files, profiles, identity });
  const returns = createReturns(ports, effects);
  const turns = createTurns(ports, {
    threads,
    bot: ports.bot,
    deliverer,
    effects,
    look,
    returns,
    figures: flowFigures,
  });
  const inbox = createInbox(ports, counters);
  const receiver = createReceiver(ports, { inbox, receipts, turns, counters, health, typing });
  const outbox = createOutbox(ports, { threads, deliverer, look });
  const closing = createClosing(ports, { threads, effects, look });
  const desks = createDesks(ports, { servers, changed: () => void assigner.kick() });
  const announcer = createAnnouncer(ports, { threads, deliverer, look });
  const positions = createPositions(ports, shift.isMine);
  const sweep = createDueSweep(ports, { turns, deliverer, effects, closing, assigner, announcer });

  return {
    receiver,
    outbox,
    takeOver: createTakeOver(ports, { threads, effects }),
    handBack: createHandBack(ports, { threads, turns }),
    closing,
    eraser: createThreadEraser(ports, { threads, effects, closing }),
    retirement: createRetirement(ports, { threads }),
    assigner,
    counters,
    flowFigures,
    health,
    silence,
    typing,
    desks,
    signals: createSignals(ports, threads),
    templates: createTemplates(ports),
    /** Sends what is held for an instance now: its account was mended. */
    resume: deliverer.resume,
    counts: createCounts({ ...ports, counters }),
    deadLetters: createDeadLetters(
      { ...ports, isConfigured: (instanceId) => ports.settings.current().instances.has(instanceId) },
      turns,
    ),
    sweep,
    /** Steps of the contact book that concern threads and rows. */
    contactSteps: { linked: mirrors.linked, refresh: mirrors.refresh },
    delivery: deliverer.stats,
    outboxWaiting: deliverer.waiting,
    turns: turns.stats,
    routing: router.stats,
    /** Work under way: turns, effects, messages being sent. */
    backlog: () => ({
      turns: turns.backlog(),
      threads: threads.busy(),
      effects: effects.backlog(),
      outbox: deliverer.backlog(),
      sending: deliverer.sending(),
      contacts: ports.contacts?.owed.backlog() ?? 0,
    }),
    async start(): Promise<void> {
      await servers.start();
      await counters.start();
      await health.start();
      silence.start();
      announcer.start();
      // The first sweep lets assignment begin.
      shift.start(assigner.kick);
      await sweep.start();
      positions.start();
    },
    /**
     * Ends what is under way and begins nothing new; at most `withinMs`. What is left over is durable and is taken
     * up at the next start.
     */
    async stop(withinMs: number): Promise<void> {
      silence.stop();
      desks.stop();
      announcer.stop();
      await positions.stop();
      await sweep.stop();
      await assigner.stop();
      await shift.stop();
      const end = ports.clock.now() + withinMs;
      const wait = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
      while (ports.clock.now() < end && (turns.backlog() > 0 || effects.backlog() > 0 || threads.busy() > 0))
        await wait(10);
      deliverer.stop();
      effects.stop();
      await ports.contacts?.owed.stop();
      while (ports.clock.now() < end && deliverer.sending() > 0) await wait(10);
      await counters.flush();
      await flowFigures.flush();
      await servers.stop();
    },
  };
}

export type Pipeline = ReturnType<typeof createPipeline>;
