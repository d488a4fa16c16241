import assert from "node:assert/strict";
import { toMediaRequest } from "../../../src/adapters/twilio/mediaRequest";
import { ACCOUNT_SID, AUTH_TOKEN, buildAccount } from "./account";

const PATH = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/MM1/Media/ME1`;
const BASIC = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString("base64")}`;

describe("Twilio toMediaRequest", () => {
  it("gives the credentials to Twilio's API in every region", () => {
    for (const host of ["api.twilio.com", "api.de1.twilio.com", "api.dublin.ie1.twilio.com"]) {
      const request = toMediaRequest(`https://${host}${PATH}`, buildAccount());
      assert.equal(request.headers.authorization, BASIC);
      assert.ok(request.hosts.includes(".twiliocdn.com"));
      assert.equal(request.trustedOrigin, undefined);
    }
  });
  it("gives none to Twilio's file servers", () => {
    assert.deepEqual(toMediaRequest("https://mms.twiliocdn.com/x/y", buildAccount()).headers, {});
  });
  it("trusts the account's own API", () => {
    const account = buildAccount({ apiUrl: "http://127.0.0.1:4000" });
    const request = toMediaRequest(`http://127.0.0.1:4000${PATH}`, account);
    assert.equal(request.trustedOrigin, "http://127.0.0.1:4000");
    assert.equal(request.headers.authorization, BASIC);
  });
  it("refuses every other address", () => {
    const account = buildAccount({ apiUrl: "http://127.0.0.1:4000" });
    for (const url of [
      "",
      "www.contoso.com",
      "https://evil.example/x",
      `http://api.twilio.com${PATH}`,
      `https://api.twilio.com:8443${PATH}`,
      `https://user:pass@api.twilio.com${PATH}`,
      `https://api.twilio.com.evil.example${PATH}`,
      `https://evilapi.twilio.com${PATH}`,
      `https://demo.twilio.com${PATH}`,
      `https://eviltwiliocdn.com/x`,
      "http://mms.twiliocdn.com/x",
      "https://s3.amazonaws.com/x",
      `http://127.0.0.1:4001${PATH}`,
      "http://127.0.0.1:4000/admin",
      "file:///etc/passwd",
      // Other things of the account, and media of another.
      `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT_SID}.json`,
      `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/MM1.json`,
      `https://api.twilio.com${PATH}/../../../../${ACCOUNT_SID}.json`,
      `https://api.twilio.com${PATH.replace(ACCOUNT_SID, "AC00000000000000000000000000000009")}`,
    ]) {
      assert.throws(
        () => toMediaRequest(url, account),
        { code: "CHANNEL_UNSUPPORTED", retryable: false },
        url,
      );
    }
  });
});
