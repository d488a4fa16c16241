import { InputError } from "../core/errors";

/** Characters of a password. */
export const SHORTEST = 12;
export const LONGEST = 200;
const FEWEST_DIFFERENT = 5;
/** What is left of a password without its owner's name. */
const FEWEST_BESIDES_NAME = 8;

/** Throws InputError in words for the person who chooses it. */
export function needGoodPassword(password: string, owner: { id: string; name: string }): void {
  const fault = faultOf(password, owner);
  if (fault !== undefined)
    throw new InputError("INPUT_INVALID", fault, { details: [{ path: "password", message: fault }] });
}

function faultOf(password: string, owner: { id: string; name: string }): string | undefined {
  const letters = [...password.normalize("NFKC")];
  if (letters.length < SHORTEST) return `Use at least ${SHORTEST} characters; a few words are fine.`;
  if (letters.length > LONGEST) return `Use at most ${LONGEST} characters.`;
  if (new Set(letters).size < FEWEST_DIFFERENT) return "Use more different characters.";
  return holdsName(password, owner) ? "Leave your own name out of it." : undefined;
}

/** "banana bread" is no harm to Ana; "Ana-1234-5678" and "anasilva2026" are. */
function holdsName(password: string, { id, name }: { id: string; name: string }): boolean {
  const text = folded(password);
  const parts = [folded(id), folded(name), ...wordsOf(id), ...wordsOf(name)].filter(
    (part) => part.length >= 3,
  );
  if (wordsOf(password).some((word) => parts.includes(word))) return true;
  const left = [...parts]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, part) => rest.replaceAll(part, ""), text);
  return left.length < text.length && left.length < FEWEST_BESIDES_NAME;
}

const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const folded = (text: string): string => plain(text).replace(/[\s._-]+/g, "");
const wordsOf = (text: string): string[] => plain(text).split(/[^\p{L}\p{N}]+/u);
