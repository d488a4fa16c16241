import type { Activity } from "../../core/activity";
import { hashId } from "../../core/ids";
import { fillSlugs } from "../../core/slugs";
import type { MessageTrigger } from "../../core/texts";
import { automatedText } from "../../routing/texts/automatedMessages";
import { inLanguage, languageOf } from "../../routing/texts/language";
import { personChoice } from "../../routing/texts/wishWords";
import { hearsNothingAutomatic } from "../consent/optOut";
import { toOutboundMessage } from "../messages";
import { choicesOf } from "../plan/choices";
import type { HelperTurn } from "../plan/planParts";
import { toSystemMessage } from "../systemMessage";

/** The helper's answers, in order, with ids that a repeated turn makes again. */
export function say(
  turn: HelperTurn,
  sends: readonly Activity[],
  { offersPerson }: { offersPerson: boolean },
): void {
  const { input, plan, live } = turn;
  for (const [index, activity] of sends.entries()) {
    const seq = plan.head.seq + 1;
    plan.head = { ...plan.head, seq };
    const title = offersPerson && index === sends.length - 1 ? standingChoice(turn, activity) : undefined;
    const message = toOutboundMessage({
      id: hashId("out", plan.inbound.id, String(index)),
      threadId: plan.head.threadId,
      conversationId: live.id,
      seq,
      instanceId: plan.head.instanceId,
      channel: plan.head.channel,
      author: { kind: "bot" },
      activity: title === undefined ? activity : withChoice(activity, title),
      now: input.now,
    });
    plan.outbound.push(message);
    // Of the standing choice alone no number is told: "1" may well be the answer to the helper's question.
    if (choicesOf(activity).length > 0) plan.head = { ...plan.head, choices: choicesOf(message.activity) };
  }
}

/** The title of "Talk to a person" below this message; undefined where it is not offered. */
function standingChoice({ input, plan, live }: HelperTurn, activity: Activity): string | undefined {
  const workstream = input.settings.workstreams.get(live.workstreamId);
  if (workstream === undefined) return undefined;
  const choices = choicesOf(activity);
  // As text it needs a number, and a number needs a list.
  if (input.hasQuickReplies !== true && choices.length === 0) return undefined;
  const language = languageOf(input.settings, plan.head.customer, plan.head.instanceId);
  const title = personChoice(workstream, language);
  return choices.some((choice) => choice.title === title) ? undefined : title;
}

function withChoice(activity: Activity, title: string): Activity {
  const actions = [...(activity.suggestedActions?.actions ?? []), { type: "imBack", title, value: title }];
  return { ...activity, suggestedActions: { ...activity.suggestedActions, actions } };
}

/** The automated message of a trigger, in this very turn; nothing where an admin or the customer wants none. */
export function sayFor({ input, plan, live }: HelperTurn, trigger: MessageTrigger): void {
  const { settings, now } = input;
  const { head } = plan;
  const where = { channel: head.channel, instanceId: head.instanceId, workstreamId: live.workstreamId };
  const texts = automatedText(settings, trigger, where);
  if (texts === undefined || hearsNothingAutomatic(head)) return;
  const language = languageOf(settings, head.customer, head.instanceId);
  const name = { CustomerName: head.customer.name ?? "" };
  plan.outbound.push(
    toSystemMessage({
      head,
      conversationId: live.id,
      id: hashId("out", plan.inbound.id, trigger),
      text: fillSlugs(inLanguage(texts, language), name, live.context),
      now,
    }),
  );
  plan.head = { ...head, seq: head.seq + 1 };
}
