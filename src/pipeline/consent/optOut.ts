import { ACTIVITY_EVENTS } from "../../core/activity";
import type { Head, InboundMessage } from "../../core/conversation";
import { hashId } from "../../core/ids";
import type { MessageTrigger } from "../../core/texts";
import { automatedText } from "../../routing/texts/automatedMessages";
import { inLanguage, languageOf } from "../../routing/texts/language";
import { asksToStart, asksToStop } from "../../routing/texts/optWords";
import { understand } from "../plan/choices";
import type { TurnInput, TurnPlan } from "../plan/planParts";
import { toSystemMessage } from "../systemMessage";
import { keepRecord } from "./records";
import { isWindowOpen } from "./window";

/** Customers who want to hear nothing automatic, by their own word or the platform's. */

/** No word for it is longer. */
const LONGEST = 60;

/** Nothing automatic is said to them: they opted out, have not agreed to the notice yet, or declined it. */
export const hearsNothingAutomatic = ({ optedOut, live, notice }: Head): boolean =>
  optedOut === true || live?.gate === "shut" || notice?.answer === "declined";

/** The customer said, or a platform says for them, that they want to hear nothing automatic (any more). */
export function optChoice({ activity }: InboundMessage): "in" | "out" | undefined {
  if (activity.name === ACTIVITY_EVENTS.optOut) return "out";
  return activity.name === ACTIVITY_EVENTS.optIn ? "in" : undefined;
}

/** A message that is a word such as STOP becomes the event that it stands for; any other input is as it was. */
export function heardAsOpt(input: TurnInput): TurnInput {
  const name = optEventOf(input);
  if (name === undefined) return input;
  const activity = { ...input.inbound.activity, type: "event", name };
  return { ...input, inbound: { ...input.inbound, activity }, byWord: true };
}

function optEventOf(input: TurnInput): string | undefined {
  const { head, inbound, settings } = input;
  const { activity, author, channel } = inbound;
  const text = activity.text ?? "";
  if (author.kind !== "customer" || activity.type !== "message" || text === "" || text.length > LONGEST)
    return undefined;
  // What was offered as a choice is an answer, and so is a tap.
  if (activity.value !== undefined || understand(activity, head?.choices) !== undefined) return undefined;
  if ((activity.attachments?.length ?? 0) > 0) return undefined;
  const where = { channel, workstream: settings.workstreams.get(workstreamOf(input)) };
  if (asksToStop(text, where)) return ACTIVITY_EVENTS.optOut;
  // "Start" is an everyday word: it undoes, and undoes only what was done.
  return head?.optedOut === true && asksToStart(text, where) ? ACTIVITY_EVENTS.optIn : undefined;
}

/** The work stream that the customer's words are for. */
export const workstreamOf = ({ head, inbound, settings }: TurnInput): string =>
  head?.live?.workstreamId ??
  settings.instances.get(head?.instanceId ?? `${inbound.channel}~${inbound.instanceExternalId}`)
    ?.workstream ??
  "";

/** The head of a customer who has just opted out or in; any other message leaves it as it is. */
export function withOptChoice(head: Head, inbound: InboundMessage): Head {
  const choice = optChoice(inbound);
  if (choice === undefined) return head;
  const { optedOut, optedOutAt = inbound.storedAt, ...rest } = head;
  if (choice === "in") return rest;
  return { ...rest, optedOut: true, optedOutAt: optedOut === true ? optedOutAt : inbound.storedAt };
}

/** Records that the customer opted out or in, and says so once where the platform has not. */
export function noteOptChoice(plan: TurnPlan, input: TurnInput): void {
  const { inbound, head: before } = input;
  const choice = optChoice(inbound);
  if (choice === undefined) return;
  const text = inbound.activity.text;
  const kind = choice === "out" ? "optedOut" : "optedIn";
  keepRecord(plan, input, { kind, messageId: inbound.id, ...(text === undefined ? {} : { text }) });
  const isNews = (before?.optedOut === true) !== (choice === "out");
  if (input.byWord === true && isNews) confirm(plan, input, kind);
}

function confirm(
  plan: TurnPlan,
  input: TurnInput,
  trigger: Extract<MessageTrigger, "optedOut" | "optedIn">,
): void {
  const { head } = plan;
  const { channel, instanceId, customer } = head;
  const texts = automatedText(input.settings, trigger, {
    channel,
    instanceId,
    workstreamId: workstreamOf(input),
  });
  if (texts === undefined || !isWindowOpen(input, head)) return;
  const message = toSystemMessage({
    head,
    conversationId: plan.inbound.conversationId ?? "",
    id: hashId("out", plan.inbound.id, trigger),
    text: inLanguage(texts, languageOf(input.settings, customer, instanceId)),
    now: input.now,
  });
  plan.outbound.push(trigger === "optedOut" ? { ...message, confirmsOptOut: true } : message);
  plan.head = { ...head, seq: head.seq + 1 };
}
