import type { WorkstreamSettings } from "../../core/distribution";
import { plainWords as plain } from "../../core/plainWords";
import type { TextByLanguage } from "../../core/settingFields";
import { inLanguage } from "./language";

type Words = Readonly<Record<string, readonly string[]>>;

/** What asks for a person, in our own words. */
export const PERSON_WORDS: Words = {
  en: ["person", "agent", "human", "talk to a person", "talk to a human", "talk to an agent", "real person"],
  pt: ["pessoa", "atendente", "humano", "falar com uma pessoa", "falar com um atendente", "falar com alguém"],
  es: ["persona", "agente", "humano", "hablar con una persona", "hablar con un agente", "hablar con alguien"],
};

/** What asks for the helper, in our own words. */
export const HELPER_WORDS: Words = {
  en: ["menu", "bot", "main menu", "back to the menu", "back to the bot"],
  pt: ["menu", "bot", "robô", "menu principal", "voltar ao menu"],
  es: ["menú", "bot", "robot", "menú principal", "volver al menú"],
};

/** The standing choice, in our own words: no longer than what platforms show whole. */
export const PERSON_CHOICE: TextByLanguage = {
  en: "Talk to a person",
  pt: "Falar com uma pessoa",
  es: "Hablar con alguien",
};

interface Wishes {
  person: ReadonlySet<string>;
  helper: ReadonlySet<string>;
  /** Titles of the standing choice; empty when the work stream has none. */
  choice: ReadonlySet<string>;
}

const known = new WeakMap<WorkstreamSettings, Wishes>();

/** The text is one of the work stream's words for a person, in whatever language: the whole of it, not a part. */
export const asksForPerson = (workstream: WorkstreamSettings, text: string): boolean =>
  wishesOf(workstream).person.has(plain(text));

/** The same, for the helper. */
export const asksForHelper = (workstream: WorkstreamSettings, text: string): boolean =>
  wishesOf(workstream).helper.has(plain(text));

/** The text is the title of the standing choice, in whatever language; false where the work stream has none. */
export const isPersonChoice = (workstream: WorkstreamSettings, text: string): boolean =>
  wishesOf(workstream).choice.has(plain(text));

/** The title of the standing choice for a customer who speaks `language`; undefined where the work stream has none. */
export function personChoice(workstream: WorkstreamSettings, language: string): string | undefined {
  const titles = titlesOf(workstream);
  return titles === undefined ? undefined : inLanguage(titles, language);
}

/** Few customers tell their language: all languages are looked at. */
function wishesOf(workstream: WorkstreamSettings): Wishes {
  const before = known.get(workstream);
  if (before !== undefined) return before;
  const titles = Object.values(titlesOf(workstream) ?? {});
  const wishes: Wishes = {
    person: new Set([...wordsOf(PERSON_WORDS, workstream.personWords), ...titles].map(plain)),
    helper: new Set(wordsOf(HELPER_WORDS, workstream.helperWords).map(plain)),
    choice: new Set(titles.map(plain)),
  };
  known.set(workstream, wishes);
  return wishes;
}

const titlesOf = ({ personChoice: set }: WorkstreamSettings): TextByLanguage | undefined =>
  set === false ? undefined : { ...PERSON_CHOICE, ...(set === true ? {} : set) };

const wordsOf = (ours: Words, theirs: Words): string[] => Object.values({ ...ours, ...theirs }).flat();
