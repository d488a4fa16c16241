import { ACTIVITY_EVENTS, type Activity } from "../core/activity";
import type {
  ConversationDoc,
  Effect,
  EffectBody,
  Head,
  InboundMessage,
  LiveConversation,
  OutboundMessage,
  TraceEntry,
  WorkItemSeed,
} from "../core/conversation";
import { hashId, toConversationId } from "../core/ids";
import {
  type FlowSettings,
  type InstanceSettings,
  type SettingsSnapshot,
  toInstanceId,
  type WorkstreamSettings,
} from "../core/settings";
import type { Bot, BotOutcome } from "../dialogs/bot";
import { GRACE_MS, toOutboundMessage } from "./messages";

/** Everything one turn will write; nothing has been written or sent yet. */
export interface TurnPlan {
  head: Head;
  inbound: InboundMessage;
  outbound: OutboundMessage[];
  effects: Effect[];
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
  /** The conversation goes to people without asking the helper: the turn failed too often. */
  giveUp?: { code: string; message: string };
}

/** Event activities that are only shown: they start no conversation and the helper does not hear them. */
const QUIET_EVENTS: ReadonlySet<string> = new Set([
  "switchboard.optOut",
  "switchboard.optIn",
  "switchboard.standby",
]);
/** Unsupported items that are no content of their own: a helper that answered them would annoy. */
const QUIET_REASONS =
  /reaction|edit|unsen[dt]|delet|referral|opt-?in|account link|thread|handover|role|feedback|read|poll/i;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Decides what a turn does, from the head as it is: the helper runs here, with every send buffered. */
export async function planTurn(input: TurnInput): Promise<TurnPlan> {
  const { inbound, now } = input;
  const instance = input.settings.instances.get(toInstanceId(inbound.channel, inbound.instanceExternalId));
  const head = withMessage(input.head ?? newHead(inbound, instance), inbound);
  const quiet = isQuiet(inbound);
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
  if (live === undefined || conversationId === undefined) return plan;
  const trace: TraceEntry[] = [];
  if (live.heldBy === "bot" && (fresh || !quiet)) await helperTurn(input, plan, live, instance, trace, fresh);
  else if (live.heldBy === "people" && !quiet)
    plan.effects.push(toEffect(plan, live, peopleEffect(plan, live, fresh), now));
  if (fresh) plan.conversation = { doc: toConversationDoc(plan, live, trace, now), fresh };
  return plan;
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
  const activity: Activity = { ...input.inbound.activity, id: input.inbound.id, channelId: channel };
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
  }
}

function newHead(inbound: InboundMessage, instance: InstanceSettings | undefined): Head {
  return {
    id: "head",
    type: "head",
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

function withMessage(head: Head, inbound: InboundMessage): Head {
  // A dead letter that is replayed keeps the place it has in the transcript.
  const place = inbound.seq ?? head.seq + 1;
  const seq = Math.max(head.seq, place);
  // What our side said elsewhere opens no window and tells nothing of the customer.
  if (inbound.author.kind !== "customer") return { ...head, seq };
  const opens = isContent(inbound)
    ? {
        lastInboundAt: Math.max(head.lastInboundAt ?? 0, windowStart(inbound)),
        lastInboundSeq: Math.max(head.lastInboundSeq ?? 0, place),
      }
    : {};
  const name = inbound.author.name;
  const customer =
    name === undefined || name === head.customer.name ? head.customer : { ...head.customer, name };
  return { ...head, ...opens, seq, customer: withFacts(customer, inbound) };
}

/**
 * The platform's time opens the reply window. Platforms repeat a webhook for hours, never for a day: an older stamp on
 * one that comes in now is a wrong clock or a replay, and the platform itself decides about the window.
 */
function windowStart({ occurredAt, storedAt }: InboundMessage): number {
  return storedAt - occurredAt > DAY_MS ? storedAt : occurredAt;
}

/** Facts about the customer that adapters put beside the activity. */
function withFacts(customer: Head["customer"], inbound: InboundMessage): Head["customer"] {
  if (inbound.channel === "sms" || inbound.channel === "whatsapp") {
    return customer.phone === undefined && /^\+\d+$/.test(customer.id)
      ? { ...customer, phone: customer.id }
      : customer;
  }
  return customer;
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
  const { inboxAt: _inboxAt, due: _due, deadAt: _deadAt, deadReason: _deadReason, ...rest } = inbound;
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
    ...(head.lastInboundAt === undefined ? {} : { lastInboundAt: head.lastInboundAt }),
    ...(head.lastInboundSeq === undefined ? {} : { lastInboundSeq: head.lastInboundSeq }),
    ...(live.context === undefined ? {} : { context: live.context }),
  };
}

/** One line for lists; the full text stays in the message. */
export function textOf(message: { activity: Activity }): string {
  const { activity } = message;
  if (activity.type === "message") return (activity.text ?? "").slice(0, 200);
  const reason = (activity.value as { reason?: string } | undefined)?.reason;
  return `(${reason ?? activity.name ?? activity.type})`;
}

function isContent(inbound: InboundMessage): boolean {
  return (
    inbound.activity.type === "message" ||
    (inbound.activity.name === ACTIVITY_EVENTS.unsupported && !isQuiet(inbound))
  );
}

function isQuiet(inbound: InboundMessage): boolean {
  if (inbound.author.kind !== "customer") return true;
  const { activity } = inbound;
  if (activity.type === "message") return false;
  if (activity.name !== ACTIVITY_EVENTS.unsupported)
    return activity.type !== "event" || QUIET_EVENTS.has(activity.name ?? "") || activity.text === undefined;
  return QUIET_REASONS.test((activity.value as { reason?: string }).reason ?? "");
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
