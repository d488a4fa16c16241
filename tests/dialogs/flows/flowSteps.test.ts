// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of our own templates
// biome-ignore-all lint/suspicious/noThenProperty: "then" is a flow step's own word
import assert from "node:assert/strict";
import { checkFlow } from "../../../src/dialogs/flows/flowSteps";

const check = (steps: Record<string, Record<string, unknown>>, start = "start") =>
  checkFlow({ id: "f", start, steps }, new Set(["lookup"]), new Set(["orders"]));

describe("checkFlow", () => {
  it("finds nothing wrong with a good flow", () => {
    assert.deepEqual(
      check({
        start: {
          do: "ask",
          text: "Number?",
          valid: "isMatch(input, '^[0-9]+$')",
          save: "no",
          next: "look",
          giveUp: "agent",
        },
        look: { do: "dialog", dialog: "lookup", save: "order", next: "known" },
        known: { do: "if", if: "exists(vars.order)", then: "done", else: "agent" },
        done: { do: "end", text: "Bye ${activity.from.name}" },
        agent: { do: "handoff", queue: "orders", summary: "${vars.no}" },
      }),
      [],
    );
  });

  const faults: [what: string, steps: Record<string, Record<string, unknown>>, problem: RegExp][] = [
    ["a start that is not there", {}, /^start: there is no step "start"$/],
    [
      "an unknown kind of step",
      { start: { do: "shout" } },
      /^steps.start.do: use one of ask, say, if, set, dialog, handoff, end$/,
    ],
    [
      "a kind named as a prototype's property",
      { start: { do: "constructor" } },
      /^steps.start.do: use one of/,
    ],
    ["a missing text", { start: { do: "say" } }, /^steps.start.text: /],
    ["an unknown key", { start: { do: "say", text: "x", colour: "red" } }, /^steps.start: .*colour/],
    [
      "a step to go to that is not there",
      { start: { do: "say", text: "x", next: "gone" } },
      /^steps.start: there is no step "gone" to go to$/,
    ],
    [
      "a choice that goes nowhere",
      { start: { do: "ask", text: "x", choices: [{ label: "A", next: "gone" }] } },
      /no step "gone"/,
    ],
    ["a give-up that goes nowhere", { start: { do: "ask", text: "x", giveUp: "gone" } }, /no step "gone"/],
    ["a branch that goes nowhere", { start: { do: "if", if: "true", else: "gone" } }, /no step "gone"/],
    [
      "a faulty condition",
      { start: { do: "if", if: "input = 1" } },
      /^steps.start: Cannot read the expression near character/,
    ],
    [
      "an unknown field in a text",
      { start: { do: "say", text: "${activty.text}" } },
      /^steps.start: Unknown field "activty.text". Did you mean "activity.text"/,
    ],
    ["a faulty value to set", { start: { do: "set", context: { a: "${" } } }, /never closed/],
    [
      "a name that cannot be a variable",
      { start: { do: "set", context: { "a-b": "x" } } },
      /^steps.start.context/,
    ],
    [
      "an unknown coded dialog",
      { start: { do: "dialog", dialog: "other" } },
      /^steps.start.dialog: there is no coded dialog "other"$/,
    ],
    [
      "an unknown queue",
      { start: { do: "handoff", queue: "nowhere" } },
      /^steps.start.queue: there is no queue "nowhere"$/,
    ],
    ["too many tries", { start: { do: "ask", text: "x", maxTries: 11 } }, /^steps.start.maxTries: /],
  ];
  for (const [what, steps, problem] of faults) {
    it(`tells ${what}, once`, () => {
      const problems = check(steps);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("tells everything at once", () => {
    assert.equal(
      check({ start: { do: "say" }, b: { do: "shout" }, c: { do: "say", text: "x", next: "gone" } }).length,
      3,
    );
  });
});
