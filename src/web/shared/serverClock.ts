/** Below this the difference is the network's and the Date header's whole seconds, not the computer's clock. */
const TOLERANCE_MS = 3_000;

let offsetMs = 0;

/** Learns from a reply's Date header how far this computer's clock is from the server's. */
export function noteServerDate(header: string | null): void {
  const server = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(server)) return;
  const offset = server - Date.now();
  offsetMs = Math.abs(offset) > TOLERANCE_MS ? offset : 0;
}

/** Now on the server's clock (ms): countdowns must not depend on how a desk's computer is set. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}
