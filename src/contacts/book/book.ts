import type { ContactBook } from "../../core/contactBook";
import type { Store } from "../../core/store";
import type { OwedHandlers } from "../owed";
import { type BookPorts, createContacts } from "./contacts";
import { createLinks } from "./links";
import { bringInLine, createLookups } from "./lookups";
import { createMerging } from "./merging";
import { createProfiles } from "./profiles";
import { readContact, resolveContact } from "./records";
import { createSearch } from "./search";
import { createSuggestions } from "./suggestions";

/**
 * The book of contacts on a store. Any number of them may share one. What it owes to other partitions is written as `Owed`
 * documents; `createOwed` follows the store and does them, with `bookSteps` for those that are the book's own.
 */
export function createContactBook(ports: BookPorts): ContactBook {
  const { store } = ports;
  const { finish: _finish, ...merging } = createMerging(ports);
  const lookups = createLookups(store);
  const search = createSearch(store);
  return {
    read: (contactId) => readContact(store, contactId),
    resolve: (contactId) => resolveContact(store, contactId),
    ...createContacts(ports),
    ...search,
    ...lookups,
    ...createProfiles(ports),
    ...createLinks(ports),
    ...createSuggestions({ ...lookups, ...search }),
    ...merging,
  };
}

/** The book's own owed steps. */
export function bookSteps(ports: Pick<BookPorts, "store" | "clock">): Pick<OwedHandlers, "index" | "merge"> {
  const { finish } = createMerging(ports);
  const store: Store = ports.store;
  return {
    index: (step) => bringInLine(store, step),
    merge: (step) => finish(step),
  };
}
