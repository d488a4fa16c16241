import type { Channel } from "../../core/channel";
import { createClient } from "./client";
import { connect } from "./connect";
import { definition } from "./definition";
import { toInbound } from "./inbound";
import { toRequests } from "./outbound";
import { acknowledge, challenge, verify } from "./webhook";

/** Facebook Messenger. */
export const facebook: Channel = {
  definition,
  verify,
  challenge,
  toInbound,
  acknowledge,
  toRequests,
  createClient,
  connect,
};
