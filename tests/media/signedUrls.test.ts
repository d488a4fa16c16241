import assert from "node:assert/strict";
import { createMediaUrls } from "../../src/media/signedUrls";
import { createFakeClock } from "../support/clock";

const SECRET = Buffer.alloc(32, 7);

function build(secret = SECRET) {
  const clock = createFakeClock();
  const urls = createMediaUrls({ secret, publicUrl: "https://desk.example/", clock });
  return { clock, urls };
}
const queryOf = (url: string) => new URL(url).searchParams;

describe("createMediaUrls", () => {
  it("makes an address that it knows again, for an hour", () => {
    const { clock, urls } = build();
    const url = urls.urlOf("m~a_B-1");
    assert.match(url, /^https:\/\/desk\.example\/media\/m~a_B-1\?exp=\d{10}&sig=[A-Za-z0-9_-]{43}$/);
    assert.equal(urls.check("m~a_B-1", queryOf(url)), 3600);
    clock.advance(3_599_000);
    assert.equal(urls.check("m~a_B-1", queryOf(url)), 1);
    clock.advance(1_000);
    assert.equal(urls.check("m~a_B-1", queryOf(url)), undefined);
  });

  it("makes the same address within a minute, and never a shorter one than asked for", () => {
    const { clock, urls } = build();
    clock.advance(1_000);
    const url = urls.urlOf("m~1", 90);
    clock.advance(20_000);
    assert.equal(urls.urlOf("m~1", 90), url);
    assert.ok((urls.check("m~1", queryOf(url)) ?? 0) >= 90);
    clock.advance(60_000);
    assert.notEqual(urls.urlOf("m~1", 90), url);
  });

  it("knows no address that somebody changed, or signed with another secret", () => {
    const { urls } = build();
    const { searchParams } = new URL(urls.urlOf("m~1"));
    const exp = searchParams.get("exp") ?? "";
    const sig = searchParams.get("sig") ?? "";
    const foreign = queryOf(build(Buffer.alloc(32, 8)).urls.urlOf("m~1"));
    assert.equal(urls.check("m~2", searchParams), undefined);
    assert.equal(urls.check("m~1", foreign), undefined);
    for (const [newExp, newSig] of [
      [String(Number(exp) + 60), sig],
      [`${exp}0`, sig],
      [` ${exp}`, sig],
      [exp, `${sig}=`],
      [exp, sig.slice(0, -1)],
      [exp, sig.toLowerCase()],
      [exp, ""],
      ["", sig],
      ["NaN", sig],
    ] as const)
      assert.equal(urls.check("m~1", new URLSearchParams({ exp: newExp, sig: newSig })), undefined);
    assert.equal(urls.check("m~1", new URLSearchParams()), undefined);
  });

  it("does not start with a secret that can be guessed", () => {
    assert.throws(() => build(Buffer.alloc(0)), { code: "SECRET_MISSING" });
    assert.throws(() => build(Buffer.alloc(31)), { code: "SECRET_MISSING" });
  });
});
