/** How a text travels as SMS. */
export interface SmsCount {
  /** GSM-7 holds 160 characters (153 in each part of several), UCS-2, for everything else, 70 (67). */
  encoding: "GSM-7" | "UCS-2";
  /** Messages that the carrier counts; 0 for no text. */
  segments: number;
  /** Units that still fit into the last one. */
  left: number;
}

/** 3GPP TS 23.038, section 6.2.1: the default alphabet. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Its extension table: an escape stands before each, so they count twice. */
const EXTENSION = new Set("\f^{}\\[~]|€");

const LIMITS = {
  "GSM-7": { alone: 160, part: 153 },
  "UCS-2": { alone: 70, part: 67 },
} as const;

/** Counts what a text costs as SMS. No character is cut in two by the end of a part. */
export function countSms(text: string): SmsCount {
  const characters = [...text];
  const encoding = characters.every((one) => BASIC.has(one) || EXTENSION.has(one)) ? "GSM-7" : "UCS-2";
  const widths = characters.map((one) => (encoding === "UCS-2" ? one.length : EXTENSION.has(one) ? 2 : 1));
  const units = widths.reduce((sum, width) => sum + width, 0);
  const { alone, part } = LIMITS[encoding];
  if (units <= alone) return { encoding, segments: units === 0 ? 0 : 1, left: alone - units };
  let segments = 1;
  let left: number = part;
  for (const width of widths) {
    if (width > left) {
      segments += 1;
      left = part;
    }
    left -= width;
  }
  return { encoding, segments, left };
}

/** Nearer to the end of the first message than this, the count is worth showing. */
const NEAR_END = 20;

export const isWorthShowing = ({ segments, left }: SmsCount): boolean =>
  segments > 1 || (segments === 1 && left <= NEAR_END);
