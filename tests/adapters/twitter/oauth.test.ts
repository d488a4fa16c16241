import assert from "node:assert/strict";
import { percentEncode, toAuthorization } from "../../../src/adapters/twitter/oauth";

const keys = { consumerKey: "ck", consumerSecret: "cs", token: "tk", tokenSecret: "ts" };
const toSignature = (method: string, url: string, parameters: [string, string][]) => {
  const header = toAuthorization(
    { method, url, parameters, nonce: "abc123", timestampSeconds: 1763700000 },
    keys,
  );
  return decodeURIComponent(/oauth_signature="([^"]+)"/.exec(header)?.[1] ?? "");
};

describe("OAuth 1.0a", () => {
  it("signs a JSON call without its body", () => {
    const url = "https://api.x.com/2/dm_conversations/with/12345/messages";
    assert.equal(toSignature("POST", url, []), "AH/JSerOdVTWBQmcS9b2D5xbQCs=");
  });

  it("signs the query", () => {
    const parameters: [string, string][] = [["user.fields", "receives_your_dm,verified"]];
    assert.equal(
      toSignature("GET", "https://api.x.com/2/users/me", parameters),
      "orUMKrEntBBF4oARA3GCYqQ8KLg=",
    );
  });

  it("writes the header with every field in quotes", () => {
    const call = {
      method: "GET",
      url: "https://api.x.com/x",
      parameters: [],
      nonce: "n",
      timestampSeconds: 1,
    };
    const header = toAuthorization(call, keys);
    assert.match(
      header,
      /^OAuth oauth_consumer_key="ck", oauth_nonce="n", oauth_signature_method="HMAC-SHA1", /,
    );
    assert.ok(!header.includes("cs"));
  });

  it("encodes what encodeURIComponent leaves", () => {
    assert.equal(percentEncode("a!'()*~ é"), "a%21%27%28%29%2A~%20%C3%A9");
  });
});
