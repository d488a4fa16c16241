const LINK = /https?:\/\/|www\./i;
const SPACE = /\s/;
/** Ends a sentence by itself, without a space behind it. */
const WIDE_STOPS = "。！？";
const STOPS = ".!?…";

let segmenter: Intl.Segmenter | undefined;

/**
 * Cuts `text` into parts of at most `limit` UTF-16 units: at a paragraph, else after a sentence or line, else
 * between words. Never inside a grapheme (an emoji with its skin tone, a letter with its accents) unless that alone
 * is longer than `limit`, and never inside a link that fits into one part. White space at the cuts is dropped, nothing
 * else; blank text gives no part.
 */
export function splitText(text: string, limit: number): string[] {
  if (text.length <= limit) return text.trim() === "" ? [] : [text];
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > limit) {
    const cut = findCut(rest, limit);
    parts.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== "") parts.push(rest);
  return parts;
}

/** Where to cut `text`, which is longer than `limit`: more than 0 and at most `limit`. */
function findCut(text: string, limit: number): number {
  // A border too near the start would make many tiny parts: better a lesser border further on.
  const leastGood = Math.floor(limit / 2);
  const least = Math.max(1, Math.floor(limit / 4));
  let sentence = 0;
  let word = 0;
  for (let at = limit; at >= least; at--) {
    const before = text[at - 1] as string;
    if (isSpace(text[at] as string) && !isSpace(before)) {
      const border = kindOfBorder(text, at);
      if (border === "inside") continue;
      if (border === "paragraph" && at >= leastGood) return at;
      if (border !== "word" && sentence === 0) sentence = at;
      if (word === 0) word = at;
    } else if (
      sentence === 0 &&
      WIDE_STOPS.includes(before) &&
      isBoundary(text, at) &&
      linkAround(text, at, limit) === undefined
    ) {
      sentence = at;
    }
    // Nothing above a paragraph is left to find below this line.
    if (at <= leastGood && (sentence !== 0 || word !== 0)) break;
  }
  if (sentence !== 0 && sentence >= leastGood) return sentence;
  if (word !== 0) return word;
  return sentence !== 0 ? sentence : hardCut(text, limit);
}

/** What the run of white space that begins at `at` parts. */
function kindOfBorder(text: string, at: number): "paragraph" | "sentence" | "word" | "inside" {
  let end = at;
  let newLines = 0;
  while (end < text.length && isSpace(text[end] as string)) {
    if (text[end] === "\n") newLines++;
    end++;
  }
  // A combining mark may sit on the last space.
  if (!isBoundary(text, at) || !isBoundary(text, end)) return "inside";
  if (newLines > 1) return "paragraph";
  return newLines === 1 || STOPS.includes(text[at - 1] as string) ? "sentence" : "word";
}

/** A text without a usable border: before the link that would be cut, else at the last whole grapheme. */
function hardCut(text: string, limit: number): number {
  const link = linkAround(text, limit, limit);
  if (
    link !== undefined &&
    link.start > 0 &&
    link.end - link.start <= limit &&
    isBoundary(text, link.start)
  ) {
    return link.start;
  }
  if (isBoundary(text, limit)) return limit;
  const start = graphemeStart(text, limit);
  if (start > 0) return start;
  // One grapheme longer than a part: at least keep surrogate pairs whole.
  const high = text.charCodeAt(limit - 1);
  return high >= 0xd800 && high < 0xdc00 && limit > 1 ? limit - 1 : limit;
}

/** The link that a cut at `at` would part; an end further than `limit` is not looked for, such a link fits nowhere. */
function linkAround(text: string, at: number, limit: number): { start: number; end: number } | undefined {
  let wordStart = at;
  while (wordStart > 0 && !isSpace(text[wordStart - 1] as string)) wordStart--;
  let end = at;
  while (end < text.length && end - at <= limit && !isSpace(text[end] as string)) end++;
  const found = LINK.exec(text.slice(wordStart, end));
  const start = found === null ? at : wordStart + found.index;
  return start < at && at < end ? { start, end } : undefined;
}

function isSpace(unit: string): boolean {
  const code = unit.charCodeAt(0);
  return code < 0xa0 ? code === 32 || (code >= 9 && code <= 13) : SPACE.test(unit);
}

/** True when no grapheme spans `at`. Below U+0300 only CR LF does, so plain text needs no segmenter. */
function isBoundary(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  if (before < 0x300 && after < 0x300) return !(before === 13 && after === 10);
  return graphemeStart(text, at) === at;
}

function graphemeStart(text: string, at: number): number {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  // A little beyond `at` suffices: only what stands before decides where its grapheme begins.
  return segmenter.segment(text.slice(0, at + 4)).containing(at)?.index ?? at;
}
