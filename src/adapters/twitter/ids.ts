import type { Json } from "../shared/narrow";

/** X's ids count milliseconds from here in their upper bits. */
export const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657;

/** Half a surrogate pair makes encodeURIComponent throw. */
const ID = /^[^\p{Cs}\p{Cc}]{1,200}$/u;

/**
 * An id of X as text. Its ids pass 2^53, so a number that large was already rounded by whoever parsed it and names
 * something else: such a one is no id. Nor is text that could not stand in an address.
 */
export function toXId(value: unknown): string | undefined {
  if (typeof value === "string") return ID.test(value) ? value : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : undefined;
}

/** The id of an object: `id_str` where X has it, as `id` beside it may be a number. */
export function idOf(holder: Json | undefined): string | undefined {
  return toXId(holder?.id_str) ?? toXId(holder?.id);
}

/** When the thing with this id was made; undefined unless that was before `latest`. */
export function toSnowflakeTime(id: string | undefined, latest: number | undefined): number | undefined {
  if (id === undefined || !/^\d{15,20}$/.test(id)) return undefined;
  const ms = Number(BigInt(id) >> 22n) + SNOWFLAKE_EPOCH_MS;
  return latest !== undefined && ms <= latest ? ms : undefined;
}
