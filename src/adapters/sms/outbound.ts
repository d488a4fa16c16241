import type { Activity } from "../../core/activity";
import type { PlatformRequest, SendContext } from "../../core/channel";
import { PLAIN_STYLE } from "../shared/markdown";
import { type Dialect, toMessageRequests } from "../twilio/outbound";
import { acceptsMms, MMS_FILES } from "../twilio/outboundMedia";
import { definition } from "./definition";

const DIALECT: Dialect = {
  channel: "sms",
  definition,
  style: PLAIN_STYLE,
  accepts: ({ instance, customerId }) => acceptsMms(instance.externalId, customerId),
  filesACall: MMS_FILES,
  textBesideFiles: true,
  places: false,
};

/** Calls of the Messages resource for one message. Throws ChannelError. Pure. */
export function toRequests(activity: Activity, context: SendContext): PlatformRequest[] {
  return toMessageRequests(activity, context, DIALECT);
}
