const DAY_MS = 86_400_000;

const name = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const moment = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

/** The UTC day of a time (ms): "2026-11-21". */
export const toDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const addDays = (day: string, count: number): string => toDay(Date.parse(day) + count * DAY_MS);

/** The day of an address; today for one that is no day or has not come yet. */
export function readDay(given: string | null, today: string): string {
  const isDay = given !== null && /^\d{4}-\d\d-\d\d$/.test(given) && !Number.isNaN(Date.parse(given));
  return isDay && given < today ? given : today;
}

/** "Saturday 21 November 2026". */
export const dayText = (day: string): string => name.format(new Date(day));

/** "14:00" of an hour as "2026-11-21T14". */
export const hourText = (hour: string): string => `${hour.slice(11)}:00`;

/** "21 Nov, 14:05", UTC. */
export const momentText = (iso: string): string => moment.format(new Date(iso));

/** "14:05:09", UTC. */
export const secondText = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
