import assert from "node:assert/strict";
import { PUBLIC_URL } from "../support/accounts";
import { callRoute, cookieOf, OWN_PAGE } from "../support/callers";
import { startTestApp, type TestApp } from "../support/startApp";

/** What a browser tells about where a request comes from, when it is not from a page of ours. */
const FOREIGN: Readonly<Record<string, Record<string, string>>> = {
  "another site": { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
  "another host of our site": { "sec-fetch-site": "same-site", origin: "https://www.desk.example" },
  "another site, in an old browser": { origin: "https://evil.example" },
  "our name over plain HTTP, in an old browser": { origin: PUBLIC_URL.replace("https:", "http:") },
  "our name on another port, in an old browser": { origin: `${PUBLIC_URL}:8443` },
  "a frame without an origin": { origin: "null" },
  "a site that lies with a header of its own": { "sec-fetch-site": "cross-site", origin: PUBLIC_URL },
};

describe("requests of foreign pages", function () {
  this.timeout(30_000);
  let test: TestApp;
  let cookie: string;

  const changing = () =>
    test.app.internals
      .addresses()
      .filter((address) => /^(POST|PUT|DELETE) \/api\/(?!messages)/.test(address));

  before(async () => {
    test = await startTestApp();
    cookie = await cookieOf(test, "admin");
  });
  after(() => test.stop());

  for (const [what, headers] of Object.entries(FOREIGN))
    it(`from ${what} change nothing on any route, though the browser adds the cookie`, async () => {
      for (const address of changing()) {
        const { status, text } = await callRoute(test, address, { headers: { cookie, ...headers } });
        assert.equal(status, 403, `${address}: ${text}`);
        assert.equal((JSON.parse(text) as { code: string }).code, "NOT_ALLOWED", address);
      }
      const me = await callRoute(test, "GET /api/desk/me", { headers: { cookie } });
      assert.equal(me.status, 200, "still signed in");
    });

  it("without any word of where they come from change nothing with a cookie", async () => {
    for (const address of changing().filter((one) => !/session$|set-up$/.test(one))) {
      const { status } = await callRoute(test, address, { headers: { cookie } });
      assert.equal(status, 403, address);
    }
  });

  it("cannot sign the browser in as somebody they choose", async () => {
    for (const headers of Object.values(FOREIGN)) {
      const body = { token: "token-of-ben" };
      const reply = await callRoute(test, "POST /api/session", { headers, body });
      assert.deepEqual([reply.status, reply.headers["set-cookie"]], [403, undefined]);
    }
  });

  it("are allowed to read nothing: no address names another origin that may", async () => {
    for (const address of test.app.internals.addresses()) {
      const { headers } = await callRoute(test, address, {
        headers: { origin: "https://evil.example", cookie, "sec-fetch-site": "cross-site" },
      });
      const allowing = Object.keys(headers).filter((name) => name.startsWith("access-control-"));
      assert.deepEqual(allowing, [], address);
    }
  });

  it("of our own pages are taken", async () => {
    for (const headers of [OWN_PAGE, { origin: PUBLIC_URL }, { "sec-fetch-site": "same-origin" }]) {
      const body = { presence: "away" };
      const reply = await callRoute(test, "PUT /api/desk/presence", {
        headers: { cookie, ...headers },
        body,
      });
      assert.equal(reply.status, 200, reply.text);
    }
  });
});
