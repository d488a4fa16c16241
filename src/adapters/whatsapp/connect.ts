import { createConnect } from "../twilio/connect";
import { registerSender, validateSender } from "../twilio/whatsAppSenders";

/** Checks the Twilio account and its WhatsApp senders, and sets our webhook on them. */
export const connect = createConnect({
  channel: "whatsapp",
  validate: validateSender,
  register: registerSender,
});
