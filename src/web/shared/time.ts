const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const moment = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** "14:05". */
export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

/** "Fri, 21 Nov, 14:05". */
export function momentText(iso: string): string {
  return moment.format(new Date(iso));
}

/** "14:05" today, "3 Nov" before. */
export function briefTime(iso: string, now: number): string {
  return isSameDay(iso, new Date(now).toISOString()) ? clockTime(iso) : shortDay.format(new Date(iso));
}

/** "Friday, 21 November". */
export function dayName(iso: string): string {
  return day.format(new Date(iso));
}

export function isSameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** "2 d 3 h", "3 h 12 min", "12 min", "under 1 min". */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : "under 1 min";
}

// In the language of the words around it.
const ago = new Intl.RelativeTimeFormat("en");

/** "just now", "3 minutes ago", "5 hours ago", "2 days ago". */
export function agoText(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return ago.format(-minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? ago.format(-hours, "hour") : ago.format(-Math.floor(hours / 24), "day");
}
