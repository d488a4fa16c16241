import { z } from "zod";
import { checkContactFiling } from "../../contacts/book/filing";
import { checkInput } from "../../core/checkInput";
import type { Contact } from "../../core/contact";
import { contactView, toContactInput, withoutReadOnly } from "../../core/contactSchema";
import { NotFound } from "../../core/errors";
import { isName } from "../../core/ids";
import { preconditionOf, requireMatch } from "../../core/preconditions";
import type { ApiReply, Principal, Route } from "../../core/route";
import type { Stored } from "../../core/store";
import { idOf, limitOf, needPrincipal } from "../caller";
import { contactBody, contactCard, historyEntry } from "../contactContract";
import { page } from "../contract";
import type { HistoryPresenter } from "../historyEntries";
import type { Masking } from "../masking";
import type { DeskPorts } from "../ports";
import type { ContactAccess } from "./contactAccess";
import { readHistory, toThreadSpans } from "./contactHistory";
import { toContactCard, toMaskedContact, unmaskFields } from "./presentContact";

export interface ContactPorts extends Pick<DeskPorts, "store" | "contacts" | "settings"> {
  access: ContactAccess;
  entries: HistoryPresenter;
  masking: Masking;
}

const listQuery = z.object({
  search: z.string().max(200).optional(),
  limit: z.string().optional(),
  cursor: z.string().max(2000).optional(),
});
const historyQuery = listQuery.omit({ search: true });

/** Contacts: any agent finds them, since that is how they link; the rest is for whom a contact is business of. */
export function contactRoutes(ports: ContactPorts): Route[] {
  const { store, contacts, settings, access, entries, masking } = ports;
  const present = (status: number, stored: Stored<Contact>): ApiReply => {
    const body = toMaskedContact(stored, masking);
    return { status, body, headers: { etag: `"${body.etag}"` } };
  };
  return [
    {
      method: "GET",
      path: "/api/desk/contacts",
      access: "agent",
      summary: "Finds contacts by name, e-mail, phone or external id; without search those changed last.",
      schema: { query: listQuery, reply: page(contactCard) },
      async handle(request) {
        needPrincipal(request);
        const { search = "", cursor } = checkInput(listQuery, Object.fromEntries(request.query));
        const options = { limit: limitOf(request), ...(cursor === undefined ? {} : { cursor }) };
        const found =
          search.trim() === ""
            ? toDocs(await contacts.list(options))
            : await contacts.search(search, options);
        const items = found.items.filter(({ state }) => state !== "merged").map(toContactCard);
        return { status: 200, body: { items, next: found.next ?? null } };
      },
    },
    {
      method: "POST",
      path: "/api/desk/contacts",
      access: "agent",
      summary: "Makes a contact; a conversation is linked to it by POST /conversations/{id}/contact.",
      schema: { body: contactBody, reply: contactView },
      async handle(request) {
        const me = needPrincipal(request);
        const fields = toContactInput(checkInput(contactBody, request.body));
        checkContactFiling(settings.current(), fields);
        return present(201, await contacts.create(fields, { kind: "agent", id: me.id }));
      },
    },
    {
      method: "GET",
      path: "/api/desk/contacts/:id",
      access: "agent",
      summary: "Gives one contact with its ETag.",
      schema: { reply: contactView },
      async handle(request) {
        return present(200, await needContact(ports, needPrincipal(request), idOf(request)));
      },
    },
    {
      method: "PUT",
      path: "/api/desk/contacts/:id",
      access: "agent",
      summary: "Replaces the fields of the version that If-Match names.",
      schema: { body: contactBody, reply: contactView },
      async handle(request) {
        const given = toContactInput(checkInput(contactBody, withoutReadOnly(request.body, contactBody)));
        const me = needPrincipal(request);
        const before = await needContact(ports, me, idOf(request));
        requireMatch("this contact", before, preconditionOf(request));
        checkContactFiling(settings.current(), given, [before.doc]);
        const fields = unmaskFields(given.fields ?? {}, before.doc.fields, masking);
        const change = { by: { kind: "agent", id: me.id } as const, etag: before.etag };
        return present(200, await contacts.replace(before.doc.contactId, { ...given, fields }, change));
      },
    },
    {
      method: "GET",
      path: "/api/desk/contacts/:id/history",
      access: "agent",
      summary: "Conversations of a contact over all channels, newest first.",
      schema: { query: historyQuery, reply: page(historyEntry) },
      async handle(request) {
        const me = needPrincipal(request);
        const { cursor } = checkInput(historyQuery, Object.fromEntries(request.query));
        const limit = limitOf(request);
        const contact = await needContact(ports, me, idOf(request));
        const counts = (await contacts.resolve(contact.doc.contactId)) ?? contact;
        const parts = toThreadSpans(await contacts.spans(counts.doc.contactId));
        const found = await readHistory(store, parts, { limit, cursor });
        const items = await entries.present(me, found.items, await access.hasOneOf(me, parts));
        return { status: 200, body: { items, next: found.next ?? null } };
      },
    },
  ];
}

const toDocs = ({ items, next }: { items: Stored<Contact>[]; next?: string }) => ({
  items: items.map(({ doc }) => doc),
  ...(next === undefined ? {} : { next }),
});

/** A contact that is the caller's business; not telling "is not" from "does not exist" gives nothing away. */
export async function needContact(
  { contacts, access }: Pick<ContactPorts, "contacts" | "access">,
  me: Principal,
  id: string,
): Promise<Stored<Contact>> {
  const found = isName(id) ? await contacts.read(id) : undefined;
  if (found !== undefined && (await access.mayKnow(me, found.doc))) return found;
  throw new NotFound("NOT_FOUND", "There is no such contact, or you have no conversation of theirs.");
}
