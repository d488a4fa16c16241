import type { Check, HttpResponse } from "../../core/channel";
import type { Clock } from "../../core/clock";
import { ChannelError, messageOf } from "../../core/errors";

/** Beyond this a clock breaks signatures that carry a time (X refuses five minutes; Meta and Twilio forgive more). */
const CLOCK_TOLERANCE_MS = 60_000;

/** Compares our clock with the `Date` of a platform's answer; undefined when it has none. */
export function clockCheck(response: HttpResponse, clock: Clock): Check | undefined {
  const theirs = Date.parse(response.headers.date ?? "");
  if (Number.isNaN(theirs)) return undefined;
  const offMs = clock.now() - theirs;
  const check = { id: "clock", title: "This server's clock" };
  if (Math.abs(offMs) <= CLOCK_TOLERANCE_MS)
    return { ...check, state: "ok", text: "It agrees with the platform's." };
  return {
    ...check,
    state: "failed",
    text: `It is ${Math.round(Math.abs(offMs) / 1000)} s ${offMs > 0 ? "ahead of" : "behind"} the platform's.`,
    cure: "Set the clock by NTP; signatures carry the time.",
  };
}

/** Runs one look at a platform; what it throws becomes a failed check in the platform's words. */
export async function checked(
  check: Pick<Check, "id" | "title" | "instanceId">,
  cure: string,
  look: () => Promise<Pick<Check, "state" | "text" | "cure">>,
): Promise<Check> {
  try {
    return { ...check, ...(await look()) };
  } catch (error) {
    const cureNow =
      error instanceof ChannelError && error.code === "CHANNEL_UNAVAILABLE"
        ? "The platform could not be reached: check the network and try again."
        : cure;
    return { ...check, state: "failed", text: messageOf(error), cure: cureNow };
  }
}
