import assert from "node:assert/strict";
import { compileFinder, patternFault } from "../../src/core/maskingPatterns";

const found = (pattern: string, text: string): string[] =>
  compileFinder(pattern)
    .find(text)
    .map(({ from, to }) => text.slice(from, to));

describe("compileFinder", () => {
  const cards: [what: string, text: string, cards: string[]][] = [
    ["16 digits", "card 4111111111111111 ok", ["4111111111111111"]],
    ["with spaces", "4111 1111 1111 1111", ["4111 1111 1111 1111"]],
    ["with dashes, after a no-break space", "no\u00a04111-1111-1111-1111.", ["4111-1111-1111-1111"]],
    ["with spaced dashes", "4111 - 1111 - 1111 - 1111", ["4111 - 1111 - 1111 - 1111"]],
    ["of 15 digits", "3782 822463 10005", ["3782 822463 10005"]],
    [
      "of 13 and of 19 digits",
      "4222222222222, 6304000000000000000",
      ["4222222222222", "6304000000000000000"],
    ],
    ["between other numbers", "room 7 4111 1111 1111 1111 12/27", ["4111 1111 1111 1111"]],
    [
      "two, one after the other",
      "4111111111111111 5500005555555559",
      ["4111111111111111", "5500005555555559"],
    ],
    ["not without the check digit", "4111 1111 1111 1112", []],
    ["not 12 or 20 digits", "411111111111 41111111111111111111", []],
    ["not inside a longer number", "994111111111111111100", []],
  ];
  for (const [what, text, wanted] of cards)
    it(`finds card numbers: ${what}`, () => assert.deepEqual(found("card", text), wanted));

  it("finds addresses", () => {
    const text = "Write to o'neill+x@mail.example.co.uk, or jörg@bücher.example. Not a@b, @home or x@y.1";
    assert.deepEqual(found("email", text), ["o'neill+x@mail.example.co.uk", "jörg@bücher.example"]);
  });

  it("finds US social security numbers in their groups only", () => {
    const text = "078-05-1120, 078 05 1120, but no 078051120, 1078-05-1120 or 078-05-11201";
    assert.deepEqual(found("ssn", text), ["078-05-1120", "078 05 1120"]);
  });

  it("finds what an expression names, and nothing where it matches nothing", () => {
    assert.deepEqual(found("AB-\\d{3}", "AB-123 AB-12 xAB-4567"), ["AB-123", "AB-456"]);
    assert.deepEqual(found("\\d*$", "ab12 c"), []);
  });

  it("ready-made ones do not slow down on long texts", () => {
    for (const text of ["1 ".repeat(50_000), "a".repeat(100_000), "a@".repeat(50_000), "1".repeat(100_000)])
      for (const pattern of ["card", "email", "ssn"]) assert.deepEqual(found(pattern, text), []);
  });
});

describe("patternFault", () => {
  const refused: [pattern: string, why: RegExp][] = [
    ["(", /is no regular expression: .*Unterminated group/],
    ["\\d*", /matches the empty text/],
    ["a|", /matches the empty text/],
    ["(a+)+b", /can take for ever/],
    ["(?:\\d{2,}-?)*x", /can take for ever/],
    ["((?:[)]x)*y){1,}z", /can take for ever/],
    ["(a|a)*b", /takes too long/],
    ["(a|aa)+$", /takes too long/],
    ["(1?){40}1{40}!", /takes too long/],
  ];
  for (const [pattern, why] of refused)
    it(`refuses ${pattern}`, () => assert.match(patternFault(pattern) ?? "", why));

  it("lets through what is sound", () => {
    for (const pattern of [
      "card",
      "email",
      "ssn",
      "[c]ard",
      "AB-\\d+",
      "(?:foo|bar)+",
      "(?:\\d[ -]*?){13,16}",
      "\\(\\d+\\)+",
      "[(+*]+x",
      "(?<iban>[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7})",
      "\\+?\\d{3,}",
    ])
      assert.equal(patternFault(pattern), undefined, pattern);
  });
});
