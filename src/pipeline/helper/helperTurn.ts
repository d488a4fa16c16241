import type { Activity } from "../../core/activity";
import type { EffectBody, LiveConversation } from "../../core/conversation";
import type { FlowSettings } from "../../core/settings";
import type { TicketWish } from "../../core/ticket";
import type { BotOutcome } from "../../dialogs/bot";
import { languageOf } from "../../routing/texts/language";
import { asksForPerson, isPersonChoice } from "../../routing/texts/wishWords";
import { contactAt } from "../identity/owner";
import { type HelperTurn, sideEffect, type TurnPlan, toEffect, toSeed } from "../plan/planParts";
import { noteHelped } from "./helped";
import { helperModeOf } from "./helperMode";
import { say, sayFor } from "./helperWords";
import { guarded } from "./muteOrLoop";

/** What the helper did, or the customer wants instead. */
interface Heard extends BotOutcome {
  /** The customer asked for a person: the helper was not asked. */
  wished?: true;
  /** The customer wants nothing automatic: people get it, even where the helper is alone. */
  silent?: true;
}

/** The helper hears the message: its answers, and whether people take over or it is at its end, go into the plan. */
export async function helperTurn(turn: HelperTurn): Promise<void> {
  const { input, plan, live } = turn;
  const before = plan.head.dialog;
  const only = helperModeOf(input.settings, { ...live, instanceId: plan.head.instanceId }) === "only";
  const heard = await hear(turn, only);
  const { outcome, asked } = guarded(heard, plan.head.asked);
  const toPeople =
    outcome.fault !== undefined || (outcome.handoff !== undefined && (!only || heard.silent === true));
  const goesOn = !toPeople && !outcome.ended;
  say(turn, outcome.sends, { offersPerson: goesOn && !only });
  for (const ticket of outcome.tickets ?? []) makeTicket(turn, ticket);
  if (outcome.fault !== undefined) tellFault(turn, outcome.fault);
  // Who handed over with words, and then broke, has told the customer what happens.
  const isTold = outcome.promised === true && outcome.sends.length > 0;
  if (outcome.fault !== undefined && !isTold) sayFor(turn, "helperFailed");
  else if (heard.wished) sayFor(turn, "personWanted");
  if (toPeople) handOver(turn, outcome, reasonOf(heard));
  else if (outcome.ended) endByBot(turn);
  else keep(turn, outcome, asked);
  const wished = heard.wished === true;
  if (heard.silent === true) return;
  noteHelped(turn, { flow: flowOf(turn), outcome, toPeople, wished, before });
}

function reasonOf({ wished, silent }: Heard): string {
  if (silent === true) return OPTED_OUT;
  return wished === true ? "The customer asked for a person." : "The helper handed over.";
}

async function hear(turn: HelperTurn, only: boolean): Promise<Heard> {
  const { input } = turn;
  if (turn.plan.head.optedOut === true) return SILENT;
  if (input.giveUp !== undefined) return broken(input.giveUp);
  if (!only && !turn.returned && wantsPerson(turn)) return wish(turn);
  const flow = flowOf(turn);
  if (flow !== undefined) return ask(turn, flow);
  return broken({ code: "HELPER_FAILED", message: "The work stream names no flow that exists." });
}

function flowOf({ input: { settings }, live }: HelperTurn): FlowSettings | undefined {
  return settings.flows.get(settings.workstreams.get(live.workstreamId)?.flow ?? "");
}

/** What the helper itself offers as a choice is the helper's to answer, also a person. */
function wantsPerson({ input, plan, live }: HelperTurn): boolean {
  const workstream = input.settings.workstreams.get(live.workstreamId);
  const { activity, understood } = plan.inbound;
  if (workstream === undefined || activity.type !== "message") return false;
  if ((activity.attachments?.length ?? 0) > 0) return false;
  const said = understood ?? activity.text ?? "";
  const isChoice = understood !== undefined || activity.value !== undefined;
  return isChoice ? isPersonChoice(workstream, said) : asksForPerson(workstream, said);
}

function ask({ input, plan, live }: HelperTurn, flow: FlowSettings): Promise<BotOutcome> {
  const { channel } = input.inbound;
  const { understood, activity: said, handBack } = plan.inbound;
  const text = understood === undefined ? {} : { text: understood };
  const activity: Activity = { ...said, ...text, id: input.inbound.id, channelId: channel };
  // The words are for the transcript: no customer said them.
  if (handBack !== undefined) delete activity.text;
  const { customer, instanceId, dialog } = plan.head;
  const contact = contactAt(plan.head, live.n);
  return input.bot.runTurn({
    activity,
    flow,
    dialog,
    context: live.context ?? {},
    settings: input.settings,
    customer,
    ...(contact === undefined ? {} : { contact }),
    instanceId,
    workstreamId: live.workstreamId,
    language: languageOf(input.settings, customer, instanceId),
  });
}

const broken = (fault: { code: string; message: string }): Heard => ({
  sends: [],
  dialog: undefined,
  context: {},
  ended: false,
  fault,
});

const OPTED_OUT = "The customer has opted out of automatic messages, so the helper stays silent.";

const SILENT: Heard = {
  sends: [],
  dialog: undefined,
  context: {},
  handoff: { summary: OPTED_OUT },
  ended: false,
  silent: true,
};

const wish = ({ plan }: HelperTurn): Heard => ({
  sends: [],
  dialog: undefined,
  context: {},
  handoff: { summary: `The customer asked for a person: "${plan.inbound.activity.text ?? ""}"` },
  ended: false,
  wished: true,
});

/** Its number is its own, so that an effect that is applied twice makes one ticket. */
function makeTicket({ input, plan, live }: HelperTurn, ticket: TicketWish): void {
  const flow = input.settings.workstreams.get(live.workstreamId)?.flow ?? "";
  const effect: EffectBody = {
    kind: "ticket",
    ticket,
    by: { kind: "flow", id: flow },
    item: toSeed(plan, live),
  };
  plan.effects.push(sideEffect(plan, `ticket~${ticket.number}`, effect, input.now));
}

function tellFault({ input, plan, trace }: HelperTurn, fault: { code: string; message: string }): void {
  plan.fault = fault;
  trace.push({ at: input.now, kind: "fault", text: `Helper: ${fault.message}` });
}

function handOver(turn: HelperTurn, outcome: BotOutcome, text: string): void {
  const { input, plan, live, trace, fresh } = turn;
  const next: LiveConversation = {
    ...live,
    heldBy: "people",
    peopleSince: live.peopleSince ?? input.now,
    epoch: live.epoch + 1,
    context: { ...live.context, ...outcome.context },
  };
  const { dialog: _dialog, asked: _asked, ...head } = plan.head;
  plan.head = { ...head, live: next };
  const failure =
    outcome.fault === undefined ? {} : { summary: `The helper failed: ${outcome.fault.message}` };
  const wanted = { ...failure, ...outcome.handoff };
  trace.push({ at: input.now, kind: "helper", text, details: wanted });
  const effect: EffectBody = {
    kind: "enqueue",
    item: toSeed(plan, next),
    ...wanted,
    // A fresh conversation's record is written in this very batch; one that exists learns of it with the effect.
    ...(fresh ? {} : { trace }),
  };
  plan.effects.push(toEffect(plan, next, effect, input.now));
}

function endByBot({ input: { now }, plan, live, fresh }: HelperTurn): void {
  if (fresh) plan.effects.push(toEffect(plan, live, { kind: "opened", item: toSeed(plan, live) }, now));
  const { dialog: _dialog, asked: _asked, live: _live, ...head } = plan.head;
  plan.head = head;
  // A moment later, so that a sweep applies it after what opened the row.
  plan.effects.push(toEffect(plan, live, { kind: "closed", reason: "botEnded", at: now }, now + 1));
}

function keep(turn: HelperTurn, outcome: BotOutcome, asked: TurnPlan["head"]["asked"]): void {
  const { input, plan, live, trace, fresh } = turn;
  const { dialog: _dialog, asked: _asked, ...head } = plan.head;
  const isPlain = Object.keys(outcome.context).length === 0 && live.context === undefined;
  plan.head = {
    ...head,
    live: isPlain ? live : { ...live, context: outcome.context },
    ...(outcome.dialog === undefined ? {} : { dialog: outcome.dialog }),
    ...(asked === undefined ? {} : { asked }),
  };
  if (fresh) plan.effects.push(toEffect(plan, live, { kind: "opened", item: toSeed(plan, live) }, input.now));
  if (outcome.handoff === undefined) return;
  trace.push({ at: input.now, kind: "helper", text: "The helper may not hand over here: it goes on." });
  if (outcome.sends.length === 0) sayFor(turn, "noPeople");
}
