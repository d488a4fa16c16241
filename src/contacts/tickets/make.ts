import type { Actor } from "../../core/actor";
import type { SettingsSnapshot } from "../../core/settings";
import type { Ticket, TicketWish } from "../../core/ticket";
import type { WorkItemSeed } from "../../core/workItem";

/** What a ticket begins from. */
export interface NewTicket {
  wish: TicketWish & Partial<Pick<Ticket, "unit" | "owner" | "contactId">>;
  by: Actor;
  /** ms */
  at: number;
  /** The conversation it is made in. */
  conversationId?: string;
  item?: Pick<WorkItemSeed, "threadId" | "channel" | "instanceId" | "customer" | "contact">;
}

/** A ticket as it begins. What the wish leaves out its activity says, then the instance's `records`. */
export function newTicket(made: NewTicket, settings: SettingsSnapshot): Ticket {
  const { wish, by, at } = made;
  const records = settings.instances.get(made.item?.instanceId ?? "")?.records;
  const activity = wish.activity ?? records?.activity;
  const standard = settings.activities.get(activity ?? "");
  const group = wish.group ?? standard?.group ?? records?.group;
  const unit = wish.unit ?? records?.unit;
  return {
    ...wish,
    id: wish.number,
    type: "ticket",
    state: "open",
    priority: wish.priority ?? standard?.priority ?? "normal",
    ...(activity === undefined ? {} : { activity }),
    ...(group === undefined ? {} : { group }),
    ...(unit === undefined ? {} : { unit }),
    ...(records?.contactOrigin === undefined ? {} : { origin: records.contactOrigin }),
    ...placeOf(made),
    conversations: [],
    notes: [],
    history: [],
    version: 1,
    createdAt: at,
    createdBy: by,
    updatedAt: at,
  };
}

function placeOf({ conversationId, item, wish }: NewTicket): Partial<Ticket> {
  if (item === undefined) return {};
  const { threadId, channel, instanceId, customer, contact } = item;
  const contactId = wish.contactId ?? contact?.id;
  const { id, name } = customer;
  return {
    ...(conversationId === undefined ? {} : { conversationId }),
    threadId,
    channel,
    instanceId,
    customer: { id, ...(name === undefined ? {} : { name }) },
    ...(contactId === undefined ? {} : { contactId }),
  };
}

const LONGEST_SUBJECT = 80;

/** What a ticket without a subject of its own is called: the first words; `instead` where nothing was said. */
export function toSubject(text: string, instead: string): string {
  const words = text.replace(/\s+/g, " ").trim();
  if (words === "") return instead;
  if (words.length <= LONGEST_SUBJECT) return words;
  const cut = words.slice(0, LONGEST_SUBJECT - 1);
  const end = cut.lastIndexOf(" ");
  // Half an emoji would be shown as a broken one.
  return `${(end < LONGEST_SUBJECT / 2 ? cut.replace(/[\uD800-\uDBFF]$/, "") : cut.slice(0, end)).trimEnd()}…`;
}
