import type { Channel } from "../../core/channel";
import { createWhatsAppClient } from "../twilio/client";
import { acknowledge, verify } from "../twilio/webhook";
import { connect } from "./connect";
import { definition } from "./definition";
import { toInbound } from "./inbound";
import { toRequests } from "./outbound";

/** WhatsApp through Twilio. */
export const whatsapp: Channel = {
  definition,
  verify,
  toInbound,
  acknowledge,
  toRequests,
  createClient: createWhatsAppClient,
  connect,
};
