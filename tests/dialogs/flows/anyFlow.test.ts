// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of our own templates
// biome-ignore-all lint/suspicious/noThenProperty: "then" is a flow step's own word
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkFlow } from "../../../src/dialogs/flows/check";
import { createTalk } from "../bench";

type Step = Record<string, unknown>;

const NAMES = ["start", "b", "c", "d", "e", "f"];
const target = fc.constantFrom(...NAMES);
const maybe = fc.option(target, { nil: undefined });
const variable = fc.constantFrom("x", "y");
const condition = fc.constantFrom("vars.x == 'yes'", "exists(vars.y)", "length(input) > 2", "context.n > 3");

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record(
    { do: fc.constant("say"), text: fc.constant("said ${input}"), next: maybe },
    { requiredKeys: ["do", "text"] },
  ),
  fc.record(
    {
      do: fc.constant("ask"),
      text: fc.constant("?"),
      save: variable,
      maxTries: fc.constant(2),
      next: maybe,
      giveUp: maybe,
    },
    { requiredKeys: ["do", "text", "save"] },
  ),
  fc.record({
    do: fc.constant("ask"),
    text: fc.constant("which?"),
    choices: fc.constant([{ label: "yes" }, { label: "no" }]),
    save: variable,
    next: target,
  }),
  fc.record({
    do: fc.constant("ask"),
    text: fc.constant("sure?"),
    kind: fc.constant("yesNo"),
    yes: target,
    no: target,
  }),
  fc.record(
    { do: fc.constant("if"), if: condition, then: maybe, else: maybe },
    { requiredKeys: ["do", "if"] },
  ),
  fc.record({
    do: fc.constant("switch"),
    value: fc.constant("input"),
    cases: fc.record({ yes: target }),
    else: target,
  }),
  fc.record(
    {
      do: fc.constant("set"),
      context: fc.constant({ n: "=coalesce(context.n, 0) + 1" }),
      vars: fc.constant({ x: "${input}", y: "=context.n" }),
      next: maybe,
    },
    { requiredKeys: ["do", "context", "vars"] },
  ),
  fc.record({ do: fc.constant("goto"), next: target }),
  fc.record(
    { do: fc.constant("flow"), flow: fc.constant("sub"), save: variable, next: maybe },
    { requiredKeys: ["do", "flow", "save"] },
  ),
  fc.record({ do: fc.constant("handoff"), summary: fc.constant("${vars.x}") }),
  fc.record({ do: fc.constant("end"), text: fc.constant("bye") }),
);

const anyFlow = fc
  .tuple(...NAMES.map(() => anyStep))
  .map((steps) => Object.fromEntries(steps.map((step, i) => [NAMES[i] ?? "", clean(step)])));

/** Variables are set somewhere in every flow, so that conditions may name them. */
const withVariables = (steps: Record<string, Step>): Record<string, Step> => ({
  ...steps,
  start: { do: "set", vars: { x: "", y: "=context.n" }, next: "b" },
});

const clean = (step: Step): Step =>
  Object.fromEntries(Object.entries(step).filter(([, value]) => value !== undefined));

const SUB = {
  sub: {
    start: { do: "ask", text: "sub?", save: "answer", next: "back" },
    back: { do: "return", result: "${vars.answer}" },
  },
};

describe("any flow", function () {
  this.timeout(60_000);

  it("answers, hands over, ends or is at fault, keeps plain data, and does the same when a turn is repeated", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyFlow.map(withVariables),
        fc.array(fc.constantFrom("yes", "no", "1", "hello", "", "2"), { minLength: 1, maxLength: 8 }),
        async (steps, says) => {
          // What is never reached is refused at save, and harmless here.
          const faults = checkFlow({ id: "flow", start: "start", steps }).filter(
            ({ message }) => !/no other step leads here|for ever/.test(message),
          );
          assert.deepEqual(faults, []);
          const [one, two] = [createTalk(steps, { flows: SUB }), createTalk(steps, { flows: SUB })];
          for (const text of says) {
            const outcome = await one.say(text);
            assert.deepEqual(await two.say(text), outcome, "a repeated turn is the same");
            assert.deepEqual(JSON.parse(JSON.stringify(outcome.dialog ?? null)), outcome.dialog ?? null);
            assert.ok((outcome.path?.length ?? 0) <= 201);
            if (outcome.fault !== undefined) assert.match(outcome.fault.message, /round|more than 20/);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
