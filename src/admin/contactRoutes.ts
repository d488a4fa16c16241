import { z } from "zod";
import { checkContactFiling } from "../contacts/book/filing";
import { checkInput } from "../core/checkInput";
import type { Contact } from "../core/contact";
import type { ContactBook } from "../core/contactBook";
import { contactSchema, contactView, fieldsOf, toContactInput, withoutReadOnly } from "../core/contactSchema";
import { toContactView } from "../core/contactView";
import { NotFound } from "../core/errors";
import { isName } from "../core/ids";
import { preconditionOf, requireMatch } from "../core/preconditions";
import { type ApiReply, type ApiRequest, callerId, type Route } from "../core/route";
import { settingId } from "../core/settingFields";
import type { SettingsReader } from "../core/settings";
import type { Stored } from "../core/store";
import { listQuery, listView } from "./contract";

interface AdminContactPorts {
  contacts: ContactBook;
  settings: SettingsReader;
}

const PATH = "/api/admin/contacts";
const query = listQuery.extend({ search: z.string().max(200).optional() });
const putBody = contactSchema.extend({ state: z.enum(["active", "inactive"]).optional() });

/**
 * Contacts as the other kinds of the admin API, with a search; the book writes the audit, which names fields and never values. DELETE sets one
 * inactive: who wrote what stays known until the person's data is erased.
 */
export function adminContactRoutes({ contacts, settings }: AdminContactPorts): Route[] {
  async function needContact(request: ApiRequest): Promise<Stored<Contact>> {
    const found = await find(request);
    if (found === undefined) throw new NotFound("NOT_FOUND", `There is no ${nameOf(request)}.`);
    return found;
  }

  const find = async (request: ApiRequest): Promise<Stored<Contact> | undefined> =>
    isName(idOf(request)) ? contacts.read(idOf(request)) : undefined;

  async function replace(
    request: ApiRequest,
    before: Stored<Contact>,
    { state, ...given }: z.infer<typeof putBody>,
  ): Promise<Stored<Contact>> {
    return contacts.replace(idOf(request), toContactInput(given), {
      by: actorOf(request),
      etag: before.etag,
      ...(state === undefined ? {} : { state }),
    });
  }

  async function create(
    request: ApiRequest,
    { state, ...given }: z.infer<typeof putBody>,
  ): Promise<Stored<Contact>> {
    const id = checkInput(settingId, idOf(request));
    const more = state === undefined ? {} : { state };
    return contacts.create(toContactInput(given), actorOf(request), id, more);
  }

  return [
    {
      method: "GET",
      path: PATH,
      access: "admin",
      summary: "Lists contacts, those changed last first; search: words of name, e-mail, phone, external id.",
      schema: { query, reply: listView(contactView) },
      async handle(request) {
        const { search = "", limit = 100, cursor } = checkInput(query, Object.fromEntries(request.query));
        const options = { limit, ...(cursor === undefined ? {} : { cursor }) };
        const found =
          search.trim() === ""
            ? await contacts.list(options)
            : withoutEtags(await contacts.search(search, options));
        return { status: 200, body: { items: found.items.map(toContactView), next: found.next ?? null } };
      },
    },
    {
      method: "GET",
      path: `${PATH}/:id`,
      access: "admin",
      summary: "Gives one of the contacts with its ETag.",
      schema: { reply: contactView },
      async handle(request) {
        return reply(200, await needContact(request));
      },
    },
    {
      method: "PUT",
      path: `${PATH}/:id`,
      access: "admin",
      summary: "Creates one of the contacts, or replaces the version that If-Match names.",
      schema: { body: putBody, reply: contactView },
      async handle(request) {
        const given = checkInput(putBody, withoutReadOnly(request.body, putBody));
        const before = await find(request);
        requireMatch(nameOf(request), before, preconditionOf(request));
        checkContactFiling(
          settings.current(),
          toContactInput(given),
          before === undefined ? [] : [before.doc],
        );
        return before === undefined
          ? reply(201, await create(request, given))
          : reply(200, await replace(request, before, given));
      },
    },
    {
      method: "DELETE",
      path: `${PATH}/:id`,
      access: "admin",
      summary: "Sets one of the contacts inactive, in the version that If-Match names; erasure removes one.",
      async handle(request) {
        const before = await needContact(request);
        requireMatch(nameOf(request), before, preconditionOf(request));
        await contacts.replace(idOf(request), fieldsOf(before.doc), {
          by: actorOf(request),
          etag: before.etag,
          state: "inactive",
        });
        return { status: 204 };
      },
    },
  ];
}

const idOf = (request: ApiRequest): string => request.params.id ?? "";
const nameOf = (request: ApiRequest): string => `contacts/${idOf(request)}`;
const actorOf = (request: ApiRequest) => ({ kind: "agent", id: callerId(request) }) as const;

/** Search reads look-ups, which have no version to go by: whoever edits one reads it first. */
const withoutEtags = ({ items, next }: { items: Contact[]; next?: string }) => ({
  items: items.map((doc) => ({ doc, etag: "" })),
  ...(next === undefined ? {} : { next }),
});

function reply(status: number, stored: Stored<Contact>): ApiReply {
  const body = toContactView(stored);
  return { status, body, headers: { etag: `"${body.etag}"` } };
}
