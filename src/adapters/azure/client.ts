import type { ChannelClient, PlatformRequest, Reconciled, SendContext, SendResult } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import type { Cloud } from "./cloud";
import { MISSING_APP_TEXT } from "./problem";
import { readCustomerId } from "./reference";

/** Sends through the bot's connector; without a cloud everything is held until the bot is set up. */
export function createClient(cloud: Cloud | undefined): ChannelClient {
  return {
    async send(request: PlatformRequest, { customerId }: SendContext): Promise<SendResult> {
      if (cloud === undefined) {
        throw new ChannelError("CHANNEL_AUTH", MISSING_APP_TEXT, { retryable: true, scope: "instance" });
      }
      const reference = readCustomerId(customerId);
      if (reference === undefined) {
        throw new ChannelError(
          "CHANNEL_UNDELIVERABLE",
          "This customer has no conversation at Azure Bot Service.",
          {
            retryable: false,
          },
        );
      }
      const providerId = await cloud.send(reference, JSON.parse(request.body));
      return providerId === undefined ? {} : { providerId };
    },

    /** The connector lists no messages. */
    reconcile: async (): Promise<Reconciled> => ({ outcome: "unknown" }),
  };
}
