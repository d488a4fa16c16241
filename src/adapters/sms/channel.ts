import type { Channel } from "../../core/channel";
import { createClient } from "../twilio/client";
import { acknowledge, verify } from "../twilio/webhook";
import { connect } from "./connect";
import { definition } from "./definition";
import { toInbound } from "./inbound";
import { toRequests } from "./outbound";

/** SMS through Twilio. */
export const sms: Channel = {
  definition,
  verify,
  toInbound,
  acknowledge,
  toRequests,
  createClient,
  connect,
};
