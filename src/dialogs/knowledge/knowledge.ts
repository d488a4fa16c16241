import { statSync } from "node:fs";
import MiniSearch from "minisearch";
import type { Clock } from "../../core/clock";
import { filesOf, type KnownAnswer, readAnswers, sourcesOf } from "./readAnswers";

/** Questions and answers out of a folder of Markdown files. */
export interface Knowledge {
  /** The best answer; undefined when none is good enough. `source`: a sub-folder; undefined: all. */
  find(source: string | undefined, question: string, language: string): string | undefined;
  /** Names of the sources. */
  sources(): ReadonlySet<string>;
}

/** Files are looked at again after so long: an edit counts without a restart. */
const LOOK_AGAIN_MS = 10_000;
/** So much of what was asked must be found in the question or its answer. */
const ENOUGH = 0.6;
const LONGEST_QUESTION = 500;
/** Each word is searched by itself, with its slips of the pen: a question has no more that count. */
const MOST_WORDS = 12;
const MOST_SLIPS = 2;

/** Words that tell nothing of what a question is about: in the languages of our own texts. */
const EMPTY_WORDS = new Set(
  (
    "a an and are at be can could do does for from have how i in is it me my of on or please tell that the there this to " +
    "was what when where which who why will with would you your we hi hello " +
    "o os as um uma e de do da dos das em no na que como qual quando onde quem para por com eu meu minha voce voces oi ola " +
    "el la los las un una y del al en como cual cuando donde quien para por con mi hola es"
  ).split(" "),
);

/** Searches with MiniSearch: whole words count most, beginnings and slips of the pen less. Reads the folder when first asked. */
export function createKnowledge(folder: string, clock: Clock): Knowledge {
  let loaded: { index: MiniSearch; answers: readonly KnownAnswer[]; stamp: string } | undefined;
  let lookAt = 0;

  function current() {
    const now = clock.now();
    if (loaded !== undefined && now < lookAt) return loaded;
    lookAt = now + LOOK_AGAIN_MS;
    const stamp = stampOf(folder);
    if (loaded?.stamp !== stamp) loaded = { ...load(folder), stamp };
    return loaded;
  }

  return {
    find(source, question, language) {
      const { index, answers } = current();
      const asked = wordsOf(question.slice(0, LONGEST_QUESTION)).slice(0, MOST_WORDS);
      if (asked.length === 0) return undefined;
      const base = language.toLowerCase().split("-")[0];
      const [best] = index.search(asked.join(" "), {
        filter: ({ id }) => {
          const answer = answers[id as number];
          const speaks = answer?.language?.toLowerCase().split("-")[0];
          return (
            (source === undefined || answer?.source === source) && (speaks === undefined || speaks === base)
          );
        },
      });
      if (best === undefined || best.queryTerms.length / asked.length < ENOUGH) return undefined;
      return answers[best.id as number]?.answer;
    },
    sources: () => new Set(sourcesOf(folder)),
  };
}

function load(folder: string): { index: MiniSearch; answers: KnownAnswer[] } {
  const answers = readAnswers(folder);
  const index = new MiniSearch({
    fields: ["questions", "answer"],
    tokenize: wordsOf,
    searchOptions: {
      boost: { questions: 4 },
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      maxFuzzy: MOST_SLIPS,
      prefix: (term) => term.length > 3,
    },
  });
  index.addAll(answers.map(({ questions, answer }, id) => ({ id, questions: questions.join(" "), answer })));
  return { index, answers };
}

/** Words without accents and without those that tell nothing. */
function wordsOf(text: string): string[] {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu) ?? [])].filter((word) => !EMPTY_WORDS.has(word));
}

const stampOf = (folder: string): string =>
  filesOf(folder)
    .map((file) => `${file} ${statSync(file, { throwIfNoEntry: false })?.mtimeMs}`)
    .join("\n");
