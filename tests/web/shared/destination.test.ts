import assert from "node:assert/strict";
import { destinationOf, signInAddress } from "../../../src/web/shared/destination";

const ORIGIN = "https://desk.example";
const lead = (to: string) => destinationOf(`?to=${encodeURIComponent(to)}`, ORIGIN);

describe("where one is after signing in", () => {
  it("is the page of ours that one wanted, with its query", () => {
    for (const path of ["/desk", "/desk/conversations/1?x=1", "/counts"]) assert.equal(lead(path), path);
    assert.equal(
      destinationOf(signInAddress("/counts?day=1").slice("/sign-in".length), ORIGIN),
      "/counts?day=1",
    );
  });

  it("is the desk for anything else", () => {
    for (const to of [
      ...["", "desk", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"],
      ...["/.//evil.example", "/sign-in?to=/sign-in", "/set-up", "/\t/evil.example"],
    ])
      assert.equal(lead(to), "/desk", to);
    assert.equal(destinationOf("", ORIGIN), "/desk");
  });

  it("says to the sign-in page what went wrong", () => {
    assert.equal(signInAddress("/desk"), "/sign-in");
    assert.equal(signInAddress("/counts", "SIGN_IN_NEEDED"), "/sign-in?to=%2Fcounts#error=SIGN_IN_NEEDED");
  });
});
