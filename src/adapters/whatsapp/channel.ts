import type { Channel } from "../../core/channel";
import { createClient } from "../twilio/client";
import { acknowledge, verify } from "../twilio/webhook";
import { definition } from "./definition";
import { toInbound } from "./inbound";
import { toRequests } from "./outbound";

/** WhatsApp through Twilio. */
export const whatsapp: Channel = { definition, verify, toInbound, acknowledge, toRequests, createClient };
