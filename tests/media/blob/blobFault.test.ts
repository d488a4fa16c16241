import assert from "node:assert/strict";
import { codeOf, toBlobFault } from "../../../src/media/blob/blobFault";

const LABEL = "media at shop.blob.core.windows.net";
const answer = (statusCode: number, errorCode?: string, headers: Record<string, string> = {}) => ({
  name: "RestError",
  statusCode,
  details: { errorCode },
  response: { headers: new Map(Object.entries(headers)) },
});

describe("toBlobFault", () => {
  it("says what an operator must do, and that it will not pass", () => {
    for (const [error, words] of [
      [
        answer(404, "ContainerNotFound"),
        /^There is no container media at .* Create it .* or mend MEDIA_URL$/,
      ],
      [
        answer(403, "AuthorizationFailure"),
        /network rules\. Give its identity the role "Storage Blob Data Contributor"/,
      ],
      [answer(403, "AuthorizationPermissionMismatch"), /the role "Storage Blob Data Contributor"/],
      [answer(403), /\(HTTP 403\)\. Give its identity the role "Storage Blob Data Contributor"/],
      [answer(401, "NoAuthenticationInformation"), /\(HTTP 401 NoAuthenticationInformation\)/],
      [answer(403, "AuthenticationFailed"), /Check its clock/],
      [answer(403, "KeyBasedAuthenticationNotPermitted"), /takes no keys/],
      [answer(403, "AccountIsDisabled"), /The account of media at/],
      [answer(409, "BlobArchived"), /archive tier/],
      [answer(409, "BlobImmutableDueToPolicy"), /keeps files from being deleted/],
      [answer(412, "LeaseIdMissing"), /Break it/],
      [answer(400, "InvalidHeaderValue"), /refuses what was asked \(HTTP 400 InvalidHeaderValue\)/],
      [{ name: "CredentialUnavailableError" }, /cannot sign in to Azure .* AZURE_CLIENT_ID/],
      [{ name: "AggregateAuthenticationError" }, /cannot sign in to Azure/],
      [{ name: "RestError", code: "ENOTFOUND" }, /^No such host/],
    ] as const) {
      const fault = toBlobFault(error, LABEL);
      assert.match(fault.words, words);
      assert.ok(fault.words.includes(LABEL));
      assert.doesNotMatch(fault.words, /\.$/);
      assert.equal(fault.passing, false, fault.words);
    }
  });

  it("knows what passes", () => {
    for (const error of [
      answer(503, "ServerBusy"),
      answer(500, "InternalError"),
      answer(429),
      answer(409, "ContainerBeingDeleted"),
      answer(409, "BlobBeingRehydrated"),
      { name: "RestError", code: "ECONNREFUSED" },
      { name: "RestError", code: "EAI_AGAIN" },
    ])
      assert.equal(toBlobFault(error, LABEL).passing, true);
  });

  it("keeps what support asks for, and a sensible wait", () => {
    const headers = { "x-ms-request-id": "r1", "retry-after": "3" };
    const { status, code, requestId, retryAfterMs } = toBlobFault(answer(503, "ServerBusy", headers), LABEL);
    assert.deepEqual([status, code, requestId, retryAfterMs], [503, "ServerBusy", "r1", 3_000]);
    for (const [given, wait] of [
      ["86400", 10_000],
      ["-1", undefined],
      ["soon", undefined],
    ] as const)
      assert.equal(toBlobFault(answer(503, "x", { "retry-after": given }), LABEL).retryAfterMs, wait);
  });

  it("reads whatever is thrown", () => {
    for (const thrown of [undefined, null, "words", 7, {}, new TypeError("none")])
      assert.match(toBlobFault(thrown, LABEL).words, /cannot be reached/);
    assert.equal(codeOf(undefined), undefined);
    assert.match(toBlobFault(answer(503, "__proto__"), LABEL).words, /HTTP 503 __proto__/);
  });
});
