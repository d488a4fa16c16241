import { type Log, silentLog } from "../core/log";
import { compileFinder, type Finder, isSeparator, type Span } from "../core/maskingPatterns";
import type { SettingsReader, SettingsSnapshot } from "../core/settings";
import type { MaskingRuleSettings } from "../core/texts";
import { TIME_LIMIT_MS, withinTime } from "../core/timeGuard";

/** Hides in words what the masking rules name. */
export interface Masking {
  /**
   * The text with all that the rules for this author find replaced, character by character. A rule that takes too long
   * hides the whole text. Never throws.
   */
  mask(text: string, whose: "customer" | "agent"): string;
}

interface Rule {
  settings: MaskingRuleSettings;
  /** Absent when the pattern cannot be compiled: saved by an older version. */
  finder: Finder | undefined;
  /** How often it took too long. */
  overruns: number;
}

/** Somebody sends such texts on purpose: from now on each may cost only a little. */
const SUSPECT_AFTER = 3;
const SUSPECT_LIMIT_MS = 5;

/** The masking rules of the settings as they are at each call; compiled once for each version. */
export function createMasking(settings: SettingsReader, log: Log = silentLog): Masking {
  let compiled: { of: SettingsSnapshot; rules: Rule[] } | undefined;

  function rulesNow(): Rule[] {
    const current = settings.current();
    if (compiled?.of !== current) compiled = { of: current, rules: compileRules(current, log) };
    return compiled.rules;
  }

  return {
    mask(text, whose) {
      if (text === "") return text;
      const rules = rulesNow().filter(
        ({ settings: { appliesTo } }) => appliesTo === whose || appliesTo === "both",
      );
      return rules.length === 0 ? text : hide(text, findAll(rules, text, log));
    },
  };
}

function compileRules({ maskingRules }: SettingsSnapshot, log: Log): Rule[] {
  return [...maskingRules.values()]
    .filter(({ enabled }) => enabled)
    .map((settings) => {
      try {
        return { settings, finder: compileFinder(settings.pattern), overruns: 0 };
      } catch {
        log.error({ maskingRule: settings.id }, "a masking rule cannot be used: it hides every text");
        return { settings, finder: undefined, overruns: 0 };
      }
    });
}

interface Found extends Span {
  character: string;
  keepsSeparators: boolean;
}

/** All rules look at the text as it was written: what one has hidden must not hide it from another. */
function findAll(rules: readonly Rule[], text: string, log: Log): Found[] {
  const steady = rules.filter(({ finder }) => finder?.steady);
  const others = rules.filter(({ finder }) => !finder?.steady);
  const found = steady.flatMap((rule) => findWith(rule, text));
  return others.length === 0 ? found : [...found, ...findUnsteady(others, text, log)];
}

/** Starting the guard costs more than most rules take: one for all, and one each only when that was too slow. */
function findUnsteady(rules: readonly Rule[], text: string, log: Log): Found[] {
  const usable = rules.every(({ finder, overruns }) => finder !== undefined && overruns < SUSPECT_AFTER);
  const all =
    usable && rules.length > 1 ? tried(() => rules.flatMap((rule) => findWith(rule, text))) : undefined;
  return all ?? rules.flatMap((rule) => findGuarded(rule, text, log));
}

function findGuarded(rule: Rule, text: string, log: Log): Found[] {
  const limitMs = rule.overruns < SUSPECT_AFTER ? TIME_LIMIT_MS : SUSPECT_LIMIT_MS;
  const found = rule.finder === undefined ? undefined : tried(() => findWith(rule, text), limitMs);
  if (found !== undefined) return found;
  if (rule.finder !== undefined && rule.overruns === 0)
    log.warn(
      { maskingRule: rule.settings.id },
      "a masking rule takes too long: it hides the whole text where it does; make its pattern simpler",
    );
  rule.overruns += 1;
  return [{ from: 0, to: text.length, character: rule.settings.character, keepsSeparators: false }];
}

/** Undefined when it took too long, or so deep that it gave up. */
function tried<T>(work: () => T, limitMs?: number): T | undefined {
  try {
    return withinTime(work, limitMs)?.value;
  } catch {
    return undefined;
  }
}

function findWith({ settings: { character }, finder }: Rule, text: string): Found[] {
  const { keepsSeparators } = finder as Finder;
  return (finder as Finder).find(text).map((span) => ({ ...span, character, keepsSeparators }));
}

/** One character for each that is hidden, also for those of two UTF-16 units. Where two rules meet, the first counts. */
function hide(text: string, found: readonly Found[]): string {
  if (found.length === 0) return text;
  const masks = new Map<number, string>();
  for (const { from, to, character, keepsSeparators } of found)
    for (let at = from; at < to; at++)
      if (!masks.has(at) && !(keepsSeparators && isSeparator(text[at] ?? ""))) masks.set(at, character);
  let at = 0;
  let shown = "";
  for (const char of text) {
    // Half an emoji would be shown as a broken one.
    shown += masks.get(at) ?? (char.length === 2 ? masks.get(at + 1) : undefined) ?? char;
    at += char.length;
  }
  return shown;
}
