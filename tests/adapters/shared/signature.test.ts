import assert from "node:assert/strict";
import { toRetryAfterMs } from "../../../src/adapters/shared/retryAfter";
import {
  afterPrefix,
  hmac,
  isEqualBase64,
  isEqualHex,
  isEqualText,
} from "../../../src/adapters/shared/signature";

describe("signature", () => {
  const digest = hmac("sha256", "key", "data");

  it("compares hexadecimal in either case and nothing else", () => {
    const hex = digest.toString("hex");
    assert.ok(isEqualHex(hex, digest));
    assert.ok(isEqualHex(hex.toUpperCase(), digest));
    for (const given of [
      undefined,
      "",
      hex.slice(2),
      `${hex}00`,
      `zz${hex.slice(2)}`,
      `${hex.slice(0, -2)}é`,
    ]) {
      assert.ok(!isEqualHex(given, digest), given);
    }
  });

  it("compares base64 exactly", () => {
    const text = digest.toString("base64");
    assert.ok(isEqualBase64(text, digest));
    for (const given of [
      undefined,
      "",
      text.slice(1),
      `${text}=`,
      digest.toString("base64url"),
      ` ${text}`,
    ]) {
      assert.ok(!isEqualBase64(given, digest), given);
    }
  });

  it("compares texts of any length", () => {
    assert.ok(isEqualText("a", "a"));
    assert.ok(!isEqualText("a", "ab"));
    assert.ok(!isEqualText(undefined, ""));
  });

  it("takes off a prefix only where it stands", () => {
    assert.equal(afterPrefix("sha256=ab", "sha256="), "ab");
    assert.equal(afterPrefix("sha1=ab", "sha256="), undefined);
    assert.equal(afterPrefix(undefined, "sha256="), undefined);
  });
});

describe("toRetryAfterMs", () => {
  it("reads seconds and dates", () => {
    const now = Date.UTC(2026, 0, 1);
    assert.equal(toRetryAfterMs("7", now), 7_000);
    assert.equal(toRetryAfterMs("Thu, 01 Jan 2026 00:00:09 GMT", now), 9_000);
    assert.equal(toRetryAfterMs("Wed, 31 Dec 2025 00:00:00 GMT", now), 0);
    assert.equal(toRetryAfterMs("soon", now), undefined);
    assert.equal(toRetryAfterMs(undefined, now), undefined);
  });
});
