import assert from "node:assert/strict";
import { toByteRange } from "../../src/media/byteRange";

describe("toByteRange", () => {
  const cases: [header: string | undefined, range: ReturnType<typeof toByteRange>][] = [
    ["bytes=0-3", { start: 0, end: 3 }],
    ["bytes=4-", { start: 4, end: 9 }],
    ["bytes=-3", { start: 7, end: 9 }],
    ["bytes=-30", { start: 0, end: 9 }],
    ["bytes=9-100", { start: 9, end: 9 }],
    ["Bytes=0-0", { start: 0, end: 0 }],
    ["bytes=10-", "outside"],
    ["bytes=10-12", "outside"],
    ["bytes=-0", "outside"],
    ["bytes=5-2", "whole"],
    ["bytes=0-1,3-4", "whole"],
    ["bytes=-", "whole"],
    ["bytes=a-b", "whole"],
    ["lines=0-1", "whole"],
    [`bytes=${"9".repeat(400)}-`, "whole"],
    ["", "whole"],
    [undefined, "whole"],
  ];
  for (const [header, range] of cases)
    it(`reads ${header?.slice(0, 20)} of 10 bytes`, () => assert.deepEqual(toByteRange(header, 10), range));

  it("finds no part in an empty file", () => {
    assert.equal(toByteRange("bytes=0-", 0), "outside");
    assert.equal(toByteRange("bytes=-5", 0), "outside");
  });
});
