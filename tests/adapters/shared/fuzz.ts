import assert from "node:assert/strict";
import type { Account, Channel, RawRequest } from "../../../src/core/channel";
import { InputError, WebhookRejected } from "../../../src/core/errors";

/** A seeded generator, so that a failure comes again. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const VALUES = [
  null,
  true,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  "x",
  "__proto__",
  "constructor",
  "\ud800",
  [],
  {},
  [[]],
  { id: null },
  { __proto__: null, toString: 1, hasOwnProperty: 2 },
  JSON.parse('{"__proto__":{"id":"1"},"constructor":{"prototype":1}}'),
];

/** Replaces one value somewhere in the tree. */
function mutateTree(root: unknown, random: (below: number) => number): unknown {
  const tree = structuredClone(root);
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const walk = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push({ holder: node as Record<string, unknown>, key });
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(tree);
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const place = places[random(places.length)];
    if (place === undefined) continue;
    if (random(5) === 0) delete place.holder[place.key];
    else place.holder[place.key] = VALUES[random(VALUES.length)];
  }
  return tree;
}

function mutateBytes(body: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(body);
  for (let changes = 1 + random(8); changes > 0; changes--) bytes[random(bytes.length)] = random(256);
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

/** Mutated bodies, signed and unsigned: only InputError and WebhookRejected may be thrown. */
export function fuzzWebhook(given: {
  channel: Channel;
  account: Account;
  seed: string;
  toRequest(body: Buffer, headers: RawRequest["headers"]): RawRequest;
  sign(body: Buffer): Record<string, string>;
}): void {
  const { channel, account } = given;
  const tree = JSON.parse(given.seed);

  it("answers signed mutations with items that can be stored", () => {
    const random = createRandom(7);
    for (let round = 0; round < 1_500; round++) {
      const body =
        round % 2 === 0
          ? Buffer.from(JSON.stringify(mutateTree(tree, random)))
          : mutateBytes(Buffer.from(given.seed), random);
      const request = given.toRequest(body, given.sign(body));
      try {
        channel.verify(request, account);
        for (const item of channel.toInbound(request, account)) {
          JSON.stringify(item);
          if ("key" in item) assert.ok(typeof item.key === "string" && item.key !== "");
          if (item.kind !== "ignored" && item.kind !== "unsupported" && item.kind !== "notice") {
            assert.ok(typeof item.customerId === "string" && item.customerId !== "");
            assert.ok(typeof item.instanceExternalId === "string" && item.instanceExternalId !== "");
          }
        }
      } catch (error) {
        // X signs whatever its address check is asked to: only what may be a webhook counts as one.
        const isRefused = error instanceof WebhookRejected && !body.includes("{");
        assert.ok(
          isRefused || error instanceof InputError,
          `round ${round}: ${String((error as Error).stack)}\n${body}`,
        );
      }
    }
  }).timeout(20_000);

  it("refuses unsigned mutations of body and headers", () => {
    const random = createRandom(11);
    const body = Buffer.from(given.seed);
    for (let round = 0; round < 500; round++) {
      const headers = given.sign(body);
      for (const name of Object.keys(headers)) {
        headers[name] = mutateBytes(Buffer.from(headers[name] ?? ""), random).toString("latin1");
        // Hexadecimal in the other case is the same signature.
        if (headers[name]?.toLowerCase() === given.sign(body)[name]?.toLowerCase()) headers[name] = "";
      }
      assert.throws(() => channel.verify(given.toRequest(body, headers), account), WebhookRejected);
      const changed = mutateBytes(body, random);
      if (changed.equals(body)) continue;
      assert.throws(
        () => channel.verify(given.toRequest(changed, given.sign(body)), account),
        WebhookRejected,
      );
    }
  }).timeout(20_000);
}
