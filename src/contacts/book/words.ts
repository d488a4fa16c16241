import type { ContactFields } from "../../core/contact";

/** Words of a contact under which it is found; more make no search better. */
const MOST_NAME_WORDS = 24;
const MOST_WORD = 60;
/** Marks a number that is written backwards, so that its last digits are found as a beginning. */
const BACKWARDS = "<";
/** Shorter ones would be last digits of everybody. */
const LEAST_LAST_DIGITS = 4;

/** Lower case, without accents: "Zoë" is found by "zoe". */
const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const compact = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "");
const backwards = (digits: string): string => BACKWARDS + [...digits].reverse().join("");
const cut = (word: string): string => [...word].slice(0, MOST_WORD).join("");

/** Words of what is kept of a person: names, e-mail addresses, phone numbers both ways round, the external id. */
export function wordsOf({ name, firstName, lastName, emails, phones, externalId }: ContactFields): string[] {
  const names = [name, firstName, lastName]
    .flatMap((text) => nameWords(text ?? ""))
    .slice(0, MOST_NAME_WORDS);
  const numbers = phones.map(({ number }) => number.replace(/\D/g, ""));
  const id = compact(plain(externalId ?? ""));
  const words = [...names, ...emails.map(plain), ...numbers, ...numbers.map(backwards), id];
  return [...new Set(words.filter((word) => word !== "").map(cut))].sort();
}

/** "O'Brien-Smith" is found by "obrien", "brien" and "smith". */
function nameWords(text: string): string[] {
  return plain(text)
    .split(/\s+/)
    .flatMap((word) => [compact(word), ...word.split(/[^\p{L}\p{N}]+/u)])
    .filter((word) => word !== "");
}

/** One word of a search: beginnings of words that fit it, the likeliest first. */
export type Wanted = readonly string[];

/** What a typed text asks for: each must fit. Digits that follow one another are one number, as people group them. */
export function toWanted(text: string): Wanted[] {
  return plain(text)
    .replace(/(?<=[\d+)])[\s().-]+(?=[\d(])/g, "")
    .split(/\s+/)
    .map(alternatives)
    .filter((wanted) => wanted.length > 0)
    .slice(0, 8);
}

function alternatives(word: string): Wanted {
  if (/^\+?[\d().-]+$/.test(word)) return digitAlternatives(word.replace(/\D/g, ""));
  return [...new Set([compact(word), ...(/[@.+_-]/.test(word) ? [word] : [])])]
    .filter((one) => one !== "")
    .map(cut);
}

/** Typed with the country's code or without, with the zeros before it or without, or only the last digits. */
function digitAlternatives(digits: string): Wanted {
  const bare = digits.replace(/^0+/, "");
  const forwards = digits.startsWith("00") ? [digits, bare] : [digits];
  const last = [digits, bare].filter((one) => one.length >= LEAST_LAST_DIGITS).map(backwards);
  return [...new Set([...forwards.filter((one) => one !== ""), ...last])];
}

/** Where a word comes first among those that fit: place in `wanted`, then by the alphabet. Undefined: none fits. */
export function firstFit(words: readonly string[], wanted: Wanted): { at: number; word: string } | undefined {
  for (const [at, beginning] of wanted.entries()) {
    const fitting = words.filter((word) => word.startsWith(beginning)).sort();
    if (fitting[0] !== undefined) return { at, word: fitting[0] };
  }
  return undefined;
}

/** Do they fit all that is wanted? */
export function fitsAll(words: readonly string[], all: readonly Wanted[]): boolean {
  return all.every((wanted) => wanted.some((beginning) => words.some((word) => word.startsWith(beginning))));
}
