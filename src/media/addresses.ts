import { BlockList, isIP } from "node:net";

/** IANA's special-purpose registry: nothing in these is a platform. */
const NOT_PUBLIC_4: readonly [network: string, prefix: number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  // Azure's own service on every virtual machine, on an address that looks public.
  ["168.63.129.16", 32],
];
/** Parts of 2000::/3 (all that is public of IPv6) which are tunnels, tests and documentation. */
const NOT_PUBLIC_6: readonly [network: string, prefix: number][] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const refused4 = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_4) refused4.addSubnet(network, prefix, "ipv4");
const refused6 = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_6) refused6.addSubnet(network, prefix, "ipv6");
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");

/**
 * Does this IP address lie on the open internet? False for private, loopback, link-local (cloud metadata too),
 * carrier-grade NAT, multicast, reserved and tunnelled ones, for IPv4 wrapped in IPv6 likewise, and for what is no
 * address.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !refused4.check(address, "ipv4");
  if (isIP(address) !== 6 || address.includes("%")) return false;
  const wrapped = wrappedAddress(address);
  if (wrapped !== undefined) return isPublicAddress(wrapped);
  return global6.check(address, "ipv6") && !refused6.check(address, "ipv6");
}

/** The IPv4 address inside ::ffff:0:0/96 (mapped) or 64:ff9b::/96 (NAT64). */
function wrappedAddress(address: string): string | undefined {
  // The URL parser writes every spelling of an address in the one canonical way.
  const canonical = new URL(`http://[${address}]`).hostname;
  const [, high, low] =
    /^\[(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})\]$/.exec(canonical) ?? [];
  if (low === undefined) return undefined;
  const bits = [Number.parseInt(high ?? "0", 16), Number.parseInt(low, 16)];
  return bits.flatMap((pair) => [pair >> 8, pair & 0xff]).join(".");
}
