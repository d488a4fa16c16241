import type { Inbound, RawRequest } from "../../core/channel";
import { toInbound as toTwilioInbound } from "../twilio/inbound";

/** The item of a Twilio webhook that came by WhatsApp. Pure. */
export function toInbound(request: RawRequest): Inbound[] {
  return toTwilioInbound(request, "whatsapp");
}
