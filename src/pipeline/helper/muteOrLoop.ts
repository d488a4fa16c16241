import type { Activity } from "../../core/activity";
import type { Head } from "../../core/conversation";
import { hashId } from "../../core/ids";
import type { BotOutcome } from "../../dialogs/bot";

/** A question that was the last word of so many turns in a row is not going to be answered. */
const MOST_ASKED = 4;

/**
 * The outcome as it is, or as a fault: a helper that says nothing, or asks the same over and over, leaves the customer
 * alone. `asked`: what the next turn has to know.
 */
export function guarded<T extends BotOutcome>(
  outcome: T,
  before: Head["asked"],
): { outcome: T; asked: Head["asked"] } {
  if (outcome.fault !== undefined || outcome.handoff !== undefined || outcome.ended)
    return { outcome, asked: undefined };
  if (!outcome.sends.some(saysSomething))
    return { outcome: failed({ ...outcome, sends: [] }, "The helper had nothing to say."), asked: undefined };
  const asked = askedBy(outcome, before);
  if (asked === undefined || asked.times < MOST_ASKED) return { outcome, asked };
  const rest = { ...outcome, sends: outcome.sends.slice(0, -1) };
  return {
    outcome: failed(rest, `The helper asked the same ${MOST_ASKED} times in a row.`),
    asked: undefined,
  };
}

const failed = <T extends BotOutcome>(outcome: T, message: string): T => ({
  ...outcome,
  dialog: undefined,
  fault: { code: "HELPER_FAILED", message },
});

/** Only a helper that waits for an answer asks; the same answer to the same question is none. */
function askedBy({ sends, dialog }: BotOutcome, before: Head["asked"]): Head["asked"] {
  if (dialog === undefined) return undefined;
  const question = hashId("", (sends.at(-1)?.text ?? "").trim());
  return { question, times: before?.question === question ? before.times + 1 : 1 };
}

const saysSomething = ({ text = "", attachments = [], suggestedActions }: Activity): boolean =>
  text.trim() !== "" || attachments.length > 0 || (suggestedActions?.actions.length ?? 0) > 0;
