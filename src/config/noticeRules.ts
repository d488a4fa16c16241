import type { NoticeSettings } from "../core/notices";
import { plainWords } from "../core/plainWords";
import type { TextByLanguage } from "../core/settingFields";
import type { Path } from "./yamlSource";

interface Fault {
  path: Path;
  message: string;
}

/** Texts that lack a language of the notice, and words that would mean both yes and no. */
export function noticeFaults({ text, gate, agentNotice: _agents }: NoticeSettings): Fault[] {
  if (gate === undefined) return [];
  const languages = Object.keys(text);
  const { acceptWords, declineWords, acceptChoice, declineChoice, retry, declined } = gate;
  const accepts = new Set([...wordsOf(acceptWords), ...Object.values(acceptChoice ?? {})].map(plainWords));
  return [
    ...lacking(["gate", "declined"], declined, languages),
    ...lacking(["gate", "retry"], retry, languages),
    ...lacking(["gate", "acceptChoice"], acceptChoice, languages),
    ...lacking(["gate", "declineChoice"], declineChoice, languages),
    ...Object.entries(declineWords).flatMap(([language, words]) =>
      words.flatMap((word, i) =>
        accepts.has(plainWords(word)) ? [both(["gate", "declineWords", language, i], word)] : [],
      ),
    ),
    ...Object.entries(declineChoice ?? {}).flatMap(([language, title]) =>
      accepts.has(plainWords(title)) ? [both(["gate", "declineChoice", language], title)] : [],
    ),
  ];
}

const wordsOf = (words: Readonly<Record<string, readonly string[]>>): string[] => Object.values(words).flat();

/** A customer who reads the notice in a language must be able to read on in it. */
const lacking = (path: Path, texts: TextByLanguage | undefined, languages: readonly string[]): Fault[] =>
  texts === undefined
    ? []
    : languages
        .filter((language) => texts[language] === undefined)
        .map((language) => ({ path, message: `say it in "${language}" too, as the notice is` }));

const both = (path: Path, word: string): Fault => ({ path, message: `"${word}" agrees and declines` });
