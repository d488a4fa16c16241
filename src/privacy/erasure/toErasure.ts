import type { Person } from "../person";
import type { ErasureDoc } from "./erasureDocs";
import type { Pseudonyms } from "./pseudonyms";

/** An erasure at its beginning. */
export function toErasure(
  { contacts, threads }: Person,
  more: Pick<ErasureDoc, "id" | "reason" | "by" | "counts" | "at"> & { pseudonyms: Pseudonyms },
): ErasureDoc {
  const { pseudonyms, ...known } = more;
  const [contact] = contacts;
  return {
    ...known,
    type: "erasure",
    step: "contacts",
    pseudonym:
      contact === undefined
        ? pseudonyms.thread(threads[0]?.threadId ?? "")
        : pseudonyms.contact(contact.contactId),
    contactIds: contacts.map(({ contactId }) => contactId),
    threads: threads.map(({ threadId, part, profile }) => ({
      threadId,
      part,
      ...(profile === undefined ? {} : { channel: profile.channel }),
    })),
    ...sinceOf(contacts, threads),
    keys: [...new Set(contacts.flatMap(({ keys }) => keys))],
  };
}

/** A thread without a profile does not tell. */
function sinceOf(contacts: Person["contacts"], threads: Person["threads"]): Pick<ErasureDoc, "since"> {
  if (threads.some(({ profile }) => profile === undefined)) return {};
  const times = [...contacts, ...threads.flatMap(({ profile }) => profile ?? [])];
  return times.length === 0 ? {} : { since: Math.min(...times.map(({ createdAt }) => createdAt)) };
}
