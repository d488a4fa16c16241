import type { ContactFields } from "../../core/contact";
import { hashId } from "../../core/ids";
import { wordsOf } from "./words";

/** The partition of a contact, of its merges, of what it owes and of the list of its profiles. */
export const contactKey = (contactId: string): string => `contact~${contactId}`;

/** Id of the document in a contact's partition that lists a profile. */
export const profileRefId = (threadId: string): string => `profile~${threadId}`;

/** A partition is at most 255 characters. */
const MOST_ADDRESS = 240;

export const phoneKey = (number: string): string => `phone~${number}`;
export const emailKey = (address: string): string =>
  `email~${address.length > MOST_ADDRESS ? hashId("", address) : address}`;
const WORD = "word~";

/** Keys under which a contact is found: its phones, e-mails and words. */
export function keysOf(fields: ContactFields): string[] {
  return [
    ...fields.phones.map(({ number }) => phoneKey(number)),
    ...fields.emails.map(emailKey),
    ...wordsOf(fields).map((word) => WORD + word),
  ];
}

/** The words among the keys. */
export function wordsIn(keys: readonly string[]): string[] {
  return keys.filter((key) => key.startsWith(WORD)).map((key) => key.slice(WORD.length));
}

/** Where the look-up document of a key stands. */
export function placeOf(key: string, contactId: string): { partition: string; id: string } {
  if (!key.startsWith(WORD)) return { partition: key, id: contactId };
  const word = key.slice(WORD.length);
  return { partition: shelfOf(word), id: findId(word, contactId) };
}

export const findId = (word: string, contactId: string): string => `${word}~${contactId}`;

/**
 * The partition of all words that begin alike: two letters, four digits (thousands of numbers begin with a country's code),
 * one sign of a script that writes a name in two or three.
 */
export function shelfOf(word: string): string {
  const signs = [...word];
  if (HAN.test(word)) return `find~${signs[0]}`;
  return `find~${/^<?\d{2,4}/.exec(word)?.[0] ?? signs.slice(0, 2).join("")}`;
}

const HAN = /^[\u2e80-\ua4cf\u{20000}-\u{3ffff}]/u;

/** A beginning shorter than the shelves' names: on its shelf stand only words that are as short. */
export function isShort(beginning: string): boolean {
  if (HAN.test(beginning)) return false;
  return /^<?\d+$/.test(beginning) ? !/\d{4}/.test(beginning) : [...beginning].length < 2;
}
