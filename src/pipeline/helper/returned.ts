import type { Head, InboundMessage, TraceEntry } from "../../core/conversation";
import { textOf } from "../plan/meaning";
import type { TurnInput } from "../plan/planParts";

/** What a turn makes of a conversation that people had and the helper gets back. */

/** The head with the conversation in the helper's hands, which begins anew; the same head when it is not given back. */
export function returned(input: TurnInput, head: Head): Head {
  const { live } = head;
  if (input.returned !== true || live === undefined) return head;
  const { choices: _choices, ...rest } = head;
  const { handoffNote: _note, ...before } = live.context ?? {};
  const note = input.inbound.handBack?.note;
  const context = { ...before, ...(note === undefined ? {} : { handoffNote: note }) };
  return { ...rest, live: { ...live, heldBy: "bot", epoch: live.epoch + 1, context } };
}

/** A hand-back that came too late says so in the transcript; any other message is as it was. */
export function notGivenBack(inbound: InboundMessage): InboundMessage {
  if (inbound.handBack === undefined) return inbound;
  const who = inbound.author.name ?? inbound.author.id ?? "";
  const text = `${who} wanted to give the conversation back to the helper, but did not have it any more.`;
  return { ...inbound, activity: { ...inbound.activity, text } };
}

/** For the trace: who gave it back. */
export function toReturnEntry(inbound: InboundMessage, now: number): TraceEntry {
  const text =
    inbound.handBack === undefined ? "The customer left the queue for the helper." : textOf(inbound);
  return { at: now, kind: "helper", text };
}
