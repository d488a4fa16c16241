import type { Contact } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import { InputError } from "../../core/errors";
import type { Page, Store } from "../../core/store";
import { findId, isShort, shelfOf, wordsIn } from "./keys";
import type { Lookup } from "./lookups";
import { familyOf, rangeOf, readContact, resolveContact } from "./records";
import { firstFit, fitsAll, toWanted, type Wanted } from "./words";

/** Look-ups read for one page at most: a search for two frequent words then gives a short page, and the way on. */
const MOST_READ = 10_000;
const PAGE = 1_000;
const MOST_FOUND = 200;
/** A word with fewer look-ups than this is searched by whichever other words there are. */
const FEW = 100;

/** Where a search stands: which word it reads, which of its alternatives, and after which look-up. */
interface Place {
  word: number;
  at: number;
  after: string;
}

/**
 * Reads the look-ups of one word, the rarest, by the alphabet; those whose words fit all that is wanted name contacts, which
 * are read and must fit as they are now. A contact is told at the first of its words that fits, so that no page repeats one.
 */
export function createSearch(store: Store): Pick<ContactBook, "search"> {
  async function rarest(wanted: readonly Wanted[]): Promise<number> {
    if (wanted.length === 1) return 0;
    const sizes = await Promise.all(wanted.map(countUpToFew));
    const least = Math.min(...sizes);
    const candidates = [...wanted.keys()].filter((index) => sizes[index] === least);
    return candidates.sort((a, b) => (wanted[b]?.[0]?.length ?? 0) - (wanted[a]?.[0]?.length ?? 0))[0] ?? 0;
  }

  /** A word that is too short to have look-ups of its own counts as frequent. */
  async function countUpToFew(wanted: Wanted): Promise<number> {
    if (wanted.every(isShort)) return FEW + 1;
    const pages = await Promise.all(
      wanted.map((beginning) =>
        store.query("contacts", "all", { partition: shelfOf(beginning), ...rangeOf(beginning), limit: FEW }),
      ),
    );
    return pages.some(({ next }) => next !== undefined)
      ? FEW
      : pages.reduce((sum, { items }) => sum + items.length, 0);
  }

  /** The contact that a look-up leads to, when it fits and this is the place to tell it. */
  async function accept(
    lookup: Lookup,
    place: Place,
    wanted: readonly Wanted[],
  ): Promise<Contact | undefined> {
    const named = (await readContact(store, lookup.contactId))?.doc;
    if (named === undefined) return undefined;
    const told = named.state === "merged" ? (await resolveContact(store, named.contactId))?.doc : named;
    if (told === undefined || told.state === "merged") return undefined;
    const family = told.merged.length === 0 ? [told] : await familyOf(store, told);
    const first = placeOfFamily(family, wanted, place.word);
    return first?.at === place.at && first.id === lookup.id ? told : undefined;
  }

  async function readPage(from: Place, wanted: readonly Wanted[], limit: number): Promise<Page<Contact>> {
    const items: Contact[] = [];
    let place = from;
    for (let read = 0; read < MOST_READ; ) {
      const beginning = wanted[place.word]?.[place.at];
      if (beginning === undefined) return { items };
      const range = rangeOf(beginning);
      const page = await store.query<Lookup>("contacts", "all", {
        partition: shelfOf(beginning),
        ...range,
        after: place.after === "" ? range.after : place.after,
        limit: PAGE,
      });
      const fitting = page.items.map(({ doc }) => doc).filter(({ words }) => fitsAll(words ?? [], wanted));
      read += page.items.length;
      for (let index = 0; index < fitting.length; ) {
        const some = fitting.slice(index, index + limit - items.length);
        index += some.length;
        const here = place;
        const accepted = await Promise.all(some.map((lookup) => accept(lookup, here, wanted)));
        items.push(...accepted.filter((contact) => contact !== undefined));
        const last = some.at(-1);
        if (items.length >= limit && last !== undefined)
          return { items, next: toCursor({ ...place, after: last.id }) };
      }
      place =
        page.next === undefined
          ? { word: place.word, at: place.at + 1, after: "" }
          : { ...place, after: page.items.at(-1)?.doc.id ?? "" };
    }
    return { items, next: toCursor(place) };
  }

  return {
    async search(text, { limit, cursor }) {
      const wanted = toWanted(text);
      if (wanted.length === 0) return { items: [] };
      const from = cursor === undefined ? { word: await rarest(wanted), at: 0, after: "" } : toPlace(cursor);
      return readPage(from, wanted, Math.min(Math.max(limit, 1), MOST_FOUND));
    },
  };
}

/** Where the contact that counts is told: at its own first word, when it fits itself; else at that of one it stands for. */
function placeOfFamily(
  [own, ...others]: readonly Contact[],
  wanted: readonly Wanted[],
  word: number,
): { at: number; id: string } | undefined {
  const placeIn = (contact: Contact): { at: number; id: string } | undefined => {
    const words = wordsIn(contact.keys);
    const fit = fitsAll(words, wanted) ? firstFit(words, wanted[word] ?? []) : undefined;
    return fit && { at: fit.at, id: findId(fit.word, contact.contactId) };
  };
  const ownPlace = own && placeIn(own);
  if (ownPlace !== undefined) return ownPlace;
  const places = others.flatMap((contact) => placeIn(contact) ?? []);
  return places.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))[0];
}

const toCursor = (place: Place): string => Buffer.from(JSON.stringify(place)).toString("base64url");

function toPlace(cursor: string): Place {
  try {
    const { word, at, after } = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Number.isInteger(word) && Number.isInteger(at) && typeof after === "string")
      return { word, at, after };
  } catch {}
  throw new InputError(
    "INPUT_INVALID",
    "The cursor is not one that an earlier page ended with. Start from the first page.",
  );
}
