import type { Effect, EffectBody } from "../../core/conversation";
import { toFacts } from "../../core/conversationFacts";
import type { WorkItemSeed } from "../../core/workItem";
import type { RouteRequest } from "../../routing/rules/decide";
import type { PipelinePorts } from "../ports";

type Enqueue = Extract<EffectBody, { kind: "enqueue" }>;

/**
 * What routing is asked, with what plugins add before rules are read: variables, skills, and a queue where the hand-off
 * names none. Asked again under the same id when the effect is applied again.
 */
export async function toRouteRequest(
  ports: PipelinePorts,
  { id, conversationId }: Pick<Effect, "id" | "conversationId">,
  given: { seed: WorkItemSeed; effect: Enqueue; known: RouteRequest["known"] },
): Promise<RouteRequest> {
  const { seed, effect, known } = given;
  const { queueId: wish, skills: wanted } = effect;
  const request: RouteRequest = { id, conversationId, seed, wish, skills: wanted, known };
  const ask = ports.plugins?.hooks.beforeRouting;
  if (ask === undefined) return request;
  const { answer, faults } = await ask(toFacts(conversationId, seed), `${id}~beforeRouting`);
  const { context, skills, queue } = answer;
  const isThere = queue === undefined || ports.settings.current().queues.has(queue);
  return {
    ...request,
    seed: Object.keys(context).length === 0 ? seed : { ...seed, context: { ...seed.context, ...context } },
    wish: effect.queueId ?? (isThere ? queue : undefined),
    wishBy: effect.queueId === undefined ? "plugin" : "hand-off",
    known: Object.keys(skills).length === 0 ? known : { skills: { ...known?.skills, ...skills } },
    faults: isThere ? faults : [...faults, `A plugin asks for queue "${queue}", which does not exist.`],
  };
}
