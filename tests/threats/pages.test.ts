import assert from "node:assert/strict";
import { callRoute } from "../support/callers";
import { startTestApp, type TestApp } from "../support/startApp";

/** Every page, and an address below one. */
const PAGES = ["/desk", "/desk/conversations/1", "/counts", "/sign-in", "/set-up"];

function directives(policy: string): Map<string, string[]> {
  return new Map(
    policy.split(";").map((part): [string, string[]] => {
      const [name = "", ...values] = part.trim().split(/\s+/);
      return [name, values];
    }),
  );
}

describe("pages", function () {
  this.timeout(30_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.stop());

  for (const page of PAGES)
    it(`${page} runs our own files alone, in no frame, and tells nobody where it was`, async () => {
      const { status, headers, text } = await callRoute(test, `GET ${page}`);
      assert.equal(status, 200);
      const policy = directives(String(headers["content-security-policy"]));
      assert.deepEqual(policy.get("default-src"), ["'none'"]);
      assert.deepEqual(policy.get("script-src"), ["'self'"]);
      for (const closed of ["base-uri", "form-action", "frame-ancestors"])
        assert.deepEqual(policy.get(closed), ["'none'"], closed);
      assert.deepEqual(policy.get("trusted-types"), ["'none'"]);
      for (const [name, values] of policy)
        assert.deepEqual(
          values.filter((value) => /unsafe|\*|http/.test(value)),
          [],
          name,
        );
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.doesNotMatch(text, /<script(?![^>]*\ssrc="\/web\/)|\son\w+=|\sstyle=/, "inline code");
      assert.doesNotMatch(text, /(src|href)="(https?:)?\/\//, "a foreign address");
    });

  it("are all named here: no other address answers HTML", async () => {
    for (const address of test.app.internals.addresses()) {
      if (!address.startsWith("GET ")) continue;
      const { headers, text } = await callRoute(test, address.replace("*", "x"), {
        headers: { authorization: "Bearer token-of-admin" },
      });
      const isHtml = /text\/html/.test(String(headers["content-type"])) || text.startsWith("<!doctype");
      assert.equal(isHtml, PAGES.includes(address.slice(4)) || address === "GET /desk/*", address);
    }
  });

  it("never answer as HTML what was asked for, whatever the address or the fault", async () => {
    for (const path of [
      "/%3Cscript%3Ealert(1)%3C/script%3E",
      "/api/desk/conversations/%3Cb%3E",
      "/web/%3Cb%3E",
    ]) {
      const { status, headers, text } = await callRoute(test, `GET ${path}`, {
        headers: { authorization: "Bearer token-of-ana" },
      });
      assert.equal(status, 404);
      assert.match(String(headers["content-type"]), /^application\/json/);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.doesNotMatch(text, /<b>|<script>/);
    }
  });
});
