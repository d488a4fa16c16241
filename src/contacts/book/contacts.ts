import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../core/clock";
import type { Contact, ContactFields } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import { Conflict, InputError } from "../../core/errors";
import { isName, newId } from "../../core/ids";
import type { RecordEventType } from "../../core/owed";
import type { Doc, Op, Store } from "../../core/store";
import { changedFields } from "./changedFields";
import { checkFields } from "./fields";
import { contactKey, keysOf } from "./keys";
import { owe, oweTelling } from "./owing";
import { needContact } from "./records";

/** What the book stands on. */
export interface BookPorts {
  store: Store;
  clock: Clock;
  /** Country of phone numbers without "+" (ISO 3166: "PT"). Left out, or undefined: they are refused. */
  countryOf?: (() => string | undefined) | undefined;
}

const MOST_RACES = 100;
const MOST_ID = 100;

/** Creating, changing and listing contacts. */
export function createContacts({
  store,
  clock,
  countryOf,
}: BookPorts): Pick<ContactBook, "create" | "replace" | "list"> {
  return {
    async create(given, by, contactId = newId("c"), { state = "active" } = {}) {
      checkId(contactId);
      const fields = await checkFields(given, countryOf?.());
      const now = clock.now();
      const contact: Contact = {
        id: "contact",
        type: "contact",
        contactId,
        state,
        ...fields,
        merged: [],
        keys: keysOf(fields),
        version: 1,
        createdAt: now,
        createdBy: by,
        updatedAt: now,
        updatedBy: by,
      };
      const owed = [
        owe(contactKey(contactId), now, { kind: "index", contactId, keys: contact.keys }),
        tellOf(undefined, contact, "contact.created"),
      ];
      const written = await store.batch(
        "contacts",
        contactKey(contactId),
        creates([contact, ...owed]),
        "contact",
      );
      if (!written.ok) throw new Conflict("CONTACT_EXISTS", undefined, { details: { contactId } });
      return { doc: contact, etag: written.etags[0] ?? "" };
    },

    async replace(contactId, given, { by, etag, state }) {
      const fields = await checkFields(given, countryOf?.());
      for (let race = 0; race < MOST_RACES; race++) {
        const before = await needContact(store, contactId);
        if (etag !== undefined && !isSameEtag(etag, before.etag)) throw new Conflict("CHANGED_MEANWHILE");
        checkFree(before.doc);
        const next = withFields(before.doc, fields, state ?? (before.doc.state as "active" | "inactive"));
        if (isDeepStrictEqual(next, before.doc)) return before;
        const stamped = stamp(next, clock.now(), by);
        const ops: Op[] = [
          { do: "replace", doc: stamped, etag: before.etag },
          ...creates(owedFor(before.doc, stamped, "contact.changed")),
        ];
        const written = await store.batch("contacts", contactKey(contactId), ops, "contact");
        if (written.ok) return { doc: stamped, etag: written.etags[0] ?? "" };
      }
      throw new Conflict("CHANGED_MEANWHILE");
    },

    list: ({ limit, cursor }) =>
      store.query<Contact>("contacts", "changed", {
        equals: { type: "contact" },
        limit,
        ...(cursor === undefined ? {} : { cursor }),
      }),
  };
}

/** What others must do after a change: look-ups when its keys changed, conversations that carry its facts, who listens. */
export function owedFor(before: Contact, after: Contact, type: RecordEventType): Doc[] {
  const { contactId, updatedAt } = after;
  const key = contactKey(contactId);
  const keys = [...new Set([...before.keys, ...after.keys])];
  return [
    ...(isDeepStrictEqual(before.keys, after.keys)
      ? []
      : [owe(key, updatedAt, { kind: "index", contactId, keys })]),
    owe(key, updatedAt, { kind: "refresh", contactId }),
    tellOf(before, after, type),
  ];
}

/** Whoever changed it last did it. */
export function tellOf(before: Contact | undefined, after: Contact, type: RecordEventType): Doc {
  const { contactId, version, updatedAt, updatedBy, mergedInto = before?.mergedInto } = after;
  return oweTelling(contactKey(contactId), {
    type,
    at: updatedAt,
    contactId,
    version,
    by: updatedBy,
    changed: changedFields(before, after),
    ...(mergedInto === undefined ? {} : { mergedInto }),
  });
}

export const creates = (docs: readonly Doc[]): Op[] => docs.map((doc) => ({ do: "create", doc }));

/** The contact with these fields and no others, its keys in line. */
export function withFields(contact: Contact, fields: ContactFields, state: Contact["state"]): Contact {
  const bare: Contact = { ...contact };
  for (const name of OPTIONAL) delete bare[name];
  return { ...bare, ...fields, state, keys: keysOf(fields) };
}

const OPTIONAL = [
  "firstName",
  "lastName",
  "language",
  "timezone",
  "unit",
  "group",
  "origin",
  "externalId",
] as const satisfies readonly (keyof ContactFields)[];

export function stamp(contact: Contact, now: number, by: Contact["updatedBy"]): Contact {
  return { ...contact, version: contact.version + 1, updatedAt: now, updatedBy: by };
}

/** Throws Conflict CONTACT_MERGED for one that stands for another, or is about to. */
export function checkFree({ state, merge, mergedInto }: Contact): void {
  if (state !== "merged" && merge === undefined) return;
  const into = mergedInto ?? merge?.into;
  throw new Conflict(
    "CONTACT_MERGED",
    `The contact stands for ${into} now: use that one, or undo the merge first.`,
    {
      details: { mergedInto: into },
    },
  );
}

/** Cosmos DB's etags carry quotes, which get lost on their way through If-Match. */
export function isSameEtag(given: string, stored: string): boolean {
  return given.replaceAll('"', "") === stored.replaceAll('"', "");
}

function checkId(contactId: string): void {
  if (isName(contactId) && contactId.length <= MOST_ID) return;
  throw new InputError(
    "INPUT_INVALID",
    `The id of a contact is at most ${MOST_ID} letters, without / \\ ? and #.`,
    {
      details: [{ path: "id", message: "not an id" }],
    },
  );
}
