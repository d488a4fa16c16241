/** Both ends inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The one part that a Range header asks for (RFC 9110). "whole": there is no such header, or one that may be ignored
 * (several parts, another unit, not readable); "outside": nothing of it exists.
 */
export function toByteRange(header: string | undefined, bytes: number): ByteRange | "whole" | "outside" {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? "") ?? [];
  if (from === "" && to === "") return "whole";
  if (from === "") {
    const start = Math.max(0, bytes - Number(to));
    return start < bytes ? { start, end: bytes - 1 } : "outside";
  }
  const start = Number(from);
  const end = to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== "" && Number(to) < start) return "whole";
  return start < bytes ? { start, end } : "outside";
}
