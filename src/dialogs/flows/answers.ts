import { z } from "zod";
import type { Activity } from "../../core/activity";
import type { CompiledAsk, CompiledChoice } from "./compile";
import type { FlowMoment } from "./moment";

/** How the customer's answer was read; for a choice or yesNo with the step it leads to. */
export interface Answer {
  value: unknown;
  next?: string | undefined;
}

type Reader = (
  step: CompiledAsk,
  said: { text: string; activity: Activity },
  moment: FlowMoment,
) => Answer | undefined | Promise<Answer | undefined>;

const LONGEST_TEXT = 4000;
/** More is no number, day or address, and who reads those takes a quarter of a second for 4,000 hostile characters. */
const LONGEST_WORDS = 320;

/** Reads what the customer said as the kind that the question asks for; undefined when it is none. */
export async function readAnswer(
  step: CompiledAsk,
  activity: Activity,
  moment: FlowMoment,
): Promise<Answer | undefined> {
  const text = (activity.text ?? "").trim();
  const isReadable = step.kind === "text" || text.length <= LONGEST_WORDS;
  return READERS[step.kind](step, { text: isReadable ? text : "", activity }, moment);
}

const READERS: Readonly<Record<CompiledAsk["kind"], Reader>> = {
  text(step, { text }) {
    const fits = text !== "" && inRange(step, text.length);
    return fits ? { value: text.slice(0, LONGEST_TEXT) } : undefined;
  },
  number: async (step, { text }, moment) => {
    const value = await readNumber(text, moment.language);
    return value === undefined || !inRange(step, value) ? undefined : { value };
  },
  date: async (step, { text }, moment) => {
    const value = await readDate(text, moment);
    if (value === undefined) return undefined;
    const today = dayOf(moment.now, moment);
    const bound = (limit: string | number | undefined) => (limit === "today" ? today : limit);
    const [min, max] = [bound(step.step.min), bound(step.step.max)];
    const early = typeof min === "string" && value < min;
    const late = typeof max === "string" && value > max;
    return early || late ? undefined : { value };
  },
  phone: async (step, { text }) => {
    // 9 MB of numbering plans: only for who asks for a number.
    const { parsePhoneNumberFromString } = await import("libphonenumber-js/min");
    const number = parsePhoneNumberFromString(text, step.step.country as never);
    return number?.isPossible() ? { value: number.number } : undefined;
  },
  email(_step, { text }) {
    return z.email().safeParse(text).success ? { value: text } : undefined;
  },
  choice(step, { text, activity }, moment) {
    const found = findChoice(step.choices, text, activity.value, moment);
    return found && { value: found.value, next: found.next };
  },
  yesNo(step, { text, activity }) {
    const said = typeof activity.value === "string" ? activity.value : text;
    const value = readYesNo(said);
    if (value === undefined) return undefined;
    return { value, next: value ? step.step.yes : step.step.no };
  },
  attachment(step, { activity }) {
    const files = (activity.attachments ?? []).filter(({ contentType }) =>
      isAccepted(contentType, step.step.accept),
    );
    if (files.length === 0) return undefined;
    // Not the address: it is the platform's own, for nobody but our fetcher.
    return { value: files.map(({ contentType, name }) => ({ contentType, name: name ?? "" })) };
  },
};

function inRange({ step: { min, max } }: CompiledAsk, value: number): boolean {
  return (typeof min !== "number" || value >= min) && (typeof max !== "number" || value <= max);
}

/** "1,234.5" or "1.234,5", by the language; with a currency sign or a unit in front or behind, as people write. */
async function readNumber(text: string, language: string): Promise<number | undefined> {
  const [bare = ""] = /[-+]?[\d.,'  ]*\d/u.exec(text) ?? [];
  // More words than a unit are no answer to "how many?".
  if (bare === "" || /\d/.test(text.replace(bare, "")) || text.length - bare.length > 12) return undefined;
  const { NumberParser } = await import("@internationalized/number");
  const value = new NumberParser(knownLocale(language), { style: "decimal" }).parse(
    bare.trim().replace(/^\+/, ""),
  );
  return Number.isFinite(value) ? value : undefined;
}

/** "24 December", "tomorrow", "24/12/2026", in the customer's language and time zone, as YYYY-MM-DD. */
async function readDate(text: string, moment: FlowMoment): Promise<string | undefined> {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return z.iso.date().safeParse(text).success ? text : undefined;
  const chrono = await import("chrono-node");
  const [base = "en", region] = moment.language.toLowerCase().split("-");
  const spoken: Readonly<Record<string, { parse: typeof chrono.parse }>> = {
    en: region === "us" || region === undefined ? chrono.en : chrono.en.GB,
    pt: chrono.pt,
    es: chrono.es,
    fr: chrono.fr,
    de: chrono.de,
    it: chrono.it,
    nl: chrono.nl,
    ja: chrono.ja,
    ru: chrono.ru,
    sv: chrono.sv,
  };
  // A customer's language may be called like a property that every object has.
  const parser = Object.hasOwn(spoken, base) ? spoken[base] : undefined;
  const reference = { instant: new Date(moment.now), timezone: minutesFromGmt(moment) };
  const found = (parser ?? chrono.en).parse(text, reference, { forwardDate: true })[0]?.start;
  const parts = found && ([found.get("year"), found.get("month"), found.get("day")] as const);
  if (found === undefined || parts === undefined || parts.includes(null)) return undefined;
  // "at 5" is a time of today, and no day.
  if (!found.isCertain("day") && !found.isCertain("weekday") && !found.isCertain("month")) return undefined;
  const [year, month, day] = parts.map((part) => String(part).padStart(2, "0"));
  return `${year}-${month}-${day}`;
}

/** 0 for what is no time zone. */
function minutesFromGmt({ customer: { timezone = 0 } }: FlowMoment): number {
  return Math.abs(timezone) <= 14 ? Math.round(timezone * 60) : 0;
}

function dayOf(now: number, moment: FlowMoment): string {
  return new Date(now + minutesFromGmt(moment) * 60_000).toISOString().slice(0, 10);
}

function knownLocale(language: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language)[0] ?? "en";
  } catch {
    return "en";
  }
}

/** By tapped value, by label, or by its number in the list: every channel's way to answer. */
function findChoice(
  choices: readonly CompiledChoice[],
  input: string,
  tapped: unknown,
  moment: FlowMoment,
): CompiledChoice | undefined {
  const named = (alike: (name: string) => boolean) =>
    choices.find((choice) => alike(choice.value) || alike(choice.label(moment)));
  const said = plain(input);
  return (
    choices.find(({ value }) => tapped !== undefined && tapped === value) ??
    named((name) => name.toLowerCase() === input.toLowerCase()) ??
    named((name) => said !== "" && plain(name) === said) ??
    (/^\d{1,2}$/.test(said) ? choices[Number(said) - 1] : undefined)
  );
}

/** Without case, accents and the punctuation around: "Não!" is "nao", "2)" is "2". */
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, "")
    .toLowerCase();

const YES = new Set(
  "y yes yeah yep sure ok okay correct right true 1 s sim claro certo si vale correcto oui ja da hai 👍".split(
    " ",
  ),
);
const NO = new Set("n no nope not false 2 nao nunca non nein nee nej iie 👎".split(" "));

function readYesNo(text: string): boolean | undefined {
  const [word = ""] = plain(text).split(/[\s,.!]+/u);
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
}

function isAccepted(contentType: string, accept: readonly string[] | undefined): boolean {
  if (accept === undefined) return true;
  return accept.some((wanted) =>
    wanted.endsWith("/*") ? contentType.startsWith(wanted.slice(0, -1)) : contentType === wanted,
  );
}
