import type { WorkItemSeed } from "../core/conversation";
import type { WorkstreamSettings } from "../core/distribution";
import type { SettingsReader } from "../core/settings";
import { toRuleScope } from "./fields";
import { type CompiledRules, compileRules, firstMatch, type RuleDecision } from "./rules";

/** Chooses the queue of a conversation. Rules are compiled once for each version of a work stream. */
export function createRouter(settings: SettingsReader) {
  const compiled = new WeakMap<WorkstreamSettings, CompiledRules>();

  function rulesOf(workstream: WorkstreamSettings): CompiledRules {
    const known = compiled.get(workstream);
    if (known !== undefined) return known;
    const rules = compileRules(workstream.rules);
    compiled.set(workstream, rules);
    return rules;
  }

  return {
    /**
     * `wish`: the queue a hand-off asked for; it wins when it exists, else rules decide.
     * A queue that was deleted meanwhile falls back to the work stream's fallback queue.
     */
    route(conversationId: string, seed: WorkItemSeed, wish?: string): RuleDecision {
      const now = settings.current();
      const workstream = now.workstreams.get(seed.workstreamId);
      const fallback = workstream?.fallbackQueue ?? [...now.queues.keys()][0] ?? "";
      if (wish !== undefined && now.queues.has(wish))
        return { queueId: wish, rule: "hand-off", read: [], more: 0 };
      if (workstream === undefined) return { queueId: fallback, read: [], more: 0 };
      const returning = !conversationId.endsWith(".1");
      const scope = toRuleScope(seed, now.instances.get(seed.instanceId), returning);
      const decision = firstMatch(rulesOf(workstream), scope, fallback);
      return now.queues.has(decision.queueId) ? decision : { ...decision, queueId: fallback };
    },
  };
}

export type Router = ReturnType<typeof createRouter>;
