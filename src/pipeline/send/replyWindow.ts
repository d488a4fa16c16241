import type { Channel } from "../../core/channel";

const HOUR_MS = 60 * 60 * 1000;

/** The end of the reply window (ms); undefined where the channel has none or the customer never wrote. */
export function windowEnd(
  channel: Channel | undefined,
  lastInboundAt: number | undefined,
): number | undefined {
  const hours = channel?.definition.window?.hours;
  return hours === undefined || lastInboundAt === undefined ? undefined : lastInboundAt + hours * HOUR_MS;
}

/** What a person may send now. Times in ms. */
export type ReplyWindow =
  /** The channel has none, or the customer never wrote. */
  | { state: "none" }
  | { state: "open"; closesAt: number }
  /** Shut for bots and automations; a person may still answer. */
  | { state: "humanAgent"; closesAt: number; text: string }
  | { state: "closed"; closesAt: number; text: string };

/** The reply window as an agent must know it. `values` are the instance's, as the session opened with them. */
export function replyWindow(asked: {
  channel: Channel | undefined;
  values: Readonly<Record<string, string>> | undefined;
  lastInboundAt: number | undefined;
  now: number;
}): ReplyWindow {
  const { channel, values, lastInboundAt, now } = asked;
  const window = channel?.definition.window;
  if (window === undefined || lastInboundAt === undefined) return { state: "none" };
  const closesAt = lastInboundAt + window.hours * HOUR_MS;
  if (now <= closesAt) return { state: "open", closesAt };
  const personUntil =
    window.person !== undefined && values?.[window.person.field] === "on"
      ? lastInboundAt + window.person.hours * HOUR_MS
      : closesAt;
  if (now <= personUntil) {
    const text = `The ${window.hours} hours are over. A person may still answer for a while; bots and automatic texts may not.`;
    return { state: "humanAgent", closesAt: personUntil, text };
  }
  const way = channel?.definition.abilities.templates
    ? " An approved template can still be sent."
    : " It opens again when the customer writes.";
  return { state: "closed", closesAt: personUntil, text: window.closedText + way };
}
