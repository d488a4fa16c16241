import assert from "node:assert/strict";
import { request } from "undici";
import { callRoute, cookieOf, OWN_PAGE } from "../support/callers";
import { createSkippingClock } from "../support/skippingClock";
import { eventually, startTestApp, type TestApp, type TestAppOptions } from "../support/startApp";

/** Wrong passwords and tokens that one address may send before it is turned away. */
const FREE_ATTEMPTS = 100;

describe("attacks on sign-in", function () {
  this.timeout(120_000);
  let test: TestApp;
  const start = async (options: TestAppOptions = {}) => {
    test = await startTestApp(options);
  };
  afterEach(() => test.stop());

  const guess = (n: number, forwarded: string) =>
    callRoute(test, "POST /api/session", {
      headers: { ...OWN_PAGE, "x-forwarded-for": forwarded },
      body: { token: `wrong-token-${n}` },
    });

  /** All that are free, of tokens: passwords cost a hash each. */
  async function guessAll(forwarded: (n: number) => string): Promise<void> {
    for (let n = 0; n < FREE_ATTEMPTS; n++) assert.equal((await guess(n, forwarded(n))).status, 401);
  }

  it("a client that makes up X-Forwarded-For is throttled as the one that it is", async () => {
    await start();
    await guessAll((n) => `203.0.113.${n}`);
    const { status, headers } = await guess(FREE_ATTEMPTS, "203.0.113.200");
    assert.equal(status, 429);
    assert.ok(Number(headers["retry-after"]) > 0);
  });

  it("behind a proxy it may make up all but the entry that the proxy wrote", async () => {
    await start({ environment: { TRUST_PROXY_HOPS: "1" } });
    await guessAll((n) => `203.0.113.${n}, 198.51.100.7`);
    assert.equal((await guess(140, "203.0.113.40, 198.51.100.7")).status, 429);
    assert.equal((await guess(141, "203.0.113.41, 198.51.100.8")).status, 401, "another client goes on");
  });

  it("a session that somebody planted is not the one that one gets", async () => {
    await start();
    const planted = `__Host-switchboard=${"A".repeat(43)}`;
    const reply = await callRoute(test, "POST /api/session", {
      headers: { ...OWN_PAGE, cookie: planted },
      body: { token: "token-of-ana" },
    });
    assert.equal(reply.status, 204);
    assert.ok(!String(reply.headers["set-cookie"]).startsWith(planted));
    assert.equal((await callRoute(test, "GET /api/desk/me", { headers: { cookie: planted } })).status, 401);
  });

  it("the cookie is out of reach of scripts, other hosts, plain HTTP and foreign pages' changes", async () => {
    await start();
    const { headers } = await callRoute(test, "POST /api/session", {
      headers: OWN_PAGE,
      body: { token: "token-of-ana" },
    });
    const [value = "", ...flags] = String(headers["set-cookie"]).split("; ");
    assert.match(value, /^__Host-switchboard=[\w-]{43}$/);
    for (const flag of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"])
      assert.ok(flags.includes(flag), flag);
    assert.ok(!flags.some((flag) => flag.startsWith("Domain")));
  });

  it("live events end with the session that they began with", async () => {
    const clock = createSkippingClock();
    await start({ clock });
    const cookie = await cookieOf(test, "ana");
    const stream = await request(`${test.url}/api/desk/events`, { headers: { cookie } });
    let over = false;
    stream.body.on("data", () => {});
    stream.body.on("error", () => {});
    stream.body.on("close", () => {
      over = true;
    });
    clock.skip(61_000);
    assert.equal((await callRoute(test, "GET /api/desk/me", { headers: { cookie } })).status, 200);
    assert.equal(over, false, "as long as it lasts");
    const everywhere = await callRoute(test, "DELETE /api/sessions", { headers: { cookie, ...OWN_PAGE } });
    assert.equal(everywhere.status, 204);
    clock.skip(61_000);
    await eventually(() => over, "the end of the stream");
  });
});
