import type { ChannelDefinition } from "../../core/channel";
import { attachmentFields, BODY_LENGTH, numberIdentity, twilioDefinition } from "../twilio/definition";

/** SMS through Twilio: long codes, toll-free numbers, short codes and alphanumeric senders. */
export const definition: ChannelDefinition = {
  ...twilioDefinition,
  id: "sms",
  title: "SMS",
  instance: {
    ...numberIdentity,
    fields: [
      {
        name: "messagingServiceSid",
        title: "Messaging Service SID",
        kind: "text",
        required: false,
        pattern: "^MG[0-9a-fA-F]{32}$",
        help: "Only when the number is in the sender pool of a messaging service.",
      },
      ...attachmentFields,
    ],
  },
  limits: {
    textLength: BODY_LENGTH,
    // A US long code (Twilio: Understanding rate limits and queues); `sendRate` raises it for faster numbers.
    rates: [{ count: 1, seconds: 1 }],
  },
  abilities: {
    delivered: true,
    read: false,
    typing: false,
    quickReplies: false,
    attachments: true,
    templates: false,
  },
  // biome-ignore lint/suspicious/noThenProperty: a word of the channel contract; nobody awaits a definition
  ambiguous: { waitMs: 5_000, then: "resend" },
};
