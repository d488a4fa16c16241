/** The basic GSM-7 alphabet, one septet each (3GPP TS 23.038, 6.2.1). */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Written with an escape before them, so two septets each (3GPP TS 23.038, 6.2.1.1). */
const EXTENSION = new Set("^{}\\[~]|€\f");

/** Units of a single message and of each part of a longer one, which begins with a header. */
const SIZES = { "GSM-7": { single: 160, part: 153 }, "UCS-2": { single: 70, part: 67 } } as const;

/** How carriers send and bill a text. */
export interface SegmentCount {
  encoding: "GSM-7" | "UCS-2";
  /** What is billed; 0 for an empty text. */
  segments: number;
  /** Septets of GSM-7, or UTF-16 units of UCS-2. */
  units: number;
  /** Units that still fit without another segment. */
  left: number;
}

/**
 * Counts the SMS segments of a text: 160 septets of GSM-7 or 70 UTF-16 units; a longer text goes in parts of 153 or
 * 67. One character beyond GSM-7 (an emoji, "ê", a curly quote) turns the whole text into UCS-2. Neither an escaped
 * character nor a surrogate pair is cut in two, so a part may stay one unit short. Pure.
 */
export function countSegments(text: string): SegmentCount {
  const encoding = isGsm7(text) ? "GSM-7" : "UCS-2";
  const widthOf = encoding === "GSM-7" ? septetsOf : (character: string) => character.length;
  const { single, part } = SIZES[encoding];
  let units = 0;
  let parts = 0;
  let room = 0;
  for (const character of text) {
    const width = widthOf(character);
    units += width;
    if (width > room) {
      parts++;
      room = part;
    }
    room -= width;
  }
  if (units <= single) return { encoding, segments: units === 0 ? 0 : 1, units, left: single - units };
  return { encoding, segments: parts, units, left: room };
}

function isGsm7(text: string): boolean {
  for (const character of text) if (!BASIC.has(character) && !EXTENSION.has(character)) return false;
  return true;
}

function septetsOf(character: string): number {
  return EXTENSION.has(character) ? 2 : 1;
}
