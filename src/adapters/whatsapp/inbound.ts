import type { Account, Inbound, RawRequest } from "../../core/channel";
import { toInbound as toTwilioInbound } from "../twilio/inbound";

/** What of a Twilio webhook came by WhatsApp. Pure. */
export function toInbound(request: RawRequest, account: Account): Inbound[] {
  return toTwilioInbound(request, account, "whatsapp");
}
