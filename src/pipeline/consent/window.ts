import type { Head } from "../../core/conversation";
import type { TurnInput } from "../plan/planParts";

const HOUR_MS = 60 * 60 * 1000;

/** Automatic texts may be sent now, as far as the channel's reply window goes. */
export function isWindowOpen({ windowHours, now }: TurnInput, { lastInboundAt }: Head): boolean {
  if (windowHours === undefined || lastInboundAt === undefined) return true;
  return now <= lastInboundAt + windowHours * HOUR_MS;
}
