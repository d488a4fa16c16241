import type { GateSettings } from "../../core/notices";
import { plainWords } from "../../core/plainWords";
import type { TextByLanguage } from "../../core/settingFields";
import { inLanguage } from "./language";

type Words = Readonly<Record<string, readonly string[]>>;

/** What agrees to a notice, in our own words. */
export const ACCEPT_WORDS: Words = {
  en: ["yes", "y", "yes please", "ok", "okay", "i agree", "agree", "accept", "i accept"],
  pt: ["sim", "s", "sim por favor", "aceito", "concordo", "de acordo"],
  es: ["sí", "s", "sí por favor", "acepto", "de acuerdo", "vale"],
  de: ["ja", "j", "ja bitte", "einverstanden", "ich stimme zu", "akzeptieren"],
  fr: ["oui", "o", "oui merci", "d'accord", "j'accepte", "accepter"],
};

/** What declines it. */
export const DECLINE_WORDS: Words = {
  en: ["no", "n", "no thanks", "no thank you", "i do not agree", "i don't agree", "decline"],
  pt: ["não", "n", "não obrigado", "não obrigada", "não aceito", "não concordo"],
  es: ["no", "n", "no gracias", "no acepto", "no estoy de acuerdo"],
  de: ["nein", "nein danke", "nicht einverstanden", "ablehnen"],
  fr: ["non", "non merci", "je refuse", "refuser"],
};

const ACCEPT_CHOICE: TextByLanguage = { en: "Yes", pt: "Sim", es: "Sí", de: "Ja", fr: "Oui" };
const DECLINE_CHOICE: TextByLanguage = { en: "No", pt: "Não", es: "No", de: "Nein", fr: "Non" };
const RETRY: TextByLanguage = {
  en: "Please answer yes or no, so that we can go on.",
  pt: "Responda sim ou não, por favor, para podermos continuar.",
  es: "Responda sí o no, por favor, para poder continuar.",
  de: "Bitte antworten Sie mit Ja oder Nein, damit wir fortfahren können.",
  fr: "Répondez par oui ou par non, s'il vous plaît, pour que nous puissions continuer.",
};

/** What a tap brings, before the version of the notice: an old button agrees to no new text. */
const VALUES = { accepted: "switchboard.consent.yes.", declined: "switchboard.consent.no." } as const;
export type Answer = keyof typeof VALUES;

const known = new WeakMap<GateSettings, Readonly<Record<Answer, ReadonlySet<string>>>>();

/** The choices below a notice, for a customer who speaks `language`. */
export const consentChoices = (
  gate: GateSettings,
  language: string,
  version: string,
): { title: string; value: string }[] => [
  {
    title: inLanguage({ ...ACCEPT_CHOICE, ...gate.acceptChoice }, language),
    value: VALUES.accepted + version,
  },
  {
    title: inLanguage({ ...DECLINE_CHOICE, ...gate.declineChoice }, language),
    value: VALUES.declined + version,
  },
];

/** The answer that a tap below this version of the notice gives; undefined for any other value. */
export function tappedAnswer(value: unknown, version: string): Answer | undefined {
  if (value === VALUES.accepted + version) return "accepted";
  return value === VALUES.declined + version ? "declined" : undefined;
}

/** A tap below a notice, whichever: no words of the customer's. */
export const isConsentTap = (value: unknown): boolean =>
  typeof value === "string" && Object.values(VALUES).some((begin) => value.startsWith(begin));

/** What is said when the answer is neither. */
export const retryText = (gate: GateSettings, language: string): string =>
  inLanguage(gate.retry ?? RETRY, language);

/** Few customers tell their language: the words of all count. undefined: neither yes nor no. */
export function answerOf(gate: GateSettings, text: string): Answer | undefined {
  const word = plainWords(text);
  const words = known.get(gate) ?? toWords(gate);
  known.set(gate, words);
  // Declining counts first: what could be both agrees to nothing.
  if (words.declined.has(word)) return "declined";
  return words.accepted.has(word) ? "accepted" : undefined;
}

function toWords(gate: GateSettings): Readonly<Record<Answer, ReadonlySet<string>>> {
  const setOf = (ours: Words, theirs: Words, titles: TextByLanguage): ReadonlySet<string> =>
    new Set([...Object.values({ ...ours, ...theirs }).flat(), ...Object.values(titles)].map(plainWords));
  return {
    accepted: setOf(ACCEPT_WORDS, gate.acceptWords, { ...ACCEPT_CHOICE, ...gate.acceptChoice }),
    declined: setOf(DECLINE_WORDS, gate.declineWords, { ...DECLINE_CHOICE, ...gate.declineChoice }),
  };
}
