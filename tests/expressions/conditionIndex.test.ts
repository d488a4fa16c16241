import assert from "node:assert/strict";
import { Expression } from "adaptive-expressions";
import fc from "fast-check";
import { type Condition, compileCondition, type Scope } from "../../src/expressions/compile";
import { createConditionIndex } from "../../src/expressions/conditionIndex";
import { anyCondition, anyScope, anyTest, GENERATED_FIELDS } from "./generate";

/** More for a long search: INDEX_RUNS=200000. */
const RUNS = Number(process.env.INDEX_RUNS ?? 1_000);

const compile = (text: string): Condition => compileCondition(text, GENERATED_FIELDS);
const candidates = (scope: Scope, ...texts: string[]): string[] =>
  [...createConditionIndex(texts.map(compile)).candidates(scope)].map((position) => texts[position] ?? "");

const isTrue = (condition: Condition | undefined, scope: Scope): boolean => {
  const outcome = condition?.evaluate(scope);
  return outcome !== undefined && "value" in outcome && outcome.value;
};

function compileIfPossible(text: string): Condition | undefined {
  try {
    return compile(text);
  } catch {
    return undefined;
  }
}

describe("createConditionIndex", () => {
  describe("leaves out what is false by", () => {
    const scope = {
      customer: { name: "Ann", age: 5, phone: "+1425" },
      channel: "sms",
      flag: true,
      context: { text: "A refund, please", returning: true, list: ["a"], "user-id": "u1", zero: 0.1 + 0.2 },
    };
    const cases: [name: string, kept: string, out: string][] = [
      ["a text", "customer.name == 'Ann'", "customer.name == 'ann'"],
      ["a text on the left", "'Ann' == customer.name", "'Bob' == customer.name"],
      ["equals", "equals(channel, 'sms')", "equals(channel, 'x')"],
      ["a number", "customer.age == 5", "customer.age == 6"],
      ["a number nearly the same", "context.zero == 0.3", "context.zero == 0.31"],
      ["a number written as text", "customer.age == 5", "customer.age == '5'"],
      ["true or false", "context.returning == true", "context.returning == false"],
      ["a bare field", "flag", "flag && gone"],
      ["a limit", "customer.age >= 5", "customer.age > 5"],
      ["a limit on the left", "6 > customer.age", "5 > customer.age"],
      ["a negative limit", "customer.age > -1", "customer.age < -1"],
      ["two limits", "customer.age > 4 && customer.age < 6", "customer.age > 5 && customer.age < 9"],
      [
        "limits of two fields",
        "customer.age > 4 && context.zero < 1",
        "customer.age > 5 && context.zero < 1",
      ],
      ["limits of text", "customer.name >= 'Ann'", "customer.name > 'Ann'"],
      ["presence", "exists(customer.name)", "exists(customer.nickname)"],
      ["part of a text", "contains(context.text, 'refund')", "contains(context.text, 'Refund')"],
      ["an item of a list", "contains(context.list, 'a')", "contains(context.list, 'b')"],
      ["a written list", "contains(['sms', 'x'], channel)", "contains(['x', 'y'], channel)"],
      ["a beginning", "startsWith(customer.phone, '+1')", "startsWith(customer.phone, '1')"],
      ["an ending", "endsWith(customer.phone, '425')", "endsWith(customer.phone, '142')"],
      ["words", "hasWord(context.text, 'x', 'REFUND please')", "hasWord(context.text, 'fund')"],
      ["a field in brackets", "context['user-id'] == 'u1'", "context['user-id'] == 'u2'"],
      ["a field in other letters", "CUSTOMER.Name == 'Ann'", "CUSTOMER.Name == 'Bob'"],
      ["one of several conditions", "!gone && channel == 'sms'", "!gone && channel == 'x'"],
      [
        "each of several conditions",
        "channel == 'x' || channel == 'sms'",
        "channel == 'x' || channel == 'y'",
      ],
      [
        "several conditions",
        "channel == 'sms' && customer.age == 5",
        "channel == 'sms' && customer.age == 6",
      ],
      ["a constant", "true", "false"],
    ];
    for (const [name, kept, out] of cases)
      it(name, () => {
        assert.deepEqual(candidates(scope, out, kept), [kept]);
        assert.equal(isTrue(compile(kept), scope), true);
      });
  });

  describe("keeps what it cannot tell:", () => {
    for (const text of [
      "customer.name != 'Bob'",
      "!(channel == 'x')",
      "toUpper(channel) == 'X'",
      "gone == null",
    ])
      it(text, () => assert.deepEqual(candidates({}, text), [text]));
    it("one of two that it cannot tell", () => {
      const text = "channel == 'x' || empty(channel)";
      assert.deepEqual(candidates({}, text), [text]);
    });
    it("all for a scope of another kind", () => {
      const scope = { customer: new Map([["name", "Ann"]]) };
      assert.deepEqual(candidates(scope, "customer.name == 'Bob'"), ["customer.name == 'Bob'"]);
    });
    it("all for a scope that cannot be read", () => {
      const scope = {
        get customer(): unknown {
          throw new RangeError("no");
        },
      };
      assert.deepEqual(candidates(scope, "customer.name == 'Bob'"), ["customer.name == 'Bob'"]);
    });
  });

  it("keeps a comparison with a value of another type, whose error is to be told", () => {
    const texts = ["customer.age >= 5", "startsWith(customer.age, 'a')", "customer.age < 'a'"];
    assert.deepEqual(candidates({ customer: { age: "4" } }, ...texts), [
      "customer.age >= 5",
      "customer.age < 'a'",
    ]);
    assert.deepEqual(candidates({ customer: { age: 4 } }, ...texts), texts.slice(1));
    assert.deepEqual(candidates({ customer: { age: null } }, ...texts), ["startsWith(customer.age, 'a')"]);
    assert.deepEqual(candidates({}, ...texts), []);
  });

  it("keeps fields apart whose letters change case by their neighbours", () => {
    const texts = ["context['ΑΣ'].b == 1", "context['ασ'].b == 2", "channel == 3", "customer.age == 4"];
    const scope = { context: { ΑΣ: { b: 1 }, ασ: { b: 2 } }, channel: 3, customer: { age: 4 } };
    assert.deepEqual(candidates(scope, ...texts), texts);
    for (const text of texts) assert.equal(isTrue(compile(text), scope), true, text);
  });

  it("finds a literal that stands inside or overlaps another", () => {
    const texts = ["abcd", "bc", "c", "cdx", "bcy"].map((literal) => `contains(channel, '${literal}')`);
    assert.deepEqual(candidates({ channel: "zabcdx" }, ...texts), texts.slice(0, 4));
  });

  it("never gives one that does not compile", () => {
    const index = createConditionIndex([undefined, compile("true"), undefined]);
    assert.deepEqual([...index.candidates({})], [1]);
  });

  it("keeps two readings at once apart", () => {
    const index = createConditionIndex([
      compile("channel == 'a'"),
      compile("channel == 'b'"),
      compile("true"),
    ]);
    const one = index.candidates({ channel: "a" })[Symbol.iterator]();
    assert.equal(one.next().value, 0);
    assert.deepEqual([...index.candidates({ channel: "b" })], [1, 2]);
    assert.equal(one.next().value, 2);
  });

  it("parses nothing once it is made", () => {
    const index = createConditionIndex([compile("channel == 'a' && hasWord(customer.name, 'b')")]);
    const { parse } = Expression;
    let parsed = 0;
    Expression.parse = (...values) => {
      parsed += 1;
      return parse(...values);
    };
    try {
      assert.deepEqual([...index.candidates({ channel: "a", customer: { name: "B" } })], [0]);
    } finally {
      Expression.parse = parse;
    }
    assert.equal(parsed, 0);
  });

  it("gives one of a thousand alike", () => {
    const rules = Array.from({ length: 250 }, (_, i) => [
      `customer.name == 'Ann ${i}' && channel == 'sms'`,
      `customer.age >= ${i} && customer.age < ${i + 1} && channel == 'sms'`,
      `channel == 'sms' && hasWord(context.text, 'word${i}')`,
      `customer.age > 0 && context.zone == ${i % 10} && context.place == ${Math.floor(i / 10)}`,
    ]).flat();
    const scope = {
      customer: { name: "Ann 7", age: 200.5 },
      channel: "sms",
      context: { text: "Word249!", zone: 3, place: 20 },
    };
    assert.deepEqual(candidates(scope, ...rules), [
      "customer.name == 'Ann 7' && channel == 'sms'",
      "customer.age >= 200 && customer.age < 201 && channel == 'sms'",
      "customer.age > 0 && context.zone == 3 && context.place == 20",
      "channel == 'sms' && hasWord(context.text, 'word249')",
    ]);
  });

  it("gives the same first match as plain evaluation, and leaves out none that is true", () => {
    fc.assert(
      fc.property(
        fc.array(anyCondition, { minLength: 1, maxLength: 8 }),
        fc.array(anyScope, { minLength: 1, maxLength: 4 }),
        (texts, scopes) => {
          const conditions = texts.map(compileIfPossible);
          const index = createConditionIndex(conditions);
          for (const scope of scopes) {
            const found = [...index.candidates(scope)];
            assert.deepEqual(
              found,
              found.toSorted((a, b) => a - b),
            );
            const first = conditions.findIndex((condition) => isTrue(condition, scope));
            assert.equal(found.find((position) => isTrue(conditions[position], scope)) ?? -1, first);
            conditions.forEach((condition, position) => {
              assert.ok(found.includes(position) || !isTrue(condition, scope), texts[position]);
            });
          }
        },
      ),
      { numRuns: RUNS },
    );
  }).timeout(3_600_000);

  it("leaves out no condition of one test that gives an error", () => {
    fc.assert(
      fc.property(anyTest, anyScope, (text, scope) => {
        const condition = compileIfPossible(text);
        if (condition === undefined || [...createConditionIndex([condition]).candidates(scope)].length > 0)
          return;
        assert.deepEqual(condition.evaluate(scope), { value: false }, text);
      }),
      { numRuns: RUNS },
    );
  }).timeout(3_600_000);
});
