import { isDeepStrictEqual } from "node:util";
import type { SettingsSnapshot } from "../core/settings";
import type { CompiledStream } from "../routing/rules/decide";
import { type Tried, tryRules } from "../routing/rules/tryRules";
import type { RuleCase } from "./ruleCases";

/** Decides a case. Lines that say what is not as expected, and the trace in short; [] when all is well. */
export function runCase(
  given: RuleCase,
  stream: CompiledStream,
  world: { settings: SettingsSnapshot; now: number },
): string[] {
  const { workstream, expect } = given;
  const tried = tryRules({ sample: given.given, workstreamId: workstream }, stream, world);
  const found = foundOf(tried);
  const differences = (Object.keys(expect) as (keyof typeof found)[])
    .filter((key) => !isDeepStrictEqual(found[key], expect[key]))
    .map((key) => `${key}: expected ${inWords(key, expect[key])}, found ${inWords(key, found[key])}`);
  if (differences.length === 0) return [];
  const names = world.settings.workstreams.get(workstream)?.rules.map(({ name }) => name) ?? [];
  return [...differences, tried.text, ...traceLines(tried, names.indexOf(expect.rule ?? ""), expect.rule)];
}

function foundOf({ placement, details }: Tried) {
  return {
    queue: placement.queueId,
    rule: details.rule ?? null,
    skills: details.skills,
    priority: details.priority ?? null,
    ends: placement.endAs !== undefined,
    told: placement.tell?.[0]?.trigger,
  };
}

function inWords(key: string, value: unknown): string {
  if (value === null) return key === "rule" ? "none (the fallback queue)" : "none";
  return typeof value === "string" ? `"${value}"` : JSON.stringify(value);
}

type Reading = Pick<Tried["details"], "read" | "more" | "position">;

/** The rulesets, then the rules; `wanted` is the rule that was expected, with its place (-1: none). */
function traceLines({ details }: Tried, wantedAt: number, wanted: string | null | undefined): string[] {
  const rulesets = details.classification.map(
    ({ ruleset, ...reading }) => `ruleset "${ruleset}": ${inShort(reading)}`,
  );
  if (details.rule === wanted || wantedAt < 0) return [...rulesets, `rules: ${inShort(details)}`];
  const below = details.position !== undefined && wantedAt > details.position;
  const state = below ? `"${wanted}" stands below and was not read` : stateOf(details, wanted ?? "");
  return [...rulesets, `rules: ${inShort(details)}; ${state}`];
}

/** All that were not simply false, and how many were. */
function inShort({ read, more }: Reading): string {
  const told = read.flatMap(({ rule, result, error }) => {
    if (result === "no") return [];
    return [result === "error" ? `"${rule}" failed (${error})` : `"${rule}" was true`];
  });
  const others = read.length - told.length + more;
  if (others > 0) told.push(`${others} ${others === 1 ? "was" : "were"} not true`);
  return told.length === 0 ? "none" : told.join(", ");
}

function stateOf({ read }: Reading, rule: string): string {
  const known = read.find((each) => each.rule === rule);
  if (known === undefined || known.result === "no") return `"${rule}" was not true`;
  return known.result === "error" ? `"${rule}" failed` : `the queue of "${rule}" would not have it`;
}
