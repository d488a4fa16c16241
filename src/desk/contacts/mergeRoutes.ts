import { z } from "zod";
import { checkContactFiling } from "../../contacts/book/filing";
import { countTickets } from "../../contacts/tickets/whose";
import { checkInput } from "../../core/checkInput";
import type { Contact } from "../../core/contact";
import { toContactInput } from "../../core/contactSchema";
import { NotFound } from "../../core/errors";
import { isName } from "../../core/ids";
import { preconditionOf, requireMatch } from "../../core/preconditions";
import type { ApiRequest, Route } from "../../core/route";
import { idOf, needPrincipal } from "../caller";
import { mergeBody, mergePreviewView, mergeView } from "../contactContract";
import { type ContactPorts, needContact } from "./contactRoutes";
import { toMergePreviewView, toMergeView, unmaskFields } from "./presentContact";

/** More tickets than this tell nobody anything more: the preview stops counting. */
const MOST_TICKETS = 100;

/** Two contacts that are one person. The survivor must be the caller's business; the other was found by searching. */
export function mergeRoutes(ports: ContactPorts): Route[] {
  const { store, contacts, settings, masking } = ports;
  const path = "/api/desk/contacts/:id";
  return [
    {
      method: "GET",
      path: `${path}/merge/:otherId`,
      access: "agent",
      summary: "What merging the other contact into this one would make, and where they differ.",
      schema: { reply: mergePreviewView },
      async handle(request) {
        const survivor = await needContact(ports, needPrincipal(request), idOf(request));
        const preview = await contacts.previewMerge(survivor.doc.contactId, otherOf(request));
        const tickets = await countTickets(store, preview.other.contactId, MOST_TICKETS);
        return { status: 200, body: toMergePreviewView({ ...preview, tickets }, masking) };
      },
    },
    {
      method: "POST",
      path: `${path}/merge`,
      access: "agent",
      summary: "Merges the other contact into this one, which stands for both; If-Match is heeded when sent.",
      schema: { body: mergeBody, reply: mergeView },
      async handle(request) {
        const { otherId, fields } = checkInput(mergeBody, request.body);
        const me = needPrincipal(request);
        const survivor = await needContact(ports, me, idOf(request));
        const precondition = preconditionOf(request);
        if (precondition.ifMatch !== undefined) requireMatch("this contact", survivor, precondition);
        const wish = fields === undefined ? undefined : toContactInput(fields);
        const done = await contacts.merge(
          {
            survivorId: survivor.doc.contactId,
            otherId,
            ...(wish === undefined ? {} : { fields: await decided(survivor.doc, otherId, wish) }),
            ...(precondition.ifMatch === undefined ? {} : { etag: survivor.etag }),
          },
          { kind: "agent", id: me.id },
        );
        return { status: 201, body: toMergeView(done) };
      },
    },
    {
      method: "GET",
      path: `${path}/merges`,
      access: "agent",
      summary: "Merges into this contact, undone ones too.",
      schema: { reply: z.object({ items: z.array(mergeView), next: z.null() }) },
      async handle(request) {
        const { doc } = await needContact(ports, needPrincipal(request), idOf(request));
        const items = (await contacts.merges(doc.contactId)).map(toMergeView);
        return { status: 200, body: { items, next: null } };
      },
    },
    {
      method: "POST",
      path: `${path}/merges/:mergeId/undo`,
      access: "agent",
      summary: "Takes a merge back; what was changed or written since stays where it belongs.",
      schema: { reply: mergeView },
      async handle(request) {
        const me = needPrincipal(request);
        const { doc } = await needContact(ports, me, idOf(request));
        const { mergeId = "" } = request.params;
        if (!isName(mergeId)) throw new NotFound("NOT_FOUND", "There is no such merge.");
        const undone = await contacts.undoMerge(doc.contactId, mergeId, { kind: "agent", id: me.id });
        return { status: 200, body: toMergeView(undone) };
      },
    },
  ];

  /** The wish as it can be kept. Values that the agent saw masked, of either contact, are merged as they are. */
  async function decided(survivor: Contact, otherId: string, wish: ReturnType<typeof toContactInput>) {
    const other = isName(otherId) ? (await contacts.read(otherId))?.doc : undefined;
    checkContactFiling(settings.current(), wish, other === undefined ? [survivor] : [survivor, other]);
    const own = unmaskFields(wish.fields ?? {}, survivor.fields, masking);
    return { ...wish, fields: unmaskFields(own, other?.fields ?? {}, masking) };
  }
}

function otherOf(request: ApiRequest): string {
  const { otherId = "" } = request.params;
  if (!isName(otherId)) throw new NotFound("NOT_FOUND", "There is no such contact.");
  return otherId;
}
