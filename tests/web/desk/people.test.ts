import assert from "node:assert/strict";
import { languageName, localTime, zoneName } from "../../../src/web/desk/people";

describe("facts about a customer", () => {
  it("names a language, and what is none by itself", () => {
    assert.equal(languageName("de_AT"), "Austrian German");
    assert.equal(languageName("es"), "Spanish");
    assert.equal(languageName("not a locale"), "not a locale");
  });

  it("tells the time at their place from the hours from GMT", () => {
    const noon = Date.parse("2026-11-21T12:00:00Z");
    assert.match(localTime(5.5, noon), /(17|05):30/);
    assert.match(localTime(-8, noon), /04:00/);
    assert.deepEqual([5.5, -8, 0, 5.75].map(zoneName), ["GMT+5:30", "GMT−8", "GMT", "GMT+5:45"]);
  });
});
