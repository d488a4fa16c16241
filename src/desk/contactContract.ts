import { z } from "zod";
import { contactSchema, contactView } from "../core/contactSchema";
import { consentView, conversationView } from "./contract";
import { ticketView } from "./tickets/ticketContract";

/** What the desk API takes and gives of contacts. The web pages import only these types. */

export type { ContactView } from "../core/contactSchema";

/** A contact in a list: enough to tell two of the same name apart. */
export const contactCard = contactView.pick({
  id: true,
  state: true,
  name: true,
  emails: true,
  phones: true,
  unit: true,
  group: true,
  externalId: true,
  updatedAt: true,
});
export type ContactCard = z.infer<typeof contactCard>;

const linkHow = z.enum(["agent", "phone", "created", "automatic", "plugin", "file"]);

/** A conversation of a contact, on whichever channel. */
export const historyEntry = z.object({
  id: z.string(),
  channel: z.string(),
  instanceId: z.string(),
  state: conversationView.shape.state,
  holder: conversationView.shape.holder,
  queueId: z.string().nullable(),
  agentId: z.string().nullable(),
  openedAt: z.string(),
  closedAt: z.string().nullable(),
  lastText: z.string(),
  dispositions: z.array(z.string()),
  /** The caller may read its messages. */
  readable: z.boolean(),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

/** GET /api/desk/conversations/{id}/customer: who writes, what they wrote before, what came of it. */
export const customerSummary = z.object({
  conversationId: z.string(),
  channel: z.string(),
  instanceId: z.string(),
  /** What the channel tells. */
  customer: conversationView.shape.customer,
  /** The customer told us to stop: nothing goes to them without a person. */
  optedOut: z.boolean(),
  /** Null: nobody knows (yet) who it is. */
  contact: contactView.nullable(),
  /** How this conversation came to its contact. */
  link: z
    .object({
      how: linkHow,
      at: z.string(),
      by: contactView.shape.createdBy,
      /** Earlier conversations here are the contact's too: they stay with it when the number has changed hands. */
      hasEarlier: z.boolean(),
      /** It has ended: conversations after this one are not the contact's. */
      ended: z.boolean(),
    })
    .nullable(),
  /** Who it may be, while nobody is linked. */
  suggestions: z.array(
    z.object({ contactId: z.string(), name: z.string(), reason: z.enum(["phone", "email", "name"]) }),
  ),
  /** Where the contact writes from, this profile too. */
  profiles: z.array(
    z.object({
      threadId: z.string(),
      channel: z.string(),
      instanceId: z.string(),
      name: z.string().nullable(),
      screenName: z.string().nullable(),
      phone: z.string().nullable(),
      /** Since when it is linked. */
      since: z.string(),
      how: linkHow,
      /** It still is. */
      present: z.boolean(),
      /** This conversation came from it. */
      current: z.boolean(),
    }),
  ),
  /** The last ones on all channels, newest first, this one too. Of an unlinked profile, those of nobody else. */
  conversations: z.array(historyEntry),
  /** What they were last told, agreed to or refused here, newest first; GET …/consents has all of it. */
  consents: z.array(consentView.pick({ id: true, kind: true, noticeId: true, at: true })),
  /** The conversation's and the contact's, newest first. */
  tickets: z.array(
    ticketView.pick({
      number: true,
      subject: true,
      state: true,
      priority: true,
      owner: true,
      conversationId: true,
      createdAt: true,
    }),
  ),
});
export type CustomerSummary = z.infer<typeof customerSummary>;

/** POST and PUT of contacts. */
export const contactBody = contactSchema;

/** POST /api/desk/conversations/{id}/contact: an id, or the fields of a new one; {} makes one of what the channel tells. */
export const linkBody = z
  .strictObject({ contactId: z.string().min(1).max(200).optional(), create: contactSchema.optional() })
  .refine(
    ({ contactId, create }) => contactId === undefined || create === undefined,
    "give contactId or create, not both",
  );

/** POST /api/desk/conversations/{id}/contact/unlink. */
export const unlinkBody = z.strictObject({
  /** True: the number changed hands, earlier conversations stay with the contact. False: it never was theirs. */
  keepHistory: z.boolean(),
});

/** POST /api/desk/contacts/{id}/merge. `fields`: the result as somebody decided. */
export const mergeBody = z.strictObject({
  otherId: z.string().min(1).max(200),
  fields: contactSchema.optional(),
});

export const mergePreviewView = z.object({
  survivor: contactView,
  other: contactView,
  /** As it would read without choices. */
  result: contactView.pick({
    name: true,
    firstName: true,
    lastName: true,
    emails: true,
    phones: true,
    language: true,
    timezone: true,
    unit: true,
    group: true,
    origin: true,
    fields: true,
    externalId: true,
  }),
  /** Fields in which both have a value, and not the same. */
  differing: z.array(z.string()),
  /** What comes with the other contact. */
  profiles: z.number(),
  /** Counted up to 100; null: not counted. */
  tickets: z.number().nullable(),
});

export const mergeView = z.object({
  id: z.string(),
  contactId: z.string(),
  otherId: z.string(),
  at: z.string(),
  by: contactView.shape.createdBy,
  undoneAt: z.string().nullable(),
  undoneBy: contactView.shape.createdBy.nullable(),
});
export type MergeView = z.infer<typeof mergeView>;
