import type { Activity } from "../../core/activity";
import type { PlatformRequest, SendContext } from "../../core/channel";
import { WHATSAPP_STYLE } from "../shared/markdown";
import { type Dialect, toMessageRequests } from "../twilio/outbound";
import { acceptsWhatsApp } from "../twilio/outboundMedia";
import { definition } from "./definition";

const DIALECT: Dialect = {
  channel: "whatsapp",
  definition,
  style: WHATSAPP_STYLE,
  accepts: () => acceptsWhatsApp,
  filesACall: 1,
  textBesideFiles: false,
  places: true,
};

/** Calls of the Messages resource for one message. Throws ChannelError. Pure. */
export function toRequests(activity: Activity, context: SendContext): PlatformRequest[] {
  return toMessageRequests(activity, context, DIALECT);
}
