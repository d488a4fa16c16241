import { isoTime } from "../../core/clock";
import type { Contact, ContactFields } from "../../core/contact";
import type { Merge, MergePreview } from "../../core/contactBook";
import type { ContactView } from "../../core/contactSchema";
import { toContactView } from "../../core/contactView";
import type { Stored } from "../../core/store";
import type { ContactCard, MergeView } from "../contactContract";
import type { Masking } from "../masking";

type Fields = Readonly<Record<string, string | number | boolean>>;

/** A contact as agents see it: masking rules hold for fields of one's own, where anything may have been written. */
export function toMaskedContact(stored: Stored<Contact>, masking: Masking): ContactView {
  const view = toContactView(stored);
  return { ...view, fields: maskFields(view.fields, masking) };
}

function maskFields(fields: Fields, masking: Masking): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? masking.mask(value, "customer") : value,
    ]),
  );
}

/** What an agent puts back: a value that they only saw masked, and left so, stays what it was. */
export function unmaskFields(given: Fields, before: Fields, masking: Masking): Fields {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const was = before[name];
      const isUntouched = typeof was === "string" && masking.mask(was, "customer") === value;
      return [name, isUntouched ? was : value];
    }),
  );
}

export function toContactCard(contact: Contact): ContactCard {
  const { id, state, name, emails, phones, unit, group, externalId, updatedAt } = toContactView({
    doc: contact,
    etag: "",
  });
  return { id, state, name, emails, phones, unit, group, externalId, updatedAt };
}

export function toMergePreviewView(preview: MergePreview, masking: Masking) {
  const { survivor, other, result, differing, profiles, tickets } = preview;
  return {
    survivor: toMaskedContact({ doc: survivor, etag: "" }, masking),
    other: toMaskedContact({ doc: other, etag: "" }, masking),
    result: toFieldsView(result, masking),
    differing: [...differing],
    profiles,
    tickets: tickets ?? null,
  };
}

function toFieldsView(fields: ContactFields, masking: Masking) {
  return {
    name: fields.name,
    firstName: fields.firstName ?? null,
    lastName: fields.lastName ?? null,
    emails: [...fields.emails],
    phones: fields.phones.map(({ number, kind }) => ({ number, kind })),
    language: fields.language ?? null,
    timezone: fields.timezone ?? null,
    unit: fields.unit ?? null,
    group: fields.group ?? null,
    origin: fields.origin ?? null,
    fields: maskFields(fields.fields, masking),
    externalId: fields.externalId ?? null,
  };
}

export function toMergeView({ id, contactId, otherId, at, by, undoneAt, undoneBy }: Merge): MergeView {
  return {
    id,
    contactId,
    otherId,
    at: isoTime(at),
    by: { kind: by.kind, id: by.id },
    undoneAt: undoneAt === undefined ? null : isoTime(undoneAt),
    undoneBy: undoneBy === undefined ? null : { kind: undoneBy.kind, id: undoneBy.id },
  };
}
