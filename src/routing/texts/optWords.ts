import type { WorkstreamSettings } from "../../core/distribution";
import { plainWords } from "../../core/plainWords";

type Words = Readonly<Record<string, readonly string[]>>;

/** What stops everything automatic, in our own words. None that people write for another reason. */
export const STOP_WORDS: Words = {
  en: ["stop", "stop all", "stopall", "unsubscribe", "opt out", "optout", "revoke", "quit"],
  pt: ["parar", "pare", "sair", "cancelar subscrição", "cancelar inscrição", "descadastrar"],
  es: ["parar", "baja", "darme de baja", "cancelar suscripción"],
  de: ["stopp", "abmelden", "abbestellen"],
  fr: ["arrêt", "arrêter", "désabonner", "se désabonner", "désinscrire"],
};

/** Everyday words that carriers take for a stop: on SMS only, as carriers do. */
export const SMS_STOP_WORDS: Words = { en: ["end", "cancel"] };

/** What takes it back. They count only from a customer who has opted out. */
export const START_WORDS: Words = {
  en: ["start", "unstop", "opt in", "optin", "subscribe"],
  pt: ["iniciar", "começar", "subscrever"],
  es: ["iniciar", "empezar", "alta", "suscribir"],
  de: ["starten", "anmelden", "abonnieren"],
  fr: ["démarrer", "commencer", "réabonner"],
};

/** The same on SMS only. */
export const SMS_START_WORDS: Words = { en: ["yes"] };

interface OptWords {
  stop: ReadonlySet<string>;
  start: ReadonlySet<string>;
}
type Own = Pick<WorkstreamSettings, "stopWords" | "startWords">;

const NONE: Own = { stopWords: {}, startWords: {} };
const known = new WeakMap<Own, Map<boolean, OptWords>>();

/** The whole text is a word that stops everything automatic, in whatever language. */
export const asksToStop = (text: string, where: { channel: string; workstream: Own | undefined }): boolean =>
  wordsOf(where).stop.has(plainWords(text));

/** The same, for taking it back. */
export const asksToStart = (text: string, where: { channel: string; workstream: Own | undefined }): boolean =>
  wordsOf(where).start.has(plainWords(text));

/** Customers write in whatever language: all are looked at. */
function wordsOf({ channel, workstream = NONE }: { channel: string; workstream: Own | undefined }): OptWords {
  const byChannel = known.get(workstream) ?? new Map<boolean, OptWords>();
  known.set(workstream, byChannel);
  const isSms = channel === "sms";
  const before = byChannel.get(isSms);
  if (before !== undefined) return before;
  const words: OptWords = {
    stop: setOf(STOP_WORDS, isSms ? SMS_STOP_WORDS : {}, workstream.stopWords),
    start: setOf(START_WORDS, isSms ? SMS_START_WORDS : {}, workstream.startWords),
  };
  byChannel.set(isSms, words);
  return words;
}

function setOf(ours: Words, more: Words, theirs: Words): ReadonlySet<string> {
  const languages = new Set([...Object.keys(ours), ...Object.keys(more), ...Object.keys(theirs)]);
  const words = [...languages].flatMap(
    (language) => theirs[language] ?? [...(ours[language] ?? []), ...(more[language] ?? [])],
  );
  return new Set(words.map(plainWords));
}
