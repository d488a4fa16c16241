import { isoTime } from "./clock";
import type { Contact } from "./contact";
import type { ContactView } from "./contactSchema";
import type { Stored } from "./store";

/** A contact as it leaves the server. */
export function toContactView({ doc, etag }: Stored<Contact>): ContactView {
  return {
    id: doc.contactId,
    state: doc.state,
    name: doc.name,
    firstName: doc.firstName ?? null,
    lastName: doc.lastName ?? null,
    emails: [...doc.emails],
    phones: doc.phones.map(({ number, kind }) => ({ number, kind })),
    language: doc.language ?? null,
    timezone: doc.timezone ?? null,
    unit: doc.unit ?? null,
    group: doc.group ?? null,
    origin: doc.origin ?? null,
    fields: { ...doc.fields },
    externalId: doc.externalId ?? null,
    mergedInto: doc.mergedInto ?? null,
    merged: [...doc.merged],
    version: doc.version,
    // Cosmos DB's etags carry quotes of their own.
    etag: etag.replaceAll('"', ""),
    createdAt: isoTime(doc.createdAt),
    createdBy: { kind: doc.createdBy.kind, id: doc.createdBy.id },
    updatedAt: isoTime(doc.updatedAt),
    updatedBy: { kind: doc.updatedBy.kind, id: doc.updatedBy.id },
  };
}
