import type { Activity } from "../core/activity";
import type { EffectBody, LiveConversation, TraceEntry } from "../core/conversation";
import type { WorkstreamSettings } from "../core/distribution";
import { hashId } from "../core/ids";
import type { FlowSettings, InstanceSettings, SettingsSnapshot } from "../core/settings";
import type { BotOutcome } from "../dialogs/bot";
import { languageOf } from "../routing/texts/language";
import { choicesOf } from "./choices";
import { noteHelped } from "./helped";
import { toOutboundMessage } from "./messages";
import { type TurnInput, type TurnPlan, toEffect, toSeed } from "./planParts";

/** The helper hears the message: its answers, and whether people take over or it is at its end, go into the plan. */
export async function helperTurn(
  input: TurnInput,
  plan: TurnPlan,
  live: LiveConversation,
  instance: InstanceSettings | undefined,
  trace: TraceEntry[],
  fresh: boolean,
): Promise<void> {
  const { now } = input;
  const flow = flowOf(input.settings, live);
  const before = plan.head.dialog;
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
  const toPeople = outcome.handoff !== undefined && !only;
  noteHelped(plan, { flow, settings: input.settings, outcome, toPeople, fresh, before, now });
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
  const { customer, instanceId, dialog } = plan.head;
  return input.bot.runTurn({
    activity,
    flow,
    dialog,
    context: live.context ?? {},
    settings: input.settings,
    customer,
    instanceId,
    workstreamId: live.workstreamId,
    language: languageOf(input.settings, customer, instanceId),
  });
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
