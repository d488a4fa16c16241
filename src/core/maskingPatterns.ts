import { messageOf } from "./errors";
import { withinTime } from "./timeGuard";

/** A stretch of a text: UTF-16 units from `from` up to `to`, which is outside. */
export interface Span {
  from: number;
  to: number;
}

/** A pattern, ready to look for what it names. */
export interface Finder {
  /** In the order of the text; stretches may overlap. */
  find(text: string): Span[];
  /** Spaces and dashes between the digits stay readable. */
  keepsSeparators: boolean;
  /** The time it takes grows with the text and no faster: it needs no guard. */
  steady: boolean;
}

const SEPARATOR = "[ \\u00A0\\u2007\\u2009\\u202F\\u2010-\\u2015-]";
const IS_SEPARATOR = new RegExp(SEPARATOR);
/** Digits in groups; between them up to three separators: "4111 - 1111". */
const DIGIT_GROUPS = new RegExp(`\\d+(?:${SEPARATOR}{1,3}\\d+)*`, "g");
const SSN = new RegExp(`(?<!\\d)\\d{3}${SEPARATOR}\\d{2}${SEPARATOR}\\d{4}(?!\\d)`, "g");
/** Every part has its largest length, which keeps it steady. */
const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}]{2,63}/gu;
const CARD_DIGITS = { least: 13, most: 19 };

const READY_MADE: Readonly<Record<string, Finder>> = {
  card: { find: findCards, keepsSeparators: true, steady: true },
  email: { find: (text) => spansOf(EMAIL, text), keepsSeparators: false, steady: true },
  ssn: { find: (text) => spansOf(SSN, text), keepsSeparators: true, steady: true },
};

/** Texts on which patterns that backtrack show it. */
const HARD_TEXTS = ["a", "1", " ", "a1", "1-", "a ", "A", "a."].map((piece) => `${piece.repeat(2000)}\n!`);

/** The finder of a ready-made pattern ("card", "email", "ssn"), else of a regular expression. Throws SyntaxError. */
export function compileFinder(pattern: string): Finder {
  if (Object.hasOwn(READY_MADE, pattern)) return READY_MADE[pattern] as Finder;
  const expression = new RegExp(pattern, "g");
  return { find: (text) => spansOf(expression, text), keepsSeparators: false, steady: false };
}

/** Whether a finder that `keepsSeparators` leaves this character readable. */
export const isSeparator = (char: string): boolean => IS_SEPARATOR.test(char);

/** Why a pattern should not be saved, in words for who wrote it; undefined when it can. */
export function patternFault(pattern: string): string | undefined {
  if (Object.hasOwn(READY_MADE, pattern)) return undefined;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, "g");
  } catch (error) {
    return `is no regular expression: ${messageOf(error)}`;
  }
  if (expression.test("")) return "matches the empty text; say what must be there at least once";
  if (repeatsRepetition(pattern))
    return 'repeats what is repeated already, as in "(a+)+", which can take for ever; repeat only one of them';
  const slow = HARD_TEXTS.some((text) => withinTime(() => spansOf(expression, text)) === undefined);
  return slow ? "takes too long on long texts; make it simpler" : undefined;
}

function spansOf(expression: RegExp, text: string): Span[] {
  const spans: Span[] = [];
  for (const { index, 0: found } of text.matchAll(expression))
    if (found !== "") spans.push({ from: index, to: index + found.length });
  return spans;
}

/** True when something without an upper limit stands inside something without one. */
function repeatsRepetition(pattern: string): boolean {
  const bare = pattern.replace(/\\./gs, "x").replace(/\[[^\]]*\]/g, "x");
  /** Of each group that is open: whether it holds a repetition. */
  const open: boolean[] = [];
  for (let i = 0; i < bare.length; i++) {
    const char = bare[i];
    if (char === "(") open.push(false);
    const repeated = isRepeated(bare, i + 1);
    if (char === ")") {
      const holds = open.pop() === true;
      if (holds && repeated) return true;
      if (holds && open.length > 0) open[open.length - 1] = true;
    }
    if (repeated && char !== "(" && open.length > 0) open[open.length - 1] = true;
  }
  return false;
}

/** Whether what ends before `at` may stand there any number of times. */
function isRepeated(pattern: string, at: number): boolean {
  return /^(?:[*+]|\{\d+,\})/.test(pattern.slice(at, at + 12));
}

/** Card numbers: 13 to 19 digits in whole groups, by their check digit. A number before or after them hides none. */
function findCards(text: string): Span[] {
  return spansOf(DIGIT_GROUPS, text).flatMap((run) => cardsIn(text, run));
}

function cardsIn(text: string, run: Span): Span[] {
  const groups = groupsOf(text, run);
  const cards: Span[] = [];
  for (let first = 0; first < groups.length; first++) {
    const last = lastGroupOfCard(text, groups, first);
    if (last === undefined) continue;
    cards.push({ from: (groups[first] as Span).from, to: (groups[last] as Span).to });
  }
  return cards;
}

/** The last group with which the digits from `first` on are a card number, the longest first. */
function lastGroupOfCard(text: string, groups: readonly Span[], first: number): number | undefined {
  let digits = "";
  let found: number | undefined;
  for (let last = first; last < groups.length; last++) {
    const { from, to } = groups[last] as Span;
    if (digits.length + to - from > CARD_DIGITS.most) break;
    digits += text.slice(from, to);
    if (digits.length >= CARD_DIGITS.least && hasCheckDigit(digits)) found = last;
  }
  return found;
}

const groupsOf = (text: string, { from, to }: Span): Span[] =>
  spansOf(/\d+/g, text.slice(from, to)).map((group) => ({ from: from + group.from, to: from + group.to }));

/** Luhn's sum: every second digit from the right doubled. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
