import { ACTIVITY_EVENTS } from "../core/activity";
import {
  type ConversationDoc,
  type EffectBody,
  type Head,
  type InboundMessage,
  type LiveConversation,
  OPEN,
  type TraceEntry,
} from "../core/conversation";
import { toConversationId } from "../core/ids";
import { type InstanceSettings, type SettingsSnapshot, toInstanceId } from "../core/settings";
import { amend } from "./amend";
import { understand } from "./choices";
import { withFacts } from "./customerFacts";
import { toFileStates } from "./fileStates";
import { noteAskedAgain } from "./helper/helped";
import { helperModeOf } from "./helper/helperMode";
import { helperTurn } from "./helper/helperTurn";
import { notGivenBack, returned, toReturnEntry } from "./helper/returned";
import { forNewOwner } from "./identity/owner";
import { askWhoTheyAre } from "./identity/unknown";
import { isContent, isQuiet, textOf } from "./meaning";
import { makeOpeningTicket, withOpeningTicket } from "./openingTicket";
import { sideEffect, type TurnInput, type TurnPlan, toEffect, toSeed } from "./planParts";
import { type SurveyTurn, surveyed, takeSurvey } from "./surveys";
import { withVariables } from "./turnHook";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Decides what a turn does, from the head as it is: the helper runs here, with every send buffered. */
export async function planTurn(input: TurnInput): Promise<TurnPlan> {
  const { inbound, now } = input;
  const instance = input.settings.instances.get(toInstanceId(inbound.channel, inbound.instanceExternalId));
  const quiet = isQuiet(inbound);
  const known = input.head ?? newHead(inbound, instance);
  const before = quiet ? known : forNewOwner(known);
  const heard = withMessage(before, inbound, input.opensByReaction === true);
  const asked = quiet && heard.optedOut !== true ? undefined : takeSurvey(input, heard);
  if (asked?.answered === true) return surveyTurn(asked, before, inbound, now);
  const head = returned(input, asked?.head ?? heard);
  const opened = head.live ?? (quiet ? undefined : openConversation(head, instance, input.settings));
  const prepared = opened === undefined || quiet ? undefined : await withVariables(input, head, opened);
  const ready = prepared?.live ?? opened;
  const fresh = ready !== undefined && head.live === undefined;
  const opening = fresh ? await withOpeningTicket(input, instance, ready) : undefined;
  const live = opening?.live ?? ready;
  const isBack = input.returned === true && head.live !== undefined;
  const conversationId =
    live?.id ?? (head.conversations === 0 ? undefined : toConversationId(head.threadId, head.conversations));

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
  if (inbound.activity.attachments !== undefined) askForFiles(plan, instance, now);
  if (live === undefined || conversationId === undefined) return plan;
  // A survey's choices went with it.
  if (!quiet) takeChoice(plan, asked === undefined ? before : head);
  if (input.canAskProfile === true && !quiet) askForProfile(plan, now);
  if (fresh) noteAskedAgain(plan, now);
  if (opening?.ticket !== undefined) makeOpeningTicket(plan, live, opening.ticket, now);
  const trace: TraceEntry[] = [
    ...(prepared?.trace ?? []),
    ...(isBack ? [toReturnEntry(plan.inbound, now)] : []),
  ];
  if (live.heldBy === "bot" && (fresh || isBack || !quiet))
    await helperTurn({ input, plan, live, trace, fresh, returned: isBack });
  else if (live.heldBy === "people" && !quiet)
    plan.effects.push(toEffect(plan, live, peopleEffect(plan, live, { fresh, told: live !== opened }), now));
  if (!fresh && trace.length > 0 && !plan.effects.some(({ effect }) => effect.kind === "enqueue"))
    plan.effects.push(toEffect(plan, live, { kind: "traced", trace }, now));
  if (fresh) plan.conversation = { doc: toConversationDoc(plan, live, trace, now), fresh };
  if (input.identifies === true) askWhoTheyAre(plan, { before: before.customer, live, fresh, now });
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
    trace,
  };
}

function toWorked(inbound: InboundMessage, seq: number, conversationId: string | undefined): InboundMessage {
  const { open: _open, due: _due, deadAt: _deadAt, deadReason: _deadReason, ...rest } = inbound;
  return { ...rest, status: "worked", seq, ...(conversationId === undefined ? {} : { conversationId }) };
}

function peopleEffect(
  plan: TurnPlan,
  live: LiveConversation,
  { fresh, told }: { fresh: boolean; told: boolean },
): EffectBody {
  if (fresh) return { kind: "enqueue", item: toSeed(plan, live) };
  const { seq = 0, occurredAt } = plan.inbound;
  const context = told && live.context !== undefined ? { context: live.context } : {};
  return { kind: "customerWrote", seq, at: occurredAt, text: textOf(plan.inbound), ...context };
}
