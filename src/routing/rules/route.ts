import { toFacts } from "../../core/conversationFacts";
import type { WorkstreamSettings } from "../../core/distribution";
import type { Log } from "../../core/log";
import type { ReadFields } from "../../core/runningPlugins";
import type { SettingsSnapshot } from "../../core/settings";
import type { QueuePorts } from "../ports";
import { compileRulesets } from "./classify";
import { type CompiledStream, decide, type Routed, type RouteRequest } from "./decide";
import { askedOfPlugins, fieldsOf } from "./fields";
import { asksForLength } from "./overflow";
import { createQueueLengths } from "./queueLength";
import { compileRules } from "./rules";
import { ticketReferences } from "./ruleTickets";
import { createRoutingWatch } from "./watch";

/** Chooses the queue of a conversation. Rules are compiled once for each version of a work stream. */
export function createRouter(ports: QueuePorts & { log: Log; readFields?: ReadFields | undefined }) {
  const compiledOf = createStreamCompiler();
  const lengthOf = createQueueLengths(ports);
  const watch = createRoutingWatch(ports);

  /** A wish leaves the rules unread, but classification is read. */
  async function askPlugins(
    request: RouteRequest,
    names: readonly string[],
  ): Promise<Pick<RouteRequest, "fields" | "faults">> {
    if (names.length === 0 || ports.readFields === undefined) return {};
    const facts = toFacts(request.conversationId, request.seed);
    const { answer, faults } = await ports.readFields(names, facts, request.id ?? request.conversationId);
    return { fields: answer, faults: [...(request.faults ?? []), ...faults] };
  }

  return {
    /** Reads the store only when some queue's overflow asks for its length. Throws StoreError. */
    async route(request: RouteRequest): Promise<Routed> {
      const settings = ports.settings.current();
      const workstream = settings.workstreams.get(request.seed.workstreamId);
      const lengths = new Map<string, number>();
      for (const id of countedQueues(settings, workstream)) lengths.set(id, await lengthOf(id));
      const stream = compiledOf(workstream);
      const told = await askPlugins(request, stream.pluginFields);
      const routed = decide({ ...request, ...told }, stream, {
        settings,
        now: ports.clock.now(),
        lengthOf: (id) => lengths.get(id) ?? 0,
      });
      watch.seen(request, routed);
      return told.fields === undefined ? routed : { ...routed, fields: told.fields };
    },
    stats: watch.stats,
  };
}

export type Router = ReturnType<typeof createRouter>;

/** Compiles each version of a work stream once. */
export function createStreamCompiler(): (workstream: WorkstreamSettings | undefined) => CompiledStream {
  const compiled = new WeakMap<WorkstreamSettings, CompiledStream>();
  return (workstream) => {
    if (workstream === undefined) return NO_RULES;
    const known = compiled.get(workstream);
    if (known !== undefined) return known;
    const made = compileStream(workstream);
    compiled.set(workstream, made);
    return made;
  };
}

function compileStream(workstream: WorkstreamSettings): CompiledStream {
  const fields = fieldsOf(workstream);
  const rulesets = compileRulesets(workstream.classification, fields);
  const rules = compileRules(workstream.rules, fields);
  const conditions = [rules, ...rulesets.map((set) => set.rules)].flatMap((list) => list.rules);
  const named = conditions.flatMap(({ condition }) => ("broken" in condition ? [] : condition.references));
  const written = workstream.classification.flatMap((set) => ticketReferences(set, fields));
  return { rulesets, rules, pluginFields: askedOfPlugins([...named, ...written]) };
}

const NO_RULES: CompiledStream = { rulesets: [], rules: compileRules([], {}), pluginFields: [] };

/** Queues whose length some overflow asks for, among those that a conversation of the work stream can reach. */
function countedQueues(settings: SettingsSnapshot, workstream: WorkstreamSettings | undefined): Set<string> {
  const counted = new Set<string>();
  for (const { id, overflow } of settings.queues.values()) if (asksForLength(overflow)) counted.add(id);
  for (const rule of workstream?.rules ?? [])
    if (asksForLength(rule.overflow ?? []))
      for (const id of rule.split?.map(({ queue }) => queue) ?? [rule.queue ?? ""]) counted.add(id);
  return counted;
}
