/**
 * Reading of untrusted JSON without a schema library: on the hot path a validator costs more than the rest of a
 * message. Each helper gives undefined for what is not of its kind.
 */
export type Json = Readonly<Record<string, unknown>>;

export function toObject(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A platform's id: text, or a number as older samples have it; never empty. */
export function toId(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" && Number.isFinite(value) ? String(value) : undefined;
}

/** Times beyond this make `Date` throw. */
const MAX_TIME_MS = 8.64e15;
/** September 2001 in ms, before any of the platforms; a smaller value is in seconds. */
const LEAST_MS = 1e12;

/** A time of a platform as ms, from a number or digits; seconds are recognised by their size, nonsense is left out. */
export function toTimeMs(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !(number > 0)) return undefined;
  const ms = Math.trunc(number < LEAST_MS ? number * 1000 : number);
  return ms >= LEAST_MS && ms <= MAX_TIME_MS ? ms : undefined;
}
