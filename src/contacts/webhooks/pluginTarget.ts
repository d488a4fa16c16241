import type { Actor } from "../../core/actor";
import type { RecordEvent } from "../../core/owed";
import { toContactRecord, toTicketRecord } from "../../core/record";
import type { RecordKeeper } from "../../core/runningPlugins";
import type { RecordReaders } from "./payload";
import type { Outcome, Target } from "./target";

/** Writes back what a plugin answers. Both do nothing when it stands there already. */
export interface RecordWriters {
  /** Throws Conflict, InputError, StoreError. */
  keepExternalId(contactId: string, externalId: string, by: Actor): Promise<void>;
  keepExternal(number: string, external: { id: string; url?: string }, by: Actor): Promise<void>;
}

const OF_CONTACTS = ["contact.created", "contact.changed", "contact.merged", "contact.unmerged"];
const OF_TICKETS = ["ticket.created", "ticket.changed"];
const DONE: Outcome = { kind: "done" };

/** A plugin hears of records as a webhook does: in order, repeated, given up. */
export function toPluginTarget(keeper: RecordKeeper, ports: RecordReaders & RecordWriters): Target {
  const by: Actor = { kind: "plugin", id: keeper.plugin };
  /** What it wrote itself is no news to it. An older event may be of somebody whose change came in between. */
  const isOwn = (event: RecordEvent, version: number, { kind, id }: Actor): boolean =>
    event.version === version && kind === "plugin" && id === keeper.plugin;

  async function tellContact(event: RecordEvent): Promise<void> {
    const { id, contactId = "" } = event;
    const contact = await ports.readContact(contactId);
    if (contact === undefined || isOwn(event, contact.version, contact.updatedBy)) return;
    const { externalId } = (await keeper.contactChanged?.(toContactRecord(contact), id)) ?? {};
    if (externalId !== undefined) await ports.keepExternalId(contactId, externalId, by);
  }

  async function tell(event: RecordEvent): Promise<void> {
    if (event.type.startsWith("ticket.")) return tellTicket(event);
    if (event.type !== "contact.erased") return tellContact(event);
    await keeper.contactErased?.({ id: event.contactId ?? "" }, event.id);
  }

  async function tellTicket(event: RecordEvent): Promise<void> {
    const { id, number = "" } = event;
    const ticket = await ports.readTicket(number);
    if (ticket === undefined) return;
    if (isOwn(event, ticket.version, ticket.history.at(-1)?.by ?? ticket.createdBy)) return;
    const { external } = (await keeper.ticketChanged?.(toTicketRecord(ticket), id)) ?? {};
    if (external !== undefined) await ports.keepExternal(number, external, by);
  }

  return {
    id: `plugin~${keeper.plugin}`,
    address: keeper.plugin,
    wants: ({ type }) =>
      (keeper.contactChanged !== undefined && OF_CONTACTS.includes(type)) ||
      (keeper.contactErased !== undefined && type === "contact.erased") ||
      (keeper.ticketChanged !== undefined && OF_TICKETS.includes(type)),
    async send(event) {
      try {
        await tell(event);
        return DONE;
      } catch {
        // What it threw may speak of the person; it stands in the log of plugins and GET /api/admin/plugins.
        return { kind: "failed", text: "The plugin failed, took too long, or its answer could not be kept." };
      }
    },
  };
}
