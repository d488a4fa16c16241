import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { getExpectedTwilioSignature, validateRequest } from "twilio/lib/webhooks/webhooks";
import { acknowledge, verify } from "../../../src/adapters/twilio/webhook";
import type { RawRequest } from "../../../src/core/channel";
import { WebhookRejected } from "../../../src/core/errors";
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  buildAccount,
  buildRequest,
  PUBLIC_URL,
  readFixture,
  WEBHOOK_PATH,
} from "./account";

type Params = Record<string, string | string[]>;

/** The pairs of a body as the platform sees them, by another parser than ours. */
function readPairs(body: string): Params {
  const params: Params = Object.create(null);
  for (const [name, value] of new URLSearchParams(body)) {
    const before = params[name];
    params[name] = before === undefined ? value : [before, value].flat();
  }
  return params;
}

/** Signed by the package for `signedUrl`. */
function sign(body: string, signedUrl = PUBLIC_URL + WEBHOOK_PATH, token = AUTH_TOKEN): string {
  return getExpectedTwilioSignature(token, signedUrl, readPairs(body));
}

function withSignature(request: RawRequest, signature: string): RawRequest {
  return { ...request, headers: { ...request.headers, "x-twilio-signature": signature } };
}

const BODY = new URLSearchParams(readFixture("sms/fixtures/text.json")).toString();
const REJECTED = { name: "WebhookRejected", code: "WEBHOOK_BAD_SIGNATURE" };

describe("Twilio verify", () => {
  describe("Twilio's documented vectors", () => {
    const account = buildAccount({
      secrets: { authToken: ["12345"] },
      publicUrls: ["https://mycompany.com"],
    });
    const vectors = [
      { path: "/myapp", caller: "+12349013030", signature: "3KI2uRuYyAdhZIJXcpU0izDUzWI=" },
      { path: "/myapp.php?foo=1&bar=2", caller: "+14158675309", signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8=" },
    ];
    for (const { path, caller, signature } of vectors) {
      it(`accepts ${path}`, () => {
        const pairs = {
          CallSid: "CA1234567890ABCDE",
          Caller: caller,
          Digits: "1234",
          From: caller,
          To: "+18005551212",
        };
        verify(withSignature(buildRequest(pairs, path), signature), account);
      });
    }
  });

  describe("URL", () => {
    const cases: { name: string; base: string; signed: string; url?: string; valid: boolean }[] = [
      {
        name: "the same URL",
        base: "https://h.example",
        signed: "https://h.example/p?x=1",
        url: "/p?x=1",
        valid: true,
      },
      {
        name: ":443 in the signed one",
        base: "https://h.example",
        signed: "https://h.example:443/p",
        valid: true,
      },
      { name: ":443 in ours", base: "https://h.example:443", signed: "https://h.example/p", valid: true },
      {
        name: "a port in ours only",
        base: "https://h.example:8443",
        signed: "https://h.example/p",
        valid: true,
      },
      {
        name: "a port on both sides",
        base: "https://h.example:8443",
        signed: "https://h.example:8443/p",
        valid: true,
      },
      { name: "another port", base: "https://h.example", signed: "https://h.example:8443/p", valid: false },
      { name: "another scheme", base: "http://h.example", signed: "https://h.example/p", valid: false },
      {
        name: "another query order",
        base: "https://h.example",
        signed: "https://h.example/p?a=1&b=2",
        url: "/p?b=2&a=1",
        valid: false,
      },
      { name: "a trailing slash", base: "https://h.example", signed: "https://h.example/p/", valid: false },
      {
        name: "our host in upper case",
        base: "https://H.Example",
        signed: "https://h.example/p",
        valid: true,
      },
      {
        name: "a quote that was escaped",
        base: "https://h.example",
        signed: "https://h.example/p?a=%27",
        url: "/p?a='",
        valid: true,
      },
      {
        name: "connection overrides in our base",
        base: "https://h.example#rc=2",
        signed: "https://h.example/p",
        valid: true,
      },
      {
        name: "a fragment on the request line",
        base: "https://h.example",
        signed: "https://h.example/p",
        url: "/p#rc=2",
        valid: true,
      },
      { name: "a base that is no URL", base: "h.example", signed: "https://h.example/p", valid: false },
    ];
    for (const { name, base, signed, url = "/p", valid } of cases) {
      it(`${valid ? "accepts" : "refuses"} ${name}`, () => {
        const request = withSignature(buildRequest(BODY, url), sign(BODY, signed));
        const check = () => verify(request, buildAccount({ publicUrls: [base] }));
        if (valid) check();
        else assert.throws(check, REJECTED);
      });
    }
    it("accepts any of the account's public URLs", () => {
      const request = withSignature(buildRequest(BODY, "/p"), sign(BODY, "https://second.example/p"));
      verify(request, buildAccount({ publicUrls: [PUBLIC_URL, "https://second.example"] }));
    });
    it("refuses everything without a public URL", () => {
      const request = withSignature(buildRequest(BODY), sign(BODY));
      assert.throws(() => verify(request, buildAccount({ publicUrls: [] })), REJECTED);
    });
    it("names the URLs it tried, for the log", () => {
      const request = withSignature(buildRequest(BODY), sign(BODY, "https://elsewhere.example/"));
      assert.throws(() => verify(request, buildAccount()), {
        details: { urls: [PUBLIC_URL + WEBHOOK_PATH] },
      });
    });
  });

  describe("pairs", () => {
    const bodies: Record<string, string> = {
      "repeated names": "a=2&a=1&a=2&b=1",
      "__proto__ and its like": "__proto__=x&constructor=y&hasOwnProperty=z&toString=",
      brackets: "a%5Bb%5D=1&a%5B%5D=2",
      NUL: "Body=a%00b&From=%00",
      "no value": "a&b=&=c&&d",
      "an empty body": "",
      "equal signs": "a=b=c",
      "2,000 pairs": Array.from({ length: 2_000 }, (_, n) => `p${n}=${n}`).join("&"),
      "text beyond the first plane": `Body=${encodeURIComponent("Zoë 👋🏽 日本")}`,
    };
    for (const [name, body] of Object.entries(bodies)) {
      it(`verifies ${name}`, () => {
        verify(withSignature(buildRequest(body), sign(body)), buildAccount());
        assert.throws(
          () => verify(withSignature(buildRequest(`${body}&x=1`), sign(body)), buildAccount()),
          REJECTED,
        );
      });
    }
    it("refuses more pairs than Twilio would ever send before it sorts them", () => {
      const body = Array.from({ length: 10_002 }, (_, n) => `p${n}`).join("&");
      assert.throws(() => verify(withSignature(buildRequest(body), sign(body)), buildAccount()), REJECTED);
    });
  });

  describe("JSON", () => {
    const json = '{"a":"ü"}';
    const hash = createHash("sha256").update(json).digest("hex");
    const url = `${WEBHOOK_PATH}?bodySHA256=${hash}`;
    const signature = getExpectedTwilioSignature(AUTH_TOKEN, PUBLIC_URL + url, {});
    const build = (body: string, at = url): RawRequest => {
      const headers = { "content-type": "application/json", "x-twilio-signature": signature };
      return { method: "POST", url: at, headers, body: Buffer.from(body) };
    };
    it("accepts a body whose hash is in the signed URL", () => verify(build(json), buildAccount()));
    it("refuses another body", () =>
      assert.throws(() => verify(build('{"a":"u"}'), buildAccount()), REJECTED));
    it("refuses another hash", () => {
      const other = url.replace(hash, createHash("sha256").update("{}").digest("hex"));
      assert.throws(() => verify(build("{}", other), buildAccount()), REJECTED);
    });
    it("refuses a body without its hash", () => {
      assert.throws(() => verify(build(json, WEBHOOK_PATH), buildAccount()), REJECTED);
    });
  });

  describe("secret and account", () => {
    const request = withSignature(buildRequest(BODY), sign(BODY));
    it("accepts both tokens during a rotation", () => {
      verify(request, buildAccount({ secrets: { authToken: ["new", AUTH_TOKEN] } }));
      verify(request, buildAccount({ secrets: { authToken: [AUTH_TOKEN, "old"] } }));
    });
    for (const authToken of [[], [""]]) {
      it(`trusts nobody with the token ${JSON.stringify(authToken)}`, () => {
        const forged = withSignature(buildRequest(BODY), sign(BODY, PUBLIC_URL + WEBHOOK_PATH, ""));
        assert.throws(() => verify(forged, buildAccount({ secrets: { authToken } })), {
          name: "ConfigError",
          code: "ACCOUNT_SECRET_MISSING",
        });
      });
    }
    it("refuses a header of several, foreign or no characters", () => {
      const good = sign(BODY);
      for (const bad of [`${good}, ${good}`, "é".repeat(28), "", "=".repeat(28), good.toLowerCase()]) {
        assert.throws(() => verify(withSignature(buildRequest(BODY), bad), buildAccount()), REJECTED);
      }
      assert.throws(() => verify(buildRequest(BODY), buildAccount()), REJECTED);
    });
    it("refuses another account's signed webhook", () => {
      const account = buildAccount({ values: { accountSid: ACCOUNT_SID.replace("0", "9") } });
      assert.throws(() => verify(request, account), {
        name: "WebhookRejected",
        code: "WEBHOOK_WRONG_ACCOUNT",
      });
    });
    it("takes odd account ids and bodies without one", () => {
      for (const body of ["AccountSid=4444&From=1", "From=1"]) {
        verify(
          withSignature(buildRequest(body), sign(body)),
          buildAccount({ values: { accountSid: "4444" } }),
        );
      }
    });
  });

  it("agrees with the package on any form and URL", () => {
    const name = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 6 }),
      fc.constantFrom("a", "b", "__proto__", "a[b]", "\0"),
    );
    const pairs = fc.array(fc.tuple(name, fc.string({ unit: "grapheme", maxLength: 8 })), { maxLength: 8 });
    const base = fc.constantFrom(
      "https://h.example",
      "https://h.example:443",
      "http://H.example:8080",
      "https://h.example:8443",
    );
    const path = fc.constantFrom("/p", "/p?a=1", "/p?a='%20b", "/ü", "/p?a=1#f");
    fc.assert(
      fc.property(pairs, base, base, path, fc.boolean(), (given, ours, signedBase, url, tamper) => {
        const body = new URLSearchParams(given).toString();
        const params = readPairs(body);
        const without = (text: string) => text.split("#")[0] as string;
        const signature = getExpectedTwilioSignature(AUTH_TOKEN, signedBase + without(url), params);
        const header = tamper ? signature.replace(/^./, (first) => (first === "A" ? "B" : "A")) : signature;
        const expected = validateRequest(AUTH_TOKEN, header, ours + without(url), params);
        let isAccepted = true;
        try {
          const account = buildAccount({ publicUrls: [ours], values: {} });
          verify(withSignature(buildRequest(body, url), header), account);
        } catch (error) {
          if (!(error instanceof WebhookRejected)) throw error;
          isAccepted = error.code === "WEBHOOK_WRONG_ACCOUNT";
        }
        assert.equal(isAccepted, expected);
      }),
      { seed: 20261121, numRuns: 400 },
    );
  }).timeout(10_000);
});

describe("Twilio acknowledge", () => {
  it("answers messages with empty TwiML and status callbacks with nothing", () => {
    assert.deepEqual(acknowledge(buildRequest("", WEBHOOK_PATH)), {
      status: 200,
      contentType: "text/xml",
      body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    });
    assert.deepEqual(acknowledge(buildRequest("", `${WEBHOOK_PATH}/status?m=1`)), { status: 204 });
    assert.equal(acknowledge(buildRequest("", `${WEBHOOK_PATH}?x=/status`)).status, 200);
  });
});
