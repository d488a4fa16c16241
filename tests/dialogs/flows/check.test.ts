// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of our own templates
// biome-ignore-all lint/suspicious/noThenProperty: "then" is a flow step's own word
import assert from "node:assert/strict";
import type { FlowSettings } from "../../../src/core/settings";
import { checkFlow, type FlowWorld } from "../../../src/dialogs/flows/check";

type Steps = Record<string, Record<string, unknown>>;

const WORLD: FlowWorld = {
  dialogs: new Set(["lookup"]),
  actions: new Map([["shop.find", { takes: { no: "text", "limit?": "number" } }]]),
  channels: new Set(["facebook", "sms"]),
  knowledge: new Set(["faq"]),
  isHostAllowed: (host) => host === "orders.example.com",
};

/** As `steps.topic.next: message`. */
const check = (steps: Steps, more: Partial<FlowSettings> = {}): string[] =>
  checkFlow({ id: "f", start: "start", steps, ...more }, WORLD).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

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

  it("finds nothing wrong with a flow that has every kind of step", () => {
    assert.deepEqual(
      check(
        {
          start: { do: "switch", value: "channel", cases: { sms: "count" }, else: "hello" },
          hello: {
            do: "say",
            text: { en: "Hi ${customer.firstName}", pt: "Olá ${customer.firstName}" },
            media: [{ url: "https://files.example.com/${vars.picture}.png", type: "image/png" }],
            channels: { facebook: { text: "Hi on Messenger" } },
            replies: ["Order", { en: "Help", pt: "Ajuda" }],
            next: "count",
          },
          count: {
            do: "ask",
            text: "How many?",
            kind: "number",
            min: 1,
            max: 9,
            valid: "input < 9",
            save: "n",
            next: "day",
          },
          day: { do: "ask", text: "When?", kind: "date", min: "today", save: "day", next: "sure" },
          sure: { do: "ask", text: "Sure?", kind: "yesNo", yes: "mark", no: "phone" },
          phone: { do: "ask", text: "Phone?", kind: "phone", country: "PT", save: "phone", next: "mail" },
          mail: { do: "ask", text: "E-mail?", kind: "email", save: "mail", next: "photo" },
          photo: {
            do: "ask",
            text: "A photo?",
            kind: "attachment",
            accept: ["image/*"],
            save: "photo",
            next: "mark",
          },
          mark: {
            do: "set",
            vars: { twice: "=vars.n * 2" },
            context: { amount: "=vars.twice" },
            next: "look",
          },
          look: {
            do: "action",
            action: "shop.find",
            with: { no: "${vars.mail}", limit: "=vars.n" },
            save: "found",
            next: "ask",
          },
          ask: {
            do: "http",
            url: "https://orders.example.com/orders/${vars.n}",
            query: { day: "${vars.day}" },
            secretHeaders: { Authorization: "env:ORDERS_TOKEN" },
            save: "reply",
            next: "coded",
            error: "people",
          },
          coded: {
            do: "dialog",
            dialog: "lookup",
            with: { order: "=vars.reply.body.id" },
            save: "status",
            next: "sub",
          },
          sub: { do: "flow", flow: "other", with: { n: "=vars.n" }, save: "result", next: "know" },
          know: {
            do: "knowledge",
            source: "faq",
            text: "This may help: ${answer}",
            next: "open",
            none: "open",
          },
          open: { do: "hours", open: "people", closed: "jump" },
          jump: { do: "goto", next: "bye" },
          bye: { do: "return", result: "=vars.result" },
          people: {
            do: "handoff",
            queue: "orders",
            skills: { orders: 3 },
            summary: "${vars.phone} ${count(vars.photo)}",
          },
        },
        { inputs: ["picture"] },
      ),
      [],
    );
  });

  const say = (text: unknown) => ({ do: "say", text });
  const faults: [what: string, steps: Steps, problem: RegExp, more?: Partial<FlowSettings>][] = [
    [
      "an unknown channel",
      { start: { do: "say", text: "x", channels: { facebok: { text: "y" } } } },
      /^steps.start.channels.facebok: .*did you mean "facebook"/,
    ],
    ["a start that is not there", { begin: say("x") }, /^start: there is no step "start" to go to/, {}],
    [
      "an unknown kind of step",
      { start: { do: "shuot" } },
      /^steps.start.do: no step does "shuot"; use one of ask, say, /,
    ],
    [
      "a misspelt kind of step",
      { start: { do: "sya", text: "x" } },
      /^steps.start.do: .*did you mean "say"\?$/,
    ],
    [
      "a kind named as a prototype's property",
      { start: { do: "constructor" } },
      /^steps.start.do: no step does "constructor"/,
    ],
    ["a missing kind", { start: { text: "x" } }, /^steps.start.do: says what the step does/],
    ["a missing text", { start: { do: "ask" } }, /^steps.start.text: /],
    ["nothing to say", { start: { do: "say" } }, /^steps.start.text: is missing: say a text, or send media$/],
    [
      "a misspelt property",
      { start: { do: "say", text: "x", nxet: "y" } },
      /^steps.start.nxet: unknown key; did you mean "next"\?$/,
    ],
    [
      "a step to go to that is not there",
      { start: { ...say("x"), next: "gone" } },
      /^steps.start.next: there is no step "gone" to go to$/,
    ],
    [
      "a misspelt target",
      { start: { ...say("x"), next: "ende" }, end: say("y") },
      /^steps.start.next: .*did you mean "end"\?$/,
    ],
    [
      "a choice that goes nowhere",
      { start: { do: "ask", text: "x", choices: [{ label: "A", next: "gone" }] } },
      /^steps.start.choices.0.next: there is no step "gone"/,
    ],
    [
      "a give-up that goes nowhere",
      { start: { do: "ask", text: "x", giveUp: "gone" } },
      /^steps.start.giveUp: /,
    ],
    ["a branch that goes nowhere", { start: { do: "if", if: "true", else: "gone" } }, /^steps.start.else: /],
    [
      "a case that goes nowhere",
      { start: { do: "switch", value: "channel", cases: { sms: "gone" } } },
      /^steps.start.cases.sms: /,
    ],
    [
      "a step that nothing leads to",
      { start: say("x"), lost: say("y") },
      /^steps.lost: no other step leads here/,
    ],
    [
      "a step that only leads to itself",
      { start: { do: "goto", next: "start" } },
      /^steps.start: goes round for ever/,
    ],
    [
      "a faulty condition",
      { start: { do: "if", if: "input = 1" } },
      /^steps.start.if: Cannot read the expression near character/,
    ],
    [
      "a number where text stands",
      { start: { do: "if", if: "input == 1" } },
      /^steps.start.if: "input" is text/,
    ],
    [
      "a text where a number was saved",
      {
        start: { do: "ask", text: "?", kind: "number", save: "n", next: "b" },
        b: { do: "if", if: "vars.n == 'one'" },
      },
      /^steps.b.if: "vars.n" is a number/,
    ],
    [
      "a number of an answer that is text",
      { start: { do: "ask", text: "?", valid: "input > 3" } },
      /^steps.start.valid: "input" is text/,
    ],
    [
      "an unknown field in a text",
      { start: say("${activty.text}") },
      /^steps.start.text: Unknown field "activty.text". Did you mean "activity.text"/,
    ],
    [
      "a variable that nothing saves",
      { start: { do: "ask", text: "?", save: "orderNo", next: "b" }, b: say("${vars.ordreNo}") },
      /^steps.b.text: Unknown field "vars.ordreNo". Did you mean "vars.orderNo"/,
    ],
    [
      "a faulty value to set",
      { start: { do: "set", context: { a: "${" } } },
      /^steps.start.context.a: .*never closed/,
    ],
    [
      "a faulty expression to set",
      { start: { do: "set", vars: { a: "=1 +" } } },
      /^steps.start.vars.a: Cannot read/,
    ],
    ["nothing to set", { start: { do: "set" } }, /^steps.start.vars: is missing/],
    [
      "a name that cannot be a variable",
      { start: { do: "set", context: { "a-b": "x" } } },
      /^steps.start.context/,
    ],
    [
      "an unknown coded dialog",
      { start: { do: "dialog", dialog: "lokup" } },
      /^steps.start.dialog: there is no coded dialog "lokup"; did you mean "lookup"\?$/,
    ],
    [
      "an unknown action",
      { start: { do: "action", action: "shop.fnid" } },
      /^steps.start.action: .*did you mean "shop.find"/,
    ],
    [
      "an action's missing input",
      { start: { do: "action", action: "shop.find" } },
      /^steps.start.with.no: is missing/,
    ],
    [
      "an action's strange input",
      { start: { do: "action", action: "shop.find", with: { no: "1", n: 2 } } },
      /^steps.start.with.n: there is no input "n"; did you mean "no"\?$/,
    ],
    [
      "an action's input of another kind",
      { start: { do: "action", action: "shop.find", with: { no: 1 } } },
      /^steps.start.with.no: is a number; a text is asked for/,
    ],
    [
      "an unknown source of answers",
      { start: { do: "knowledge", source: "faqs" } },
      /^steps.start.source: .*did you mean "faq"/,
    ],
    [
      "a host that is not allowed",
      { start: { do: "http", url: "https://evil.example/x" } },
      /^steps.start.url: SWITCHBOARD_FLOW_HOSTS does not allow "evil.example"$/,
    ],
    [
      "an address without a scheme",
      { start: { do: "http", url: "orders.example.com" } },
      /^steps.start.url: begins with https/,
    ],
    [
      "a body to GET",
      { start: { do: "http", url: "https://orders.example.com", body: { a: 1 } } },
      /^steps.start.body: a GET has no body/,
    ],
    [
      "a secret that is none",
      { start: { do: "http", url: "https://orders.example.com", secretHeaders: { A: "abc" } } },
      /^steps.start.secretHeaders.A: a reference/,
    ],
    [
      "too many tries",
      { start: { do: "ask", text: "x", maxTries: 11 } },
      /^steps.start.maxTries: must be at most 10$/,
    ],
    [
      "a text where a number belongs",
      { start: { do: "ask", text: "x", maxTries: "three" } },
      /^steps.start.maxTries: must be a number, without quotes$/,
    ],
    [
      "a misspelt word of a few",
      { start: { do: "ask", text: "x", kind: "nmber" } },
      /^steps.start.kind: must be one of .*; did you mean "number"\?$/,
    ],
    [
      "a misspelt property of a choice",
      { start: { do: "ask", text: "x", choices: [{ label: "A", nxet: "start" }] } },
      /^steps.start.choices.0.nxet: unknown key; did you mean "next"\?$/,
    ],
    [
      "a misspelt property on one channel",
      { start: { do: "say", text: "x", channels: { sms: { txet: "y" } } } },
      /^steps.start.channels.sms.txet: unknown key; did you mean "text"\?$/,
    ],
    [
      "a misspelt first word of a field",
      { start: say("${custmer.name}") },
      /^steps.start.text: .*Did you mean "customer.name"\?$/,
    ],
    [
      "a number where a function takes a text",
      { start: { do: "if", if: "startsWith(customer.timezone, '1')" } },
      /^steps.start.if: startsWith: "customer.timezone" is a number, a text is asked for; write string\(customer.timezone\)/,
    ],
    [
      "a sum of texts",
      {
        start: { do: "ask", text: "?", save: "n", next: "b" },
        b: { do: "set", vars: { twice: "=vars.n * 2" } },
      },
      /^steps.b.vars.twice: \*: "vars.n" is a text, a number is asked for; write float\(vars.n\)/,
    ],
    [
      "two fields of different kinds compared",
      { start: { do: "if", if: "customer.timezone == customer.name" } },
      /^steps.start.if: "customer.timezone" is a number and "customer.name" is a text/,
    ],
    [
      "a faulty step, and not again what it saves,",
      {
        start: { do: "ask", text: "?", save: "n", maxTries: 0, next: "b" },
        b: { do: "set", vars: { m: "=vars.n * 2" } },
      },
      /^steps.start.maxTries: must be at least 1$/,
    ],
    [
      "choices of another kind",
      { start: { do: "ask", text: "x", kind: "number", choices: [{ label: "1" }] } },
      /^steps.start.choices: means nothing with kind "number"/,
    ],
    [
      "a choice without choices",
      { start: { do: "ask", text: "x", kind: "choice" } },
      /^steps.start.choices: is missing/,
    ],
    [
      "a choice offered twice",
      { start: { do: "ask", text: "x", choices: [{ label: "A" }, { label: "a" }] } },
      /^steps.start.choices.1: "a" is offered twice/,
    ],
    [
      "a limit that is no day",
      { start: { do: "ask", text: "x", kind: "date", min: "tomorrow" } },
      /^steps.start.min: is a day/,
    ],
    [
      "a limit that is no number",
      { start: { do: "ask", text: "x", kind: "number", max: "9" } },
      /^steps.start.max: is a number/,
    ],
    [
      "a missing translation",
      { start: say({ en: "Hi" }) },
      /^steps.start.text: is not there in pt$/,
      { languages: ["en", "pt"] },
    ],
    [
      "one text for two languages",
      { start: say("Hi") },
      /^steps.start.text: is not there in pt$/,
      { languages: ["en", "pt"] },
    ],
    [
      "a language that is none",
      { start: say({ english: "Hi" }) },
      /^steps.start.text: a text, or one for each language/,
    ],
  ];
  for (const [what, steps, problem, more] of faults) {
    it(`tells ${what}, once`, () => {
      const problems = check(steps, more);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("tells everything at once", () => {
    const problems = check({
      start: { do: "say" },
      b: { do: "shout" },
      c: { do: "say", text: "x", next: "gone" },
    });
    assert.equal(problems.length, 3, problems.join("\n"));
  });

  it("tells what else is wrong with a faulty step", () => {
    assert.deepEqual(
      check(
        { start: { do: "say", text: { en: "Hi" }, nxt: "b", next: "gone" }, b: { do: "sya" } },
        { languages: ["en", "pt"] },
      ),
      [
        'steps.start.nxt: unknown key; did you mean "next"?',
        'steps.b.do: no step does "sya"; did you mean "say"?',
        'steps.start.next: there is no step "gone" to go to',
        "steps.start.text: is not there in pt",
      ],
    );
  });

  it("tells each step of a ring that can be left, but never once it was gone round", () => {
    const ring: Steps = {
      start: { do: "if", if: "channel == 'sms'", then: "again", else: "bye" },
      again: { do: "say", text: "Again", next: "start" },
      bye: { do: "end" },
    };
    assert.deepEqual(
      check(ring).map((told) => told.split(":", 2).join(":")),
      ["steps.start: goes round for ever", "steps.again: goes round for ever"],
    );
    const asked = { do: "ask", text: "Again?", next: "start", giveUp: "bye" };
    assert.deepEqual(check({ ...ring, again: asked }), []);
  });

  it("lets a ring be that asks, or that a condition can leave", () => {
    assert.deepEqual(
      check({
        start: { do: "ask", text: "Again?", kind: "yesNo", yes: "start", no: "count" },
        count: { do: "set", vars: { n: "=coalesce(vars.n, 0) + 1" }, next: "enough" },
        enough: { do: "if", if: "vars.n > 3", then: "end", else: "count" },
        end: { do: "end" },
      }),
      [],
    );
  });

  it("checks five hundred steps in well under a second of work", () => {
    const steps: Steps = {};
    for (let i = 0; i < 500; i++)
      steps[i === 0 ? "start" : `s${i}`] = {
        do: "if",
        if: `context.n == ${i}`,
        then: `s${i + 1}`,
        else: `s${i + 1}`,
      };
    steps.s500 = say("done");
    assert.deepEqual(check(steps), []);
  });
});
