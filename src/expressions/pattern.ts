/** One thing that a pattern matches, so and so often. */
interface Item {
  /** A single character: the source that matches it. A group: its alternatives. */
  atom: string | Item[][];
  min: number;
  max: number;
}

/** The parts of a pattern between its brackets; anchors and flags such as (?i) match no character. */
const TOKEN =
  /\(\?[ims]+\)|\(\?:|\(\?<\w+>|[()|^$]|\\[pP]\{[^}]*\}|\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[?*+][?+]?|\{\d+(?:,\d*)?\}[?+]?|[\s\S]/gu;
/** Repeated more often than this, a group that can be read in two ways takes for ever. */
const FEW = 10;
/** Every ASCII character and some beyond: enough to see that two characters are never the same. */
const SAMPLES = [...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)), "é", "ж", "語", "€"];

/**
 * Why a regular expression may take for ever on hostile text, in words; undefined when nothing is seen. A small check
 * that looks for repeated groups which can match the same text in many ways; it refuses some harmless ones, and the time
 * limit stays for what it overlooks.
 */
export function endlessPattern(pattern: string): string | undefined {
  return faultIn(readPattern(pattern), false);
}

function faultIn(alternatives: readonly Item[][], repeated: boolean): string | undefined {
  if (repeated && alternatives.some((one, at) => alternatives.slice(at + 1).some((two) => alike(one, two))))
    return "The pattern can take for ever; avoid alternatives that begin alike inside a repeated group.";
  for (const { atom, min, max } of alternatives.flat()) {
    if (repeated && max > 1 && min !== max)
      return "The pattern can take for ever; avoid a repeated group inside a repeated group.";
    const fault = typeof atom === "string" ? undefined : faultIn(atom, repeated || max > FEW);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** True unless the two differ at some character before either ends or becomes less simple. */
function alike(one: readonly Item[], two: readonly Item[]): boolean {
  for (const [at, first] of one.entries()) {
    const second = two[at];
    if (second === undefined || !isSingle(first) || !isSingle(second)) return true;
    if (!SAMPLES.some((char) => matches(first, char) && matches(second, char))) return false;
  }
  return true;
}

const isSingle = ({ atom, min, max }: Item): boolean => typeof atom === "string" && min === 1 && max === 1;

function matches({ atom }: Item, char: string): boolean {
  // Ignoring case, since the whole pattern may.
  if (typeof atom !== "string") return true;
  try {
    return new RegExp(`^${atom}$`, "is").test(char);
  } catch {
    return true;
  }
}

function readPattern(pattern: string): Item[][] {
  const open: Item[][][] = [[[]]];
  for (const [token] of pattern.matchAll(TOKEN)) {
    const group = open.at(-1) ?? [[]];
    const sequence = group.at(-1) ?? [];
    const last = sequence.at(-1);
    if (/^\(\?[ims]+\)$|^[$^]$/.test(token)) continue;
    if (token.startsWith("(")) open.push([[]]);
    else if (token === "|") group.push([]);
    else if (token === ")" && open.length > 1) {
      open.pop();
      open.at(-1)?.at(-1)?.push({ atom: group, min: 1, max: 1 });
    } else if (last !== undefined && /^[?*+]|^\{\d/.test(token)) Object.assign(last, timesOf(token));
    else sequence.push({ atom: token, min: 1, max: 1 });
  }
  return open[0] ?? [];
}

function timesOf(quantifier: string): { min: number; max: number } {
  if (quantifier.startsWith("?")) return { min: 0, max: 1 };
  if (quantifier.startsWith("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
  if (quantifier.startsWith("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
  const [, min = "0", comma, max = ""] = /^\{(\d+)(,)?(\d*)\}/.exec(quantifier) ?? [];
  if (comma === undefined) return { min: Number(min), max: Number(min) };
  return { min: Number(min), max: max === "" ? Number.POSITIVE_INFINITY : Number(max) };
}
