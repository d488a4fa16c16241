import type { RuleSettings, WorkstreamSettings } from "../../core/distribution";
import { numberOf } from "../../core/ids";
import type { SettingsSnapshot } from "../../core/settings";
import type { WorkItem, WorkItemSeed } from "../../core/workItem";
import { closedNotice, customerHours, isOpenBy } from "../hours/openHours";
import type { Placement } from "../queue";
import { languageOf } from "../texts/language";
import { type Classification, type CompiledRulesets, classify } from "./classify";
import { drawQueue } from "./draw";
import { toRuleScope } from "./fields";
import { type Choice, overflowNow, type QueueStates, type Settled, settleOverflow } from "./overflowing";
import { type CompiledRules, type RuleReading, readRules } from "./rules";
import type { RuleTicket } from "./ruleTickets";

/** A conversation that shall go to people. */
export interface RouteRequest {
  conversationId: string;
  /** Of the step that asks, the same when it is repeated; for plugins. */
  id?: string | undefined;
  seed: WorkItemSeed;
  /** The queue that a hand-off asked for; it wins when it exists. */
  wish?: string | undefined;
  /** Who asked for it; a hand-off when left out. */
  wishBy?: "hand-off" | "plugin" | undefined;
  /** Skills that a hand-off asked for: whatever classification says of them. */
  skills?: Record<string, number> | undefined;
  /** Its row, when it has one: skills that it has stay. */
  known?: Pick<WorkItem, "skills"> | undefined;
  /** Fields of plugins that its rules name, by their full names. */
  fields?: Readonly<Record<string, unknown>> | undefined;
  /** What hooks and fields of plugins could not tell, for the trace. */
  faults?: readonly string[] | undefined;
}

/** A work stream's rules, compiled. */
export interface CompiledStream {
  rulesets: CompiledRulesets;
  rules: CompiledRules;
  /** Fields of plugins that some rule names. */
  pluginFields: readonly string[];
}

/** Where a conversation goes and why: the same trace serves the desk, the log and the dry run. */
export interface Routed {
  placement: Placement;
  /** In a sentence, for people. */
  text: string;
  details: RouteTrace;
  /** Fields of plugins that were read for it. */
  fields?: Readonly<Record<string, unknown>>;
  /** Tickets that classification wants made; absent: none. */
  tickets?: RuleTicket[];
}

/** What was read and what it led to. Message text is left out. */
export interface RouteTrace extends RuleReading {
  queueId: string;
  /** The rule that won; absent: the fallback queue. */
  rule?: string;
  classification: (RuleReading & { ruleset: string })[];
  skills: Record<string, number>;
  priority?: number;
  overflow: Settled["overflow"];
  /** What plugins could not tell; absent when all went well. */
  faults?: string[];
}

/** Decides, changing nothing: classification, then the first rule whose queue will have it, then the fallback queue. */
export function decide(request: RouteRequest, stream: CompiledStream, states: QueueStates): Routed {
  const { seed, conversationId } = request;
  const { settings, now } = states;
  const workstream = settings.workstreams.get(seed.workstreamId);
  const language = languageOf(settings, seed.customer, seed.instanceId);
  const hours = customerHours(settings, seed);
  const moment = {
    now,
    open: isOpenBy(settings, hours, now),
    returning: isReturning(conversationId, seed.ownerFrom),
    language,
  };
  const scope = toRuleScope(seed, settings, moment, request.fields);
  const known = classify(stream.rulesets, scope, { ...request.known?.skills, ...request.skills });
  Object.assign(known.found.skills, request.skills);
  const wished = request.wish !== undefined && settings.queues.has(request.wish) ? request.wish : undefined;
  const { settled, reading } =
    wished === undefined
      ? byRules(request, stream, states, { workstream, scope: known.scope })
      : {
          settled: settleChoice(states, { queueId: wished, rule: request.wishBy ?? "hand-off" }),
          reading: NOTHING_READ,
        };
  const queue = settings.queues.get(settled.queueId);
  const closed = closedNotice(settings, [hours, queue?.operatingHours], now);
  const tell = settled.ends
    ? ({ trigger: "overflowEnded" } as const)
    : (closed ??
      (queue?.members.length ? ({ trigger: "greeting" } as const) : ({ trigger: "cannotAssign" } as const)));
  return {
    placement: { ...toPlacement(settled, known.found), tell: [tell] },
    text: toSentence(settled, workstream),
    ...(known.found.tickets.length === 0 ? {} : { tickets: known.found.tickets }),
    details: {
      ...toTrace(settled, reading, known),
      ...(request.faults === undefined || request.faults.length === 0 ? {} : { faults: [...request.faults] }),
    },
  };
}

/** What a former owner of the number wrote was another customer's. */
function isReturning(conversationId: string, ownerFrom = 1): boolean {
  const n = numberOf(conversationId);
  return n > (n >= ownerFrom ? ownerFrom : 1);
}

const NOTHING_READ: RuleReading = { read: [], more: 0 };

function byRules(
  { conversationId }: RouteRequest,
  stream: CompiledStream,
  states: QueueStates,
  { workstream, scope }: { workstream: WorkstreamSettings | undefined; scope: Record<string, unknown> },
): { settled: Settled; reading: RuleReading } {
  const passed: Choice[] = [];
  let taken: Choice | undefined;
  const reading = readRules(stream.rules, scope, (position) => {
    const choice = toChoice(states.settings, workstream?.rules[position], conversationId);
    if (choice === undefined) return false;
    if (overflowNow(states, choice) === undefined) {
      taken = choice;
      return true;
    }
    passed.push(choice);
    return false;
  });
  if (taken !== undefined) return { settled: { ...taken, ends: false, overflow: [] }, reading };
  if (passed.length > 0) return { settled: settleOverflow(states, passed), reading };
  // A fallback queue takes whatever comes: its own overflow does not count.
  const queueId = fallbackQueue(states.settings, workstream);
  return { settled: { queueId, own: [], ends: false, overflow: [] }, reading };
}

/** Undefined when the rule's queue is gone: the rule counts as not matching. */
function toChoice(
  settings: SettingsSnapshot,
  rule: RuleSettings | undefined,
  conversationId: string,
): Choice | undefined {
  if (rule === undefined) return undefined;
  const queueId =
    rule.split === undefined ? (rule.queue ?? "") : drawQueue(rule.split, `${conversationId} ${rule.name}`);
  if (!settings.queues.has(queueId)) return undefined;
  return { queueId, rule: rule.name, ...(rule.overflow === undefined ? {} : { own: rule.overflow }) };
}

const settleChoice = (states: QueueStates, choice: Choice): Settled => settleOverflow(states, [choice]);

/** The work stream's fallback queue; one that was deleted is replaced by the default queue, else by any. */
export function fallbackQueue(
  settings: SettingsSnapshot,
  workstream: WorkstreamSettings | undefined,
): string {
  const own = workstream?.fallbackQueue ?? "";
  if (settings.queues.has(own)) return own;
  return settings.queues.has("default") ? "default" : ([...settings.queues.keys()][0] ?? own);
}

function toPlacement(settled: Settled, found: Classification): Placement {
  const { queueId, own, ends, overflow } = settled;
  return {
    queueId,
    ...(Object.keys(found.skills).length === 0 ? {} : { skills: found.skills }),
    ...(found.priority === undefined ? {} : { priority: found.priority }),
    ...(found.profiles === undefined ? {} : { profiles: found.profiles }),
    ...(Object.keys(found.attributes).length === 0 ? {} : { attributes: found.attributes }),
    ...(own === undefined ? {} : { overflow: own }),
    ...(overflow.length === 0 ? {} : { overflowed: overflow.map(({ queueId: from }) => from) }),
    ...(ends ? { endAs: "overflowEnded" as const } : {}),
  };
}

function toSentence(settled: Settled, workstream: WorkstreamSettings | undefined): string {
  const why =
    settled.rule === undefined
      ? `no rule${workstream === undefined ? "" : ` of "${workstream.id}"`} matched: fallback queue`
      : `rule "${settled.rule}"`;
  const over = settled.overflow.map(({ queueId, when }) => `"${queueId}" ${OVERFLOW_WORDS[when] ?? when}`);
  const after = over.length === 0 ? "" : ` after ${over.join(", ")}`;
  return settled.ends ? `Closed${after}, ${why}.` : `To queue "${settled.queueId}"${after}, ${why}.`;
}

const OVERFLOW_WORDS: Readonly<Record<string, string>> = {
  outOfHours: "was out of hours",
  itemsAbove: "was full",
};

function toTrace(settled: Settled, reading: RuleReading, known: ReturnType<typeof classify>): RouteTrace {
  return {
    queueId: settled.queueId,
    ...(settled.rule === undefined ? {} : { rule: settled.rule }),
    ...reading,
    classification: known.trace,
    skills: known.found.skills,
    ...(known.found.priority === undefined ? {} : { priority: known.found.priority }),
    overflow: settled.overflow,
  };
}
