const UNITS = ["B", "kB", "MB", "GB"];
const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** "812 B", "1.4 MB". */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${numbers.format(unit === 0 ? value : Math.round(value * 10) / 10)} ${UNITS[unit]}`;
}
