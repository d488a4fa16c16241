import assert from "node:assert/strict";
import type { z } from "zod";
import type { Log } from "../../src/core/log";
import { silentLog } from "../../src/core/log";
import type { maskingRuleSchema } from "../../src/core/texts";
import { createMasking } from "../../src/desk/masking";
import { createSettings } from "../support/settings";

type RuleInput = z.input<typeof maskingRuleSchema>;

const rule = (pattern: string, more: Partial<RuleInput> = {}): RuleInput => ({
  id: pattern.replace(/\W/g, "") || "rule",
  name: pattern,
  pattern,
  ...more,
});
const settingsOf = (...maskingRules: RuleInput[]) => createSettings({ more: { maskingRules } });
const maskingOf = (...rules: RuleInput[]) => createMasking(settingsOf(...rules));
const HOSTILE = "(a|a)*b";

/** Notes what is logged. */
function createNotes(): { log: Log; noted: unknown[] } {
  const noted: unknown[] = [];
  const note = (fields: unknown) => void noted.push(fields);
  return { log: { ...silentLog, warn: note, error: note }, noted };
}

describe("masking", () => {
  it("hides cards, addresses and social security numbers, of the numbers the digits only", () => {
    const { mask } = maskingOf(rule("card"), rule("email"), rule("ssn"));
    assert.equal(
      mask("Card 4111-1111 1111 1111, ann@shop.example, 078-05-1120.", "customer"),
      "Card ####-#### #### ####, ################, ###-##-####.",
    );
  });

  it("leaves what no rule names as it is", () => {
    const text = "Order 4111 1111 1111 1112 at @shop, 078-05-112";
    assert.equal(maskingOf(rule("card"), rule("email"), rule("ssn")).mask(text, "agent"), text);
    assert.equal(maskingOf().mask(text, "agent"), text);
  });

  it("hides all that an expression finds, in the rule's character, one for each that is seen", () => {
    const { mask } = maskingOf(rule("IBAN.{3}", { character: "•" }));
    assert.equal(mask("my IBAN 😀x and IBANabc", "customer"), "my ••••••x and •••••••");
    assert.equal(maskingOf(rule("x\\uD83D")).mask("x😀y", "agent"), "##y");
  });

  it("holds for those whose words the rule names", () => {
    const { mask } = maskingOf(
      rule("one", { appliesTo: "customer" }),
      rule("two", { appliesTo: "agent" }),
      rule("ten"),
      rule("six", { enabled: false }),
    );
    assert.equal(mask("one two ten six", "customer"), "### two ### six");
    assert.equal(mask("one two ten six", "agent"), "one ### ### six");
  });

  it("lets every rule see the text as it was written", () => {
    const { mask } = maskingOf(rule("ab", { character: "1" }), rule("bc", { character: "2" }));
    assert.equal(mask("abcd", "agent"), "112d");
  });

  it("follows the settings", () => {
    const settings = settingsOf();
    const { mask } = createMasking(settings);
    assert.equal(mask("abc", "agent"), "abc");
    settings.change({ more: { maskingRules: [rule("abc")] } });
    assert.equal(mask("abc", "agent"), "###");
    settings.change({});
    assert.equal(mask("abc", "agent"), "abc");
  });

  describe("with a rule that takes too long", () => {
    const hard = "a".repeat(60);

    it("hides the whole text, says so once, and hides others as ever", () => {
      const { log, noted } = createNotes();
      const { mask } = createMasking(settingsOf(rule(HOSTILE, { character: "*" }), rule("card")), log);
      assert.equal(mask(hard, "customer"), "*".repeat(60));
      assert.equal(mask(`${hard} a`, "customer"), "*".repeat(62));
      assert.equal(mask("aab 4111111111111111 c", "customer"), "*** ################ c");
      assert.deepEqual(noted, [{ maskingRule: "aab" }]);
    });

    it("still lets the other rules find theirs", () => {
      const { mask } = maskingOf(rule(HOSTILE, { appliesTo: "agent" }), rule("cc"));
      assert.equal(mask(`${hard}cc`, "customer"), `${hard}##`);
      assert.equal(mask(`${hard}cc`, "agent"), "#".repeat(62));
    });

    it("bears a flood of such texts", () => {
      const { log, noted } = createNotes();
      const { mask } = createMasking(settingsOf(rule(HOSTILE)), log);
      for (let i = 0; i < 30; i++) assert.doesNotMatch(mask(`${i}${hard}`, "customer"), /a/);
      assert.equal(noted.length, 1);
    });
  });

  it("hides everything where a stored pattern cannot be used", () => {
    const { log, noted } = createNotes();
    const { mask } = createMasking(settingsOf(rule("(", { id: "broken" })), log);
    assert.equal(mask("abc", "customer"), "###");
    assert.equal(mask("abcd", "customer"), "####");
    assert.deepEqual(noted, [{ maskingRule: "broken" }]);
  });
});
