import { createConnect } from "../twilio/connect";
import { registerSmsNumber, validateSmsNumber } from "../twilio/smsNumbers";

/** Checks the Twilio account and its SMS numbers, and sets our webhook on them or on their messaging services. */
export const connect = createConnect({
  channel: "sms",
  validate: validateSmsNumber,
  register: registerSmsNumber,
});
