import type { Channel } from "../../core/channel";
import { WebhookRejected } from "../../core/errors";
import { createClient } from "./client";
import type { Cloud } from "./cloud";
import { definition } from "./definition";
import { toRequests } from "./outbound";

/**
 * Azure Bot Service. It has no webhook: everything comes by POST /api/messages, authenticated by token and not by a
 * signature over the bytes, so nothing that asks to be verified here is genuine.
 */
export function createAzure(cloud?: Cloud): Channel {
  return {
    definition,
    verify() {
      throw new WebhookRejected("WEBHOOK_BAD_SIGNATURE", "Azure Bot Service posts to /api/messages only.");
    },
    toInbound: () => [],
    acknowledge: () => ({ status: 404 }),
    toRequests,
    createClient: () => createClient(cloud),
  };
}

/** Closed: nothing comes in, and what should go out is held. */
export const azure: Channel = createAzure();
