import { ACTIVITY_EVENTS, type Activity } from "../core/activity";
import {
  type ConversationDoc,
  type Effect,
  type EffectBody,
  type Head,
  type InboundMessage,
  type LiveConversation,
  OPEN,
  type OutboundMessage,
  type TraceEntry,
  type WorkItemSeed,
} from "../core/conversation";
import type { WorkstreamSettings } from "../core/distribution";
import { hashId, toConversationId } from "../core/ids";
import {
  type FlowSettings,
  type InstanceSettings,
  type SettingsSnapshot,
  toInstanceId,
} from "../core/settings";
import type { Bot, BotOutcome } from "../dialogs/bot";
import { amend } from "./amend";
import { choicesOf, understand } from "./choices";
import { withFacts } from "./customerFacts";
import { toFileStates } from "./fileStates";
import { isContent, isQuiet, textOf } from "./meaning";
import { GRACE_MS, toOutboundMessage } from "./messages";
import { type SurveyTurn, surveyed, takeSurvey } from "./surveys";

/** Everything one turn will write; nothing has been written or sent yet. */
export interface TurnPlan {
  head: Head;
  inbound: InboundMessage;
  outbound: OutboundMessage[];
  effects: Effect[];
  /** The message that this one edits or deletes, as it reads now. */
  amended?: InboundMessage;
  /** Present when the conversation is new or its record changes. */
  conversation?: { doc: ConversationDoc; fresh: boolean };
  fault?: { code: string; message: string };
}

export interface TurnInput {
  head: Head | undefined;
  inbound: InboundMessage;
  settings: SettingsSnapshot;
  bot: Bot;
  now: number;
  /** The message that this one edits or deletes. */
  target?: InboundMessage | undefined;
  /** A reaction opens the channel's reply window. */
  opensByReaction?: boolean;
  /** The channel can be asked about its customers. */
  canAskProfile?: boolean;
  /** The conversation goes to people without asking the helper: the turn failed too often. */
  giveUp?: { code: string; message: string };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Decides what a turn does, from the head as it is: the helper runs here, with every send buffered. */
export async function planTurn(input: TurnInput): Promise<TurnPlan> {
  const { inbound, now } = input;
  const instance = input.settings.instances.get(toInstanceId(inbound.channel, inbound.instanceExternalId));
  const before = input.head ?? newHead(inbound, instance);
  const quiet = isQuiet(inbound);
  const heard = withMessage(before, inbound, input.opensByReaction === true);
  const asked = quiet && heard.optedOut !== true ? undefined : takeSurvey(input, heard);
  if (asked?.answered === true) return surveyTurn(asked, before, inbound, now);
  const head = asked?.head ?? heard;
  const live = head.live ?? (quiet ? undefined : openConversation(head, instance, input.settings));
  const fresh = live !== undefined && head.live === undefined;
  const conversationId =
    live?.id ?? (head.conversations === 0 ? undefined : toConversationId(head.threadId, head.conversations));

  const plan: TurnPlan = {
    head: {
      ...head,
      ...(live === undefined ? {} : { live }),
      conversations: live === undefined ? head.conversations : Math.max(head.conversations, live.n),
    },
    inbound: toWorked(inbound, inbound.seq ?? head.seq, conversationId),
    outbound: [],
    effects: [],
  };
  if (input.target !== undefined) amendTarget(plan, input.target, now);
  if (inbound.activity.attachments !== undefined) askForFiles(plan, instance, now);
  if (live === undefined || conversationId === undefined) return plan;
  // A survey's choices went with it.
  if (!quiet) takeChoice(plan, asked === undefined ? before : head);
  if (input.canAskProfile === true && !quiet) askForProfile(plan, now);
  const trace: TraceEntry[] = [];
  if (live.heldBy === "bot" && (fresh || !quiet)) await helperTurn(input, plan, live, instance, trace, fresh);
  else if (live.heldBy === "people" && !quiet)
    plan.effects.push(toEffect(plan, live, peopleEffect(plan, live, fresh), now));
  if (fresh) plan.conversation = { doc: toConversationDoc(plan, live, trace, now), fresh };
  return plan;
}

/** The customer answered a survey: people do not hear of it, and no conversation opens. */
function surveyTurn(asked: SurveyTurn, before: Head, inbound: InboundMessage, now: number): TurnPlan {
  // Counted as unread it would keep the conversation from being closed: nobody will ever read it.
  const { lastInboundSeq: _seq, ...head } = asked.head;
  return {
    head: before.lastInboundSeq === undefined ? head : { ...head, lastInboundSeq: before.lastInboundSeq },
    inbound: toWorked(inbound, inbound.seq ?? asked.seq, asked.conversationId),
    outbound: asked.message === undefined ? [] : [asked.message],
    effects:
      asked.result === undefined
        ? []
        : [surveyed(inbound, { conversationId: asked.conversationId, result: asked.result }, now)],
  };
}

function amendTarget(plan: TurnPlan, target: InboundMessage, now: number): void {
  const amended = amend(target, plan.inbound);
  if (amended === undefined) return;
  plan.amended = amended;
  const mediaIds = (target.files ?? []).flatMap(({ mediaId }) => mediaId ?? []);
  if (amended.deletedAt === undefined || mediaIds.length === 0) return;
  plan.effects.push(sideEffect(plan, `drop~${target.id}`, { kind: "dropMedia", mediaIds }, now));
}

/** Files are fetched after the turn, which waits for no platform. */
function askForFiles(plan: TurnPlan, instance: InstanceSettings | undefined, now: number): void {
  const files = toFileStates(plan.inbound, instance);
  if (files.length === 0) return;
  plan.inbound = { ...plan.inbound, files };
  if (!files.some(({ state }) => state === "pending")) return;
  const effect = { kind: "fetchMedia", messageId: plan.inbound.id } as const;
  plan.effects.push(sideEffect(plan, `media~${plan.inbound.id}`, effect, now));
}

/** An effect that is about a message or customer, whatever becomes of the conversation. */
function sideEffect(plan: TurnPlan, id: string, effect: EffectBody, now: number): Effect {
  return {
    id: `effect~${id}`,
    type: "effect",
    threadId: plan.head.threadId,
    conversationId: plan.inbound.conversationId ?? "",
    epoch: 0,
    due: now + GRACE_MS,
    attempts: 0,
    effect,
  };
}

/** A number typed back is the choice it stands for; whatever came, the offer is over. */
function takeChoice(plan: TurnPlan, before: Head): void {
  if (before.choices === undefined) return;
  const { choices: _choices, ...head } = plan.head;
  plan.head = head;
  const choice = understand(plan.inbound.activity, before.choices);
  if (choice === undefined) return;
  const activity = { ...plan.inbound.activity, value: choice.value };
  plan.inbound = { ...plan.inbound, activity, understood: choice.title };
}

function askForProfile(plan: TurnPlan, now: number): void {
  if (now - (plan.head.profileAt ?? 0) < DAY_MS) return;
  plan.head = { ...plan.head, profileAt: now };
  plan.effects.push(sideEffect(plan, `profile~${plan.inbound.id}`, { kind: "profile" }, now));
}

async function helperTurn(
  input: TurnInput,
  plan: TurnPlan,
  live: LiveConversation,
  instance: InstanceSettings | undefined,
  trace: TraceEntry[],
  fresh: boolean,
): Promise<void> {
  const { now } = input;
  const flow = flowOf(input.settings, live);
  const outcome = input.giveUp
    ? faulty(input.giveUp)
    : flow === undefined
      ? faulty({ code: "HELPER_FAILED", message: "The work stream names no flow that exists." })
      : await ask(input, plan, live, flow);
  addSends(plan, outcome.sends, live, instance, now);
  if (outcome.fault !== undefined) {
    plan.fault = outcome.fault;
    trace.push({ at: now, kind: "fault", text: `Helper: ${outcome.fault.message}` });
  }
  const only = modeOf(input.settings, live, instance) === "only" && outcome.fault === undefined;
  if (outcome.handoff !== undefined && !only) handOver(plan, live, outcome, now, trace, fresh);
  else if (outcome.ended) endByBot(plan, live, now, fresh);
  else {
    plan.head = { ...plan.head, live: { ...live, context: outcome.context }, dialog: outcome.dialog };
    if (Object.keys(outcome.context).length === 0 && live.context === undefined) plan.head.live = live;
    if (outcome.dialog === undefined) delete plan.head.dialog;
    if (fresh) plan.effects.push(toEffect(plan, live, { kind: "opened", item: toSeed(plan, live) }, now));
  }
}

function ask(
  input: TurnInput,
  plan: TurnPlan,
  live: LiveConversation,
  flow: FlowSettings,
): Promise<BotOutcome> {
  const { channel } = input.inbound;
  const { understood, activity: said } = plan.inbound;
  const text = understood === undefined ? {} : { text: understood };
  const activity: Activity = { ...said, ...text, id: input.inbound.id, channelId: channel };
  return input.bot.runTurn({ activity, flow, dialog: plan.head.dialog, context: live.context ?? {} });
}

const faulty = (fault: { code: string; message: string }): BotOutcome => ({
  sends: [],
  dialog: undefined,
  context: {},
  handoff: {},
  ended: false,
  fault,
});

function handOver(
  plan: TurnPlan,
  live: LiveConversation,
  outcome: BotOutcome,
  now: number,
  trace: TraceEntry[],
  fresh: boolean,
): void {
  const next: LiveConversation = {
    ...live,
    heldBy: "people",
    epoch: live.epoch + 1,
    context: { ...live.context, ...outcome.context },
  };
  const { dialog: _dialog, ...head } = plan.head;
  plan.head = { ...head, live: next };
  const wish = outcome.handoff ?? {};
  trace.push({ at: now, kind: "helper", text: "The helper handed over.", details: wish });
  const effect: EffectBody = {
    kind: "enqueue",
    item: toSeed(plan, next),
    ...(wish.queueId === undefined ? {} : { queueId: wish.queueId }),
    ...(wish.summary === undefined ? {} : { summary: wish.summary }),
    // A fresh conversation's record is written in this very batch; one that exists learns of it with the effect.
    ...(fresh ? {} : { trace }),
  };
  plan.effects.push(toEffect(plan, next, effect, now));
}

function endByBot(plan: TurnPlan, live: LiveConversation, now: number, fresh: boolean): void {
  if (fresh) plan.effects.push(toEffect(plan, live, { kind: "opened", item: toSeed(plan, live) }, now));
  const { dialog: _dialog, live: _live, ...head } = plan.head;
  plan.head = head;
  // A moment later, so that a sweep applies it after what opened the row.
  plan.effects.push(toEffect(plan, live, { kind: "closed", reason: "botEnded", at: now }, now + 1));
}

function peopleEffect(plan: TurnPlan, live: LiveConversation, fresh: boolean): EffectBody {
  if (fresh) return { kind: "enqueue", item: toSeed(plan, live) };
  const { seq = 0, occurredAt } = plan.inbound;
  return { kind: "customerWrote", seq, at: occurredAt, text: textOf(plan.inbound) };
}

/** The helper's answers, in order, with ids that a repeated turn makes again. */
function addSends(
  plan: TurnPlan,
  sends: readonly Activity[],
  live: LiveConversation,
  instance: InstanceSettings | undefined,
  now: number,
): void {
  for (const [index, activity] of sends.entries()) {
    const seq = plan.head.seq + 1;
    plan.head = { ...plan.head, seq };
    const message = toOutboundMessage({
      id: hashId("out", plan.inbound.id, String(index)),
      threadId: plan.head.threadId,
      conversationId: live.id,
      seq,
      instanceId: instance?.id ?? plan.head.instanceId,
      channel: plan.head.channel,
      author: { kind: "bot" },
      activity,
      now,
    });
    plan.outbound.push(message);
    const choices = choicesOf(activity);
    if (choices.length > 0) plan.head = { ...plan.head, choices };
  }
}

function newHead(inbound: InboundMessage, instance: InstanceSettings | undefined): Head {
  return {
    id: "head",
    type: "head",
    open: OPEN.head,
    threadId: inbound.threadId,
    channel: inbound.channel,
    instanceId: instance?.id ?? toInstanceId(inbound.channel, inbound.instanceExternalId),
    instanceExternalId: inbound.instanceExternalId,
    accountId: inbound.accountId,
    customer: { id: inbound.customerId },
    seq: 0,
    conversations: 0,
  };
}

function withMessage(head: Head, inbound: InboundMessage, opensByReaction: boolean): Head {
  // A dead letter that is replayed keeps the place it has in the transcript.
  const place = inbound.seq ?? head.seq + 1;
  const seq = Math.max(head.seq, place);
  // What our side said elsewhere opens no window and tells nothing of the customer.
  if (inbound.author.kind !== "customer") return { ...head, seq };
  const choice = optChoice(inbound);
  const reopens = isContent(inbound) || (opensByReaction && inbound.activity.reactionsAdded !== undefined);
  const window = reopens ? { lastInboundAt: Math.max(head.lastInboundAt ?? 0, windowStart(inbound)) } : {};
  const opens = isContent(inbound)
    ? {
        lastInboundSeq: Math.max(head.lastInboundSeq ?? 0, place),
        ...(inbound.activity.id === undefined ? {} : { lastInboundId: inbound.activity.id }),
      }
    : {};
  const next: Head = { ...head, ...window, ...opens, seq, customer: withFacts(head.customer, inbound) };
  if (choice === "out") next.optedOut = true;
  if (choice === "in") delete next.optedOut;
  return next;
}

/** The customer said, or a platform says for them, that they want to hear nothing automatic (any more). */
function optChoice({ activity }: InboundMessage): "in" | "out" | undefined {
  if (activity.name === ACTIVITY_EVENTS.optOut) return "out";
  return activity.name === ACTIVITY_EVENTS.optIn ? "in" : undefined;
}

/**
 * The platform's time opens the reply window. Platforms repeat a webhook for hours, never for a day: an older stamp on
 * one that comes in now is a wrong clock or a replay, and the platform itself decides about the window.
 */
function windowStart({ occurredAt, storedAt }: InboundMessage): number {
  return storedAt - occurredAt > DAY_MS ? storedAt : occurredAt;
}

function openConversation(
  head: Head,
  instance: InstanceSettings | undefined,
  settings: SettingsSnapshot,
): LiveConversation {
  const n = head.conversations + 1;
  const workstream = settings.workstreams.get(instance?.workstream ?? "");
  const helper = instance?.helper ?? workstream?.helper ?? "off";
  return {
    id: toConversationId(head.threadId, n),
    n,
    workstreamId: workstream?.id ?? "",
    heldBy: helper === "off" ? "people" : "bot",
    epoch: 1,
    openedAt: head.lastInboundAt ?? 0,
  };
}

function toConversationDoc(
  plan: TurnPlan,
  live: LiveConversation,
  trace: TraceEntry[],
  now: number,
): ConversationDoc {
  return {
    id: `conv~${live.n}`,
    type: "conversation",
    conversationId: live.id,
    threadId: plan.head.threadId,
    workstreamId: live.workstreamId,
    openedAt: now,
    trace,
  };
}

function toWorked(inbound: InboundMessage, seq: number, conversationId: string | undefined): InboundMessage {
  const { open: _open, due: _due, deadAt: _deadAt, deadReason: _deadReason, ...rest } = inbound;
  return { ...rest, status: "worked", seq, ...(conversationId === undefined ? {} : { conversationId }) };
}

function toEffect(plan: TurnPlan, live: LiveConversation, effect: EffectBody, now: number): Effect {
  return {
    id: `effect~${live.n}~${live.epoch}~${effect.kind}~${plan.inbound.seq ?? 0}`,
    type: "effect",
    threadId: plan.head.threadId,
    conversationId: live.id,
    epoch: live.epoch,
    due: now + GRACE_MS,
    attempts: 0,
    effect,
  };
}

function toSeed(plan: TurnPlan, live: LiveConversation): WorkItemSeed {
  const { head } = plan;
  return {
    threadId: head.threadId,
    channel: head.channel,
    instanceId: head.instanceId,
    workstreamId: live.workstreamId,
    customer: head.customer,
    openedAt: live.openedAt,
    lastText: textOf(plan.inbound),
    ...((plan.inbound.activity.attachments?.length ?? 0) > 0 ? { hasMedia: true } : {}),
    ...(head.lastInboundAt === undefined ? {} : { lastInboundAt: head.lastInboundAt }),
    ...(head.lastInboundSeq === undefined ? {} : { lastInboundSeq: head.lastInboundSeq }),
    ...(live.context === undefined ? {} : { context: live.context }),
  };
}

function flowOf(settings: SettingsSnapshot, live: LiveConversation): FlowSettings | undefined {
  const workstream: WorkstreamSettings | undefined = settings.workstreams.get(live.workstreamId);
  return settings.flows.get(workstream?.flow ?? "");
}

function modeOf(
  settings: SettingsSnapshot,
  live: LiveConversation,
  instance: InstanceSettings | undefined,
): string {
  return instance?.helper ?? settings.workstreams.get(live.workstreamId)?.helper ?? "off";
}
