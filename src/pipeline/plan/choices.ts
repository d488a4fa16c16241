import type { Activity } from "../../core/activity";

/** A choice that the customer was offered last. */
export interface OfferedChoice {
  title: string;
  value: string;
}

/** What an outgoing activity offers, by tapping or by number. */
export function choicesOf(activity: Activity): OfferedChoice[] {
  return (activity.suggestedActions?.actions ?? []).map(({ title, value }) => ({
    title,
    value: typeof value === "string" ? value : value === undefined ? title : JSON.stringify(value),
  }));
}

/** "2", "2.", "(2)", "#2", "2)" */
const NUMBER = /^[#(]?(\d{1,2})[.)]?$/;

/**
 * The choice that a typed text means: its number in the list, or its title in any case. undefined for any other text,
 * and for a tap, which brings its own value.
 */
export function understand(
  activity: Activity,
  offered: readonly OfferedChoice[] | undefined,
): OfferedChoice | undefined {
  if (offered === undefined || activity.type !== "message" || activity.value !== undefined) return undefined;
  const text = (activity.text ?? "").trim();
  const byTitle = offered.find(({ title }) => title.trim().toLowerCase() === text.toLowerCase());
  if (byTitle !== undefined) return byTitle;
  const number = NUMBER.exec(text)?.[1];
  return number === undefined ? undefined : offered[Number(number) - 1];
}
