import { isoTime } from "../../core/clock";
import type { Head } from "../../core/conversation";
import { revisionOf } from "../../core/revisions";
import type { FlowSettings } from "../../core/settings";
import type { BotOutcome } from "../../dialogs/bot";
import { waitingAt } from "../../dialogs/waitingAt";
import type { HelperTurn, TurnPlan } from "../plan/planParts";
import type { FlowCount } from "./flowCounts";

const DAY_MS = 24 * 60 * 60 * 1000;
const dayOf = (at: number): string => isoTime(at).slice(0, 10);

/** Notes in the plan what the helper's turn counts for. */
export function noteHelped(
  { plan, input, fresh, begins }: HelperTurn,
  heard: {
    flow: FlowSettings | undefined;
    outcome: Pick<BotOutcome, "path" | "ended" | "fault">;
    /** People get it now. */
    toPeople: boolean;
    /** By the customer's wish, which the helper did not hear. */
    wished: boolean;
    /** The dialog state that the turn went on from. */
    before: unknown;
  },
): void {
  const { settings, now } = input;
  const { flow, outcome } = heard;
  if (flow === undefined) return;
  const day = dayOf(now);
  const revision = revisionOf(flow);
  const counts = plan.counts ?? [];
  plan.counts = counts;
  const of = (what: FlowCount["what"]) => counts.push({ flow: flow.id, revision, day, what });
  if (fresh || begins === true) of("started");
  for (const { flow: id, step, what } of outcome.path ?? [])
    counts.push({ flow: id, revision: revisionOf(settings.flows.get(id)), day, step, what });
  if (outcome.fault !== undefined) of("failed");
  else if (heard.wished) {
    of("person");
    const at = waitingAt(heard.before);
    if (at !== undefined)
      counts.push({
        flow: at.flow,
        revision: revisionOf(settings.flows.get(at.flow)),
        day,
        step: at.step,
        what: "person",
      });
  } else if (heard.toPeople) of("handedOver");
  else if (outcome.ended) {
    of("ended");
    plan.head = { ...plan.head, helperEnded: { flow: flow.id, revision, at: now } };
  }
}

/** A conversation begins: did the helper end the customer's last one within a day? It counts on the day of that end. */
export function noteAskedAgain(plan: TurnPlan, now: number): void {
  const { helperEnded, ...head } = plan.head;
  if (helperEnded === undefined) return;
  plan.head = head satisfies Head;
  if (now - helperEnded.at > DAY_MS) return;
  const { flow, revision, at } = helperEnded;
  plan.counts = [...(plan.counts ?? []), { flow, revision, day: dayOf(at), what: "askedAgain" }];
}
