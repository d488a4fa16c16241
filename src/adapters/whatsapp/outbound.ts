import type { Activity } from "../../core/activity";
import type { PlatformRequest, SendContext } from "../../core/channel";
import { WHATSAPP_STYLE } from "../twilio/markdown";
import { toMessageRequests } from "../twilio/outbound";
import { definition } from "./definition";

const DIALECT = { channel: "whatsapp", definition, style: WHATSAPP_STYLE } as const;

/** Calls of the Messages resource for one message. Throws ChannelError. Pure. */
export function toRequests(activity: Activity, context: SendContext): PlatformRequest[] {
  return toMessageRequests(activity, context, DIALECT);
}
