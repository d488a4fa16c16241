import assert from "node:assert/strict";
import { compileCondition, compileTemplate } from "../../src/expressions/compile";

const FIELDS = { "customer.zone": "text", "message.text": "text", "context.*": "any" } as const;
const evaluate = (text: string, scope: Record<string, unknown>) =>
  compileCondition(text, FIELDS).evaluate(scope);
const refuses = (text: string, message: RegExp) =>
  assert.throws(() => compileCondition(text, FIELDS), { code: "EXPRESSION_INVALID", message });

describe("isOpen", () => {
  const at = (time: string, call: string, more: object = {}) =>
    evaluate(`isOpen(${call})`, { time: { now: Date.parse(time) }, ...more });
  const lisbon = (from: string, to: string, days: string) => `'Europe/Lisbon', '${from}', '${to}', '${days}'`;

  // 2026-07-06 is a Monday; Lisbon is then an hour ahead of UTC.
  const cases: [time: string, call: string, open: boolean][] = [
    ["2026-07-06T07:59:59Z", lisbon("09:00", "17:00", "Mon-Fri"), false],
    ["2026-07-06T08:00:00Z", lisbon("09:00", "17:00", "Mon-Fri"), true],
    ["2026-07-06T15:59:59Z", lisbon("09:00", "17:00", "Mon-Fri"), true],
    ["2026-07-06T16:00:00Z", lisbon("09:00", "17:00", "Mon-Fri"), false],
    ["2026-01-05T08:30:00Z", lisbon("09:00", "17:00", "Mon-Fri"), false],
    ["2026-01-05T09:00:00Z", lisbon("09:00", "17:00", "Mon-Fri"), true],
    ["2026-07-05T10:00:00Z", lisbon("09:00", "17:00", "Mon-Fri"), false],
    ["2026-07-05T10:00:00Z", lisbon("09:00", "17:00", "sat,SUN"), true],
    ["2026-07-10T10:00:00Z", lisbon("09:00", "17:00", "Mon-Wed, Fri"), true],
    ["2026-07-09T10:00:00Z", lisbon("09:00", "17:00", "Mon-Wed, Fri"), false],
    ["2026-07-06T10:00:00Z", lisbon("09:00", "17:00", "Sat-Mon"), true],
    ["2026-07-07T10:00:00Z", lisbon("09:00", "17:00", "Sat-Mon"), false],
    // Past midnight, from Sunday into Monday.
    ["2026-07-06T04:59:00Z", lisbon("22:00", "06:00", "Sun"), true],
    ["2026-07-06T05:00:00Z", lisbon("22:00", "06:00", "Sun"), false],
    ["2026-07-05T04:00:00Z", lisbon("22:00", "06:00", "Sun"), false],
    ["2026-07-06T21:00:00Z", lisbon("22:00", "06:00", "Sun"), false],
    ["2026-07-05T23:00:00Z", lisbon("00:00", "00:00", "Mon"), true],
    ["2026-07-06T22:59:00Z", lisbon("00:00", "00:00", "Mon"), true],
    ["2026-07-06T23:00:00Z", lisbon("00:00", "00:00", "Mon"), false],
  ];
  for (const [time, call, open] of cases)
    it(`${call} at ${time}: ${open}`, () => assert.deepEqual(at(time, call), { value: open }));

  it("is false without a time, and where something is missing", () => {
    const call = `isOpen(${lisbon("00:00", "00:00", "Mon-Sun")})`;
    assert.deepEqual(evaluate(call, {}), { value: false });
    assert.deepEqual(evaluate(call, { time: { now: "noon" } }), { value: false });
    for (const [given, scope] of [
      ["customer.zone, '00:00', '00:00', 'Mon-Sun'", {}],
      ["customer.zone, '00:00', '00:00', 'Mon-Sun'", { customer: { zone: null } }],
      ["'UTC', context.from, '23:00', 'Mon-Sun'", {}],
    ] as const)
      assert.deepEqual(at("2026-07-06T10:00:00Z", given, scope), { value: false });
  });

  it("takes the zone from a field, and tells an unknown one in words", () => {
    const call = "customer.zone, '09:00', '17:00', 'Mon-Fri'";
    const inZone = (zone: string) => at("2026-07-06T13:30:00Z", call, { customer: { zone } });
    assert.deepEqual(inZone("America/New_York"), { value: true });
    assert.deepEqual(inZone("Asia/Kolkata"), { value: false });
    assert.match(JSON.stringify(inZone("Nowhere")), /Unknown time zone ..Nowhere/);
  });

  it("may be part of more", () => {
    const call = `not(isOpen(${lisbon("09:00", "17:00", "Mon-Fri")})) && message.text == 'x'`;
    const scope = { time: { now: Date.parse("2026-07-05T10:00:00Z") }, message: { text: "x" } };
    assert.deepEqual(evaluate(call, scope), { value: true });
  });

  describe("refuses at save", () => {
    const faults: [call: string, message: RegExp][] = [
      ["'Europe/Lissabon', '09:00', '17:00', 'Mon'", /Unknown time zone "Europe\/Lissabon"/],
      ["'+01:00', '09:00', '17:00', 'Mon'", /Unknown time zone/],
      ["'UTC', '9:00', '17:00', 'Mon'", /"9:00" is not a time; write it as '09:00'/],
      ["'UTC', '09:00', '24:00', 'Mon'", /"24:00" is not a time/],
      ["'UTC', '09:00', '09:00', 'Mon'", /no time at all/],
      ["'UTC', '09:00', '17:00', 'Monday'", /"monday" are no days; write them as 'Mon-Fri'/i],
      ["'UTC', '09:00', '17:00', ''", /are no days/],
      ["'UTC', '09:00', '17:00', 'Mon-Fri-Sun'", /are no days/],
      ["'UTC', '09:00', '17:00', 5", /isOpen/],
      ["'UTC', '09:00', '17:00'", /4/],
      ["customer.zone, '09:00', '25:00', 'Mon'", /"25:00" is not a time/],
      ["`Nowhere`, '09:00', '17:00', 'Mon'", /Unknown time zone "Nowhere"/],
    ];
    for (const [call, message] of faults) it(call, () => refuses(`isOpen(${call})`, message));
  });
});

describe("isMatch", () => {
  const NESTED = /can take for ever; avoid a repeated group inside a repeated group/;
  const ALIKE = /can take for ever; avoid alternatives that begin alike inside a repeated group/;

  describe("refuses a written pattern that can take for ever:", () => {
    const cases: [pattern: string, message: RegExp][] = [
      ["(a+)+", NESTED],
      ["^(a+)+$", NESTED],
      ["(a*)*", NESTED],
      ["(?:x(a+))*", NESTED],
      ["([a-z]+ ?)*x", NESTED],
      ["(a{1,9})+", NESTED],
      ["(a{2,}){3,}", NESTED],
      ["(a+){50}", NESTED],
      ["(a+b?)+", NESTED],
      ["((ab|c)+d)*", NESTED],
      ["(a|a)+", ALIKE],
      ["(a|ab)*", ALIKE],
      ["(\\w|\\d)+", ALIKE],
      ["(?i)(a|A)+", ALIKE],
      ["(.|x)+", ALIKE],
      ["(a?b|b)+", ALIKE],
      ["((a|a)b)+", ALIKE],
      ["([a-f]x|[0-9e]x)+", ALIKE],
    ];
    for (const [pattern, message] of cases)
      it(pattern, () => refuses(`isMatch(message.text, '${pattern.replaceAll("\\", "\\\\")}')`, message));
  });

  describe("takes", () => {
    const cases: [pattern: string, text: string][] = [
      ["^[0-9]+$", "123"],
      ["(abc)+", "abcabc"],
      ["(ab|cd)+", "abcd"],
      ["(refund|return)+", "return"],
      ["^(\\d{1,3}[.]){3}\\d{1,3}$", "10.0.0.1"],
      ["(\\d{3}-?)+", "123-456"],
      ["a+b+c*", "aabb"],
      ["(a+)(b+)", "aabb"],
      ["(a+)?", ""],
      ["[(+*)]+", "(+"],
      ["\\(a\\+\\)\\+", "(a+)+"],
      ["(a|b)+", "abba"],
      ["^order\\s*#?\\d+", "order #5"],
    ];
    for (const [pattern, text] of cases)
      it(pattern, () =>
        assert.deepEqual(
          evaluate(`isMatch(message.text, '${pattern.replaceAll("\\", "\\\\")}')`, { message: { text } }),
          { value: true },
        ),
      );
  });

  it("refuses in a template as well, and in backticks", () => {
    assert.throws(() => compileTemplate("${isMatch(message.text, '(a+)+')}", FIELDS), { message: NESTED });
    refuses("isMatch(message.text, `(a+)+`)", NESTED);
  });

  it("still refuses what is no pattern", () => refuses("isMatch(message.text, '(')", /regex/i));
});
