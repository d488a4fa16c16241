import assert from "node:assert/strict";
import { workstreamSchema } from "../../src/core/distribution";
import { toRuleScope } from "../../src/routing/fields";
import { checkRules, compileRules, firstMatch } from "../../src/routing/rules";
import { buildSeed } from "./bench";

const rule = (name: string, text: string, queue = name) => ({ name, if: text, queue });
const scope = toRuleScope(
  buildSeed(1, { lastText: "my order", context: { units: "5" } }),
  { id: "facebook~2000", name: "Shop", externalId: "2000" },
  false,
);

describe("firstMatch", () => {
  it("takes the first rule that is true, top down, and reads no further", () => {
    const rules = compileRules([
      rule("a", "channel == 'sms'"),
      rule("b", "channel == 'facebook'"),
      rule("c", "true"),
    ]);
    const decision = firstMatch(rules, scope, "general");
    assert.equal(decision.queueId, "b");
    assert.equal(decision.rule, "b");
    assert.deepEqual(decision.read, [
      { rule: "a", result: "no", values: { channel: "facebook" } },
      { rule: "b", result: "matched", values: { channel: "facebook" } },
    ]);
    assert.equal(decision.more, 0);
  });

  it("tells the first twenty of the rules that the index ruled out, and counts the others", () => {
    const many = Array.from({ length: 30 }, (_, i) => rule(`no ${i}`, `customer.id == 'x${i}'`));
    const broken = rule("broken", "gone.field == 1");
    const unsure = rule("unsure", "channel != 'facebook'");
    const rules = compileRules([...many, broken, unsure, ...many, rule("yes", "true"), ...many]);
    const { read, more } = firstMatch(rules, scope, "general");
    assert.deepEqual(
      read.map(({ rule: name, result }) => `${name}: ${result}`),
      [...many.slice(0, 20).map(({ name }) => `${name}: no`), "broken: error", "unsure: no", "yes: matched"],
    );
    assert.equal(more, 40);
    assert.deepEqual(read[0]?.values, { "customer.id": buildSeed(1).customer.id });
  });

  it("counts all rules that the index ruled out when none is true", () => {
    const many = Array.from({ length: 30 }, (_, i) => rule(`no ${i}`, `customer.id == 'x${i}'`));
    const { read, more, queueId } = firstMatch(compileRules(many), scope, "general");
    assert.deepEqual([read.length, more, queueId], [20, 10, "general"]);
  });

  it("uses the fallback queue when none is true", () => {
    const decision = firstMatch(compileRules([rule("a", "channel == 'sms'")]), scope, "general");
    assert.equal(decision.queueId, "general");
    assert.equal(decision.rule, undefined);
  });

  it("tells an error of one rule and goes on with the next", () => {
    const decision = firstMatch(
      compileRules([rule("a", "context.units > 3"), rule("b", "true")]),
      scope,
      "general",
    );
    assert.equal(decision.queueId, "b");
    assert.deepEqual(decision.read[0], {
      rule: "a",
      result: "error",
      error: "5 and 3 must be comparable.",
      values: { "context.units": "5" },
    });
  });

  it("keeps a rule that no longer compiles, told as an error", () => {
    const decision = firstMatch(
      compileRules([rule("a", "gone.field == 1"), rule("b", "true")]),
      scope,
      "general",
    );
    assert.equal(decision.queueId, "b");
    assert.equal(decision.read[0]?.result, "error");
    assert.match(decision.read[0]?.error ?? "", /Unknown field "gone.field"/);
  });

  it("keeps the customer's words out of the trace", () => {
    const decision = firstMatch(
      compileRules([rule("a", "hasWord(message.text, 'order') && customer.id == '1'")]),
      scope,
      "general",
    );
    assert.equal(decision.queueId, "a");
    assert.deepEqual(decision.read[0]?.values, { "customer.id": "1" });
  });
});

describe("toRuleScope", () => {
  it("splits the customer's name and names the instance's number", () => {
    const facts = toRuleScope(
      buildSeed(1, { customer: { id: "1", name: "Ana Maria Silva" } }),
      { id: "i", name: "Shop", externalId: "+1425" },
      true,
    );
    const yes = compileRules([
      rule(
        "all",
        "customer.firstName == 'Ana' && customer.lastName == 'Maria Silva' && instance.number == '+1425' && conversation.returning",
      ),
    ]);
    assert.equal(firstMatch(yes, facts, "general").queueId, "all");
  });

  it("matches nothing about an unknown instance or a nameless customer, without an error", () => {
    const facts = toRuleScope(buildSeed(1, { customer: { id: "1" } }), undefined, false);
    const decision = firstMatch(
      compileRules([rule("a", "instance.name == 'Shop'"), rule("b", "customer.firstName == 'Ana'")]),
      facts,
      "general",
    );
    assert.deepEqual(
      decision.read.map(({ result }) => result),
      ["no", "no"],
    );
  });
});

describe("checkRules", () => {
  it("tells each faulty rule by name, and nothing of good ones", () => {
    const rules = [
      rule("good", "channel == 'sms'"),
      rule("text", "customer.id == 5"),
      rule("typo", "chanel == 'sms'"),
    ];
    const problems = checkRules(
      workstreamSchema.parse({ id: "w", channel: "sms", fallbackQueue: "general", rules }),
    );
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? "", /^rule "text": "customer.id" is text/);
    assert.match(problems[1] ?? "", /^rule "typo": Unknown field "chanel". Did you mean "channel"\?/);
  });
});
