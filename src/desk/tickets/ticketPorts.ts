import type { Tickets } from "../../contacts/tickets/tickets";
import type { SettingsReader } from "../../core/settings";
import type { Masking } from "../masking";
import type { ItemFacts } from "../present";
import type { TicketAccessPorts } from "./ticketAccess";

/** What the routes of tickets are built on. */
export interface TicketRoutePorts extends TicketAccessPorts {
  tickets: Tickets;
  settings: SettingsReader;
  masking: Masking;
  /** The conversation's row, live or as it was when it closed. */
  itemOf(conversationId: string): Promise<ItemFacts | undefined>;
}
