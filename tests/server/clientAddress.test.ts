import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { clientAddress } from "../../src/server/clientAddress";

const from = (forwarded?: string) =>
  ({
    socket: { remoteAddress: "10.0.0.9" },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  }) as unknown as IncomingMessage;

describe("clientAddress", () => {
  it("believes no header without a proxy", () => assert.equal(clientAddress(from("1.2.3.4"), 0), "10.0.0.9"));
  it("takes the entry that the outermost trusted proxy wrote", () => {
    assert.equal(clientAddress(from("6.6.6.6, 1.2.3.4"), 1), "1.2.3.4");
    assert.equal(clientAddress(from("6.6.6.6, 1.2.3.4, 10.0.0.8"), 2), "1.2.3.4");
  });
  it("leaves out the port that App Service writes", () => {
    for (const [entry, address] of [
      ["1.2.3.4:61598", "1.2.3.4"],
      ["[2001:db8::1]:61598", "2001:db8::1"],
      ["[2001:db8::1]", "2001:db8::1"],
      ["2001:db8::1", "2001:db8::1"],
      ["::ffff:1.2.3.4", "::ffff:1.2.3.4"],
    ] as const) {
      assert.equal(clientAddress(from(entry), 1), address);
      assert.equal(clientAddress(from(`6.6.6.6:1, ${entry}, 10.0.0.8:2`), 2), address);
    }
  });
  it("falls back to the connection when the header is short", () => {
    assert.equal(clientAddress(from(), 1), "10.0.0.9");
    assert.equal(clientAddress(from("1.2.3.4"), 5), "1.2.3.4");
  });
});
