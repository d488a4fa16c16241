import type { Contact } from "../../core/contact";
import type { ContactBook, Profile, Suggestion } from "../../core/contactBook";
import { wordsIn } from "./keys";
import { toWanted } from "./words";

const MOST = 10;

/** Whom an unlinked profile may belong to: by phone, then by e-mail, then by the same name. */
export function createSuggestions({
  byPhone,
  search,
}: Pick<ContactBook, "byPhone" | "search">): Pick<ContactBook, "suggestions"> {
  async function byName({ customer }: Profile): Promise<Contact[]> {
    const name = customer.name ?? [customer.firstName, customer.lastName].filter(Boolean).join(" ");
    const words = toWanted(name).flatMap(([word]) => word ?? []);
    // One word alone fits too many people.
    if (words.length < 2) return [];
    const { items } = await search(name, { limit: 5 * MOST });
    return items.filter((contact) => words.every((word) => wordsIn(contact.keys).includes(word)));
  }

  return {
    async suggestions(profile) {
      const { phone } = profile.customer;
      const found: [Suggestion["reason"], Contact[]][] = [
        ["phone", phone === undefined ? [] : await byPhone(phone)],
        ["name", await byName(profile)],
      ];
      const suggestions = new Map<string, Suggestion>();
      for (const [reason, contacts] of found)
        for (const { contactId, name, state } of contacts) {
          if (state !== "active" || profile.refused.includes(contactId) || suggestions.has(contactId))
            continue;
          suggestions.set(contactId, { contactId, name, reason });
        }
      return [...suggestions.values()].slice(0, MOST);
    },
  };
}
