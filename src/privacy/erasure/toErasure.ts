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
    keys: [...new Set(contacts.flatMap(({ keys }) => keys))],
  };
}
