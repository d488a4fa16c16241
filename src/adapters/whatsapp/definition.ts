import type { ChannelDefinition } from "../../core/channel";
import { attachmentFields, BODY_LENGTH, numberIdentity, twilioDefinition } from "../twilio/definition";
import { WINDOW_CLOSED_TEXT } from "../twilio/errors";

/** WhatsApp through Twilio. */
export const definition: ChannelDefinition = {
  ...twilioDefinition,
  id: "whatsapp",
  title: "WhatsApp",
  instance: { ...numberIdentity, fields: attachmentFields },
  limits: {
    textLength: BODY_LENGTH,
    // One WhatsApp sender (Twilio: WhatsApp throughput).
    rates: [{ count: 80, seconds: 1 }],
  },
  abilities: {
    delivered: true,
    read: true,
    typing: true,
    quickReplies: false,
    attachments: true,
    templates: true,
  },
  // From the customer's last message (Twilio: WhatsApp key concepts, "customer service window").
  window: { hours: 24, closedText: WINDOW_CLOSED_TEXT },
  // biome-ignore lint/suspicious/noThenProperty: a word of the channel contract; nobody awaits a definition
  ambiguous: { waitMs: 5_000, then: "resend" },
};
