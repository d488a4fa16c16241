import {
  type ConversationDoc,
  type EffectBody,
  type FileState,
  type Head,
  type InboundMessage,
  type LiveConversation,
  OPEN,
  type TraceEntry,
} from "../../core/conversation";
import { ofWork } from "../../core/correlation";
import { toConversationId } from "../../core/ids";
import { type InstanceSettings, type SettingsSnapshot, toInstanceId } from "../../core/settings";
import { isConsentTap } from "../../routing/texts/consentWords";
import { type GateStep, gateStep, withoutOldQuestion } from "../consent/gate";
import { begun, gateTurn } from "../consent/gateTurn";
import { tellNotice } from "../consent/notice";
import { heardAsOpt, noteOptChoice, optChoice, withOptChoice } from "../consent/optOut";
import { noteAskedAgain } from "../helper/helped";
import { helperModeOf } from "../helper/helperMode";
import { helperTurn } from "../helper/helperTurn";
import { notGivenBack, returned, toReturnEntry } from "../helper/returned";
import { forNewOwner } from "../identity/owner";
import { askWhoTheyAre } from "../identity/unknown";
import { amend } from "./amend";
import { understand } from "./choices";
import { withFacts } from "./customerFacts";
import { toFileStates } from "./fileStates";
import { isContent, isQuiet, textOf } from "./meaning";
import { makeOpeningTicket, withOpeningTicket } from "./openingTicket";
import { sideEffect, type TurnInput, type TurnPlan, toEffect, toSeed } from "./planParts";
import { type SurveyTurn, surveyed, takeSurvey } from "./surveys";
import { withVariables } from "./turnHook";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Decides what a turn does, from the head as it is: the helper runs here, with every send buffered. */
export async function planTurn(given: TurnInput): Promise<TurnPlan> {
  const said = heardAsOpt(given);
  const { inbound, now } = said;
  const instance = said.settings.instances.get(toInstanceId(inbound.channel, inbound.instanceExternalId));
  const known = said.head ?? newHead(inbound, instance);
  const before = isQuiet(inbound) ? known : forNewOwner(known);
  const input = before === known ? said : { ...said, head: before };
  const isTap = isConsentTap(inbound.activity.value);
  const heard = withMessage(before, inbound, input);
  const isDeaf = (isQuiet(inbound) && heard.optedOut !== true) || isTap;
  const asked = isDeaf ? undefined : takeSurvey(input, heard);
  if (asked?.answered === true) return surveyTurn(asked, before, inbound, now);
  const came = returned(input, asked?.head ?? heard);
  const step = gateStep(input, came);
  // Tapped once more, or after the question was gone: nobody shall hear it as words.
  const quiet = isQuiet(inbound) || (isTap && step === undefined);
  const head = quiet || step !== undefined ? came : withoutOldQuestion(came);
  const opened = openedFor(head, { input, instance, step, quiet });
  const begins = head.live?.gate === "open" && step === undefined && !quiet;
  const isHeard = opened !== undefined && !quiet && step === undefined;
  const prepared = isHeard ? await withVariables(input, head, opened) : undefined;
  const ready = prepared?.live ?? opened;
  const fresh = ready !== undefined && head.live === undefined;
  const isFirstHeard = isHeard && (fresh || begins);
  const opening =
    isFirstHeard && ready !== undefined ? await withOpeningTicket(input, instance, ready) : undefined;
  const live = opening?.live ?? ready;
  const isBack = input.returned === true && head.live !== undefined;
  const conversationId = live?.id ?? lastConversation(head, inbound);

  const plan: TurnPlan = {
    head: {
      ...head,
      ...(live === undefined ? {} : { live }),
      conversations: live === undefined ? head.conversations : Math.max(head.conversations, live.n),
    },
    inbound: toWorked(isBack ? inbound : notGivenBack(inbound), inbound.seq ?? head.seq, conversationId),
    outbound: [],
    effects: [],
  };
  if (input.target !== undefined) amendTarget(plan, input.target, now);
  const mayFetch = step === undefined || mayFetchFiles(step);
  if (inbound.activity.attachments !== undefined) askForFiles(plan, { instance, mayFetch, now });
  noteOptChoice(plan, input);
  if (step !== undefined) return atGate(plan, { input, step, before, fresh });
  if (live === undefined || conversationId === undefined) return plan;
  // A survey's choices went with it.
  if (!quiet) takeChoice(plan, asked === undefined ? before : head);
  if (!quiet) tellNotice(plan, input);
  if (input.canAskProfile === true && !quiet) askForProfile(plan, now);
  if (fresh || begins) noteAskedAgain(plan, now);
  if (opening?.ticket !== undefined) makeOpeningTicket(plan, live, opening.ticket, now);
  const trace: TraceEntry[] = [
    ...(prepared?.trace ?? []),
    ...(isBack ? [toReturnEntry(plan.inbound, now)] : []),
  ];
  if (live.heldBy === "bot" && (fresh || isBack || !quiet))
    await helperTurn({ input, plan, live, trace, fresh, begins, returned: isBack });
  else if (live.heldBy === "people" && !quiet) {
    const effect = peopleEffect(plan, live, { fresh, begins, trace, told: live !== opened });
    plan.effects.push(toEffect(plan, live, effect, now));
  }
  if (!fresh && trace.length > 0 && !plan.effects.some(({ effect }) => effect.kind === "enqueue"))
    plan.effects.push(toEffect(plan, live, { kind: "traced", trace }, now));
  if (fresh) plan.conversation = { doc: toConversationDoc(plan, live, trace, now), fresh };
  if (input.identifies === true)
    askWhoTheyAre(plan, { before: before.customer, live, begins: fresh || begins, now });
  return plan;
}

/** The message is kept, and nobody hears it before the customer has agreed to the notice. */
function atGate(
  plan: TurnPlan,
  { input, step, before, fresh }: { input: TurnInput; step: GateStep; before: Head; fresh: boolean },
): TurnPlan {
  const { live } = plan.head;
  // What is no answer is heard later, as it was written.
  if (step.kind === "accept" || step.kind === "decline") takeChoice(plan, before);
  gateTurn({ plan, input, fresh }, step);
  if (fresh && live !== undefined)
    plan.conversation = { doc: toConversationDoc(plan, live, [], input.now), fresh };
  return plan;
}

const mayFetchFiles = (step: GateStep): boolean => "gate" in step && step.gate.notice.gate.fetchFiles;

/** The conversation that the message is for; undefined where it opens none. */
function openedFor(
  head: Head,
  at: {
    input: TurnInput;
    instance: InstanceSettings | undefined;
    step: GateStep | undefined;
    quiet: boolean;
  },
): LiveConversation | undefined {
  const { input, instance, step, quiet } = at;
  const { settings } = input;
  const { live } = head;
  if (live !== undefined) {
    const helper = helperModeOf(settings, { ...live, instanceId: head.instanceId });
    return step === undefined && !quiet ? begun(live, helper === "off") : live;
  }
  if (quiet || step?.kind === "silent" || step?.kind === "decline") return undefined;
  const opened = openConversation(head, instance, settings);
  return step === undefined ? opened : { ...opened, heldBy: "bot", gate: "shut" };
}

/** Of a message that opens none: the customer's last. What opting out is about, the one to come if need be. */
function lastConversation(head: Head, inbound: InboundMessage): string | undefined {
  if (head.conversations > 0) return toConversationId(head.threadId, head.conversations);
  return optChoice(inbound) === undefined ? undefined : toConversationId(head.threadId, 1);
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
function askForFiles(
  plan: TurnPlan,
  { instance, mayFetch, now }: { instance: InstanceSettings | undefined; mayFetch: boolean; now: number },
): void {
  // What was asked for while the message waited for the customer's yes is there already, or under way.
  const before = plan.inbound.files ?? [];
  const files = toFileStates(plan.inbound, instance, mayFetch).map((file, i) => {
    const known = before[i];
    return known?.state === "stored" || known?.state === "pending" ? known : file;
  });
  if (files.length === 0) return;
  plan.inbound = { ...plan.inbound, files };
  const isPending = ({ state }: FileState): boolean => state === "pending";
  if (!files.some(isPending) || before.some(isPending)) return;
  const effect = { kind: "fetchMedia", messageId: plan.inbound.id } as const;
  plan.effects.push(sideEffect(plan, `media~${plan.inbound.id}`, effect, now));
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

function withMessage(head: Head, inbound: InboundMessage, { opensByReaction, byWord }: TurnInput): Head {
  // A dead letter that is replayed keeps the place it has in the transcript.
  const place = inbound.seq ?? head.seq + 1;
  const seq = Math.max(head.seq, place);
  // What our side said elsewhere opens no window and tells nothing of the customer.
  if (inbound.author.kind !== "customer") return { ...head, seq };
  const isReaction = opensByReaction === true && inbound.activity.reactionsAdded !== undefined;
  // A word such as STOP was a message to the platform.
  const reopens = isContent(inbound) || isReaction || byWord === true;
  const window = reopens ? { lastInboundAt: Math.max(head.lastInboundAt ?? 0, windowStart(inbound)) } : {};
  const isNewest = isContent(inbound) && place >= (head.lastInboundSeq ?? 0);
  const newest = isNewest
    ? {
        lastInboundSeq: place,
        ...(inbound.activity.id === undefined ? {} : { lastInboundId: inbound.activity.id }),
      }
    : {};
  const next: Head = { ...head, ...window, ...newest, seq, customer: withFacts(head.customer, inbound) };
  return withOptChoice(next, inbound);
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
  const helper = helperModeOf(settings, { workstreamId: workstream?.id ?? "", instanceId: head.instanceId });
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
    trace: trace.map((entry) => ({ ...ofWork(), ...entry })),
  };
}

function toWorked(inbound: InboundMessage, seq: number, conversationId: string | undefined): InboundMessage {
  const { open: _open, due: _due, deadAt: _deadAt, deadReason: _deadReason, ...rest } = inbound;
  return { ...rest, status: "worked", seq, ...(conversationId === undefined ? {} : { conversationId }) };
}

function peopleEffect(
  plan: TurnPlan,
  live: LiveConversation,
  how: { fresh: boolean; begins: boolean; trace: TraceEntry[]; told: boolean },
): EffectBody {
  if (how.fresh) return { kind: "enqueue", item: toSeed(plan, live) };
  // Its record was written when it was opened: that learns of the trace with the effect.
  if (how.begins) return { kind: "enqueue", item: toSeed(plan, live), trace: how.trace };
  const { seq = 0, occurredAt } = plan.inbound;
  const context = how.told && live.context !== undefined ? { context: live.context } : {};
  return { kind: "customerWrote", seq, at: occurredAt, text: textOf(plan.inbound), ...context };
}
