import type { Activity } from "../../core/activity";
import type { PlatformRequest, SendContext } from "../../core/channel";
import { PLAIN_STYLE } from "../twilio/markdown";
import { toMessageRequests } from "../twilio/outbound";
import { definition } from "./definition";

const DIALECT = { channel: "sms", definition, style: PLAIN_STYLE } as const;

/** Calls of the Messages resource for one message. Throws ChannelError. Pure. */
export function toRequests(activity: Activity, context: SendContext): PlatformRequest[] {
  return toMessageRequests(activity, context, DIALECT);
}
