import { z } from "zod";
import { TICKET_PRIORITIES, TICKET_STATES } from "../../core/ticket";

/** What the desk API takes and gives of tickets: work that outlives its conversation. */

const actorView = z.object({
  kind: z.enum(["agent", "flow", "rule", "plugin", "system", "file"]),
  id: z.string(),
});
const textOrNull = z.string().nullable();

export const ticketView = z.object({
  number: z.string(),
  subject: z.string(),
  description: textOrNull,
  state: z.enum(TICKET_STATES),
  /** States that it can go to from there. */
  moves: z.array(z.enum(TICKET_STATES)),
  priority: z.enum(TICKET_PRIORITIES),
  activity: textOrNull,
  group: textOrNull,
  unit: textOrNull,
  /** Where it comes from: the instance's `contactOrigin`. */
  origin: textOrNull,
  /** The agent whose work it is. */
  owner: textOrNull,
  fields: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The one it was made in; null when it was made for a contact. */
  conversationId: textOrNull,
  /** Later conversations about it. */
  conversations: z.array(z.string()),
  channel: textOrNull,
  instanceId: textOrNull,
  contactId: textOrNull,
  customer: z.object({ id: z.string(), name: textOrNull }).nullable(),
  /** In the company's own service desk. */
  external: z.object({ id: z.string(), url: textOrNull }).nullable(),
  notes: z.array(z.object({ id: z.string(), at: z.string(), by: actorView, text: z.string() })),
  /** What changed, oldest first; the last 200. */
  history: z.array(
    z.object({
      at: z.string(),
      by: actorView,
      changes: z.record(z.string(), z.object({ from: textOrNull, to: textOrNull })),
    }),
  ),
  /** For `If-Match`. */
  version: z.number(),
  createdAt: z.string(),
  createdBy: actorView,
  updatedAt: z.string(),
  closedAt: textOrNull,
});
export type TicketView = z.infer<typeof ticketView>;

/** What a ticket is filed under: checked where such settings are declared. */
const filed = z.string().min(1).max(200);
const subject = z.string().trim().min(1).max(200);
const description = z.string().min(1).max(10_000);
const fieldName = z.string().min(1).max(64);
const fieldValue = z.union([z.string().max(1000), z.number()]);
const priority = z.enum(TICKET_PRIORITIES);
const agent = z.string().min(1).max(64);
const conversation = z.string().min(1).max(200);
/** Made by the client: asked again with the same one, it is done once. */
const clientId = z.string().min(1).max(100);

/** GET /api/desk/tickets. Only tickets that fit all. */
export const ticketQuery = z.object({
  state: z.enum(TICKET_STATES).optional(),
  /** An agent's id, "me", or "none". */
  owner: agent.optional(),
  contact: z.string().min(1).max(200).optional(),
  /** Made in it, or linked to it. */
  conversation: conversation.optional(),
  /** Of the customer of this conversation, and of their contact. */
  customerOf: conversation.optional(),
  group: filed.optional(),
  priority: priority.optional(),
  channel: z.string().min(1).max(64).optional(),
  /** "T-1042", or only its digits. */
  number: z
    .string()
    .regex(/^(T-)?\d{1,15}$/i, 'a number as in "T-1042"')
    .optional(),
  limit: z.string().optional(),
  cursor: z.string().max(2000).optional(),
});
export type TicketQuery = z.infer<typeof ticketQuery>;

/** POST /api/desk/tickets. */
export const newTicketBody = z
  .strictObject({
    subject,
    description: description.optional(),
    priority: priority.optional(),
    activity: filed.optional(),
    group: filed.optional(),
    unit: filed.optional(),
    owner: agent.optional(),
    fields: z.record(fieldName, fieldValue).optional(),
    /** It is about this conversation, and for its customer. */
    conversationId: conversation.optional(),
    /** Whom it is for, without a conversation. */
    contactId: z.string().min(1).max(100).optional(),
    clientId: clientId.optional(),
  })
  .refine(({ conversationId, contactId }) => (conversationId === undefined) !== (contactId === undefined), {
    path: ["conversationId"],
    message: "name a conversation, or else a contact",
  })
  .refine(({ fields }) => Object.keys(fields ?? {}).length <= 50, {
    path: ["fields"],
    message: "a ticket has at most 50 fields",
  });

/** PUT /api/desk/tickets/{number}: what is left out stays, null takes away. */
export const ticketBody = z.strictObject({
  state: z.enum(TICKET_STATES).optional(),
  priority: priority.optional(),
  owner: agent.nullable().optional(),
  unit: filed.nullable().optional(),
  group: filed.nullable().optional(),
  activity: filed.nullable().optional(),
  subject: subject.optional(),
  description: description.nullable().optional(),
  /** Field by field. */
  fields: z.record(fieldName, fieldValue.nullable()).optional(),
  external: z
    .strictObject({
      id: z.string().min(1).max(200),
      /** Opened by people with a click. */
      url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .optional(),
    })
    .nullable()
    .optional(),
});

/** POST /api/desk/tickets/{number}/notes. */
export const ticketNoteBody = z.strictObject({
  text: z.string().trim().min(1).max(2000),
  clientId: clientId.optional(),
});

/** POST /api/desk/tickets/{number}/conversations. */
export const ticketLinkBody = z.strictObject({ conversationId: conversation });
