import assert from "node:assert/strict";
import { type WorkstreamSettings, workstreamSchema } from "../../../src/core/distribution";
import { RULE_FIELDS, toRuleScope } from "../../../src/routing/rules/fields";
import { checkRules, compileRules, readRules } from "../../../src/routing/rules/rules";
import { createSettings } from "../../support/settings";
import { buildSeed } from "../bench";

const rule = (name: string, text: string) => ({ name, if: text });
const compiled = (...rules: { name: string; if: string }[]) => compileRules(rules, RULE_FIELDS);
const moment = { now: 1_000, open: true, returning: false, language: "en" };
const settings = createSettings().current();
const scope = toRuleScope(buildSeed(1, { lastText: "my order", context: { units: "5" } }), settings, moment);
const take = () => true;

describe("readRules", () => {
  it("takes the first rule that is true, top down, and reads no further", () => {
    const rules = compiled(
      rule("a", "channel == 'sms'"),
      rule("b", "channel == 'facebook'"),
      rule("c", "true"),
    );
    assert.deepEqual(readRules(rules, scope, take), {
      position: 1,
      read: [
        { rule: "a", result: "no", values: { channel: "facebook" } },
        { rule: "b", result: "matched", values: { channel: "facebook" } },
      ],
      more: 0,
    });
  });

  it("takes none when none is true, and goes on from one that is not accepted", () => {
    assert.equal(readRules(compiled(rule("a", "channel == 'sms'")), scope, take).position, undefined);
    const rules = compiled(rule("a", "true"), rule("b", "channel == 'facebook'"));
    assert.equal(readRules(rules, scope, (position) => position === 1).position, 1);
  });

  it("tells an error of one rule and goes on with the next", () => {
    const reading = readRules(compiled(rule("a", "context.units > 3"), rule("b", "true")), scope, take);
    assert.equal(reading.position, 1);
    assert.deepEqual(reading.read[0], {
      rule: "a",
      result: "error",
      error: "5 and 3 must be comparable.",
      values: { "context.units": "5" },
    });
  });

  it("keeps a rule that no longer compiles, told as an error", () => {
    const reading = readRules(compiled(rule("a", "gone.field == 1"), rule("b", "true")), scope, take);
    assert.equal(reading.position, 1);
    assert.equal(reading.read[0]?.result, "error");
    assert.match(reading.read[0]?.error ?? "", /Unknown field "gone.field"/);
  });

  it("keeps the customer's words out of the trace", () => {
    const rules = compiled(rule("a", "hasWord(message.text, 'order') && customer.id == '1'"));
    assert.deepEqual(readRules(rules, scope, take).read[0]?.values, { "customer.id": "1" });
  });

  it("lists the first twenty of many that could not match, and counts the others", () => {
    const many = Array.from({ length: 100 }, (_, i) => rule(`r${i}`, `customer.id == 'x${i}'`));
    const reading = readRules(compiled(...many, rule("last", "channel == 'facebook'")), scope, take);
    assert.equal(reading.position, 100);
    assert.equal(reading.read.length, 21);
    assert.equal(reading.more, 80);
  });

  it("tells of broken and evaluated rules among those that the index ruled out, each in its place", () => {
    const many = Array.from({ length: 30 }, (_, i) => rule(`no ${i}`, `customer.id == 'x${i}'`));
    const broken = rule("broken", "gone.field == 1");
    const unsure = rule("unsure", "channel != 'facebook'");
    const rules = compiled(...many, broken, unsure, ...many, rule("yes", "true"), ...many);
    const { read, more } = readRules(rules, scope, take);
    assert.deepEqual(
      read.map(({ rule: name, result }) => `${name}: ${result}`),
      [...many.slice(0, 20).map(({ name }) => `${name}: no`), "broken: error", "unsure: no", "yes: matched"],
    );
    assert.equal(more, 40);
    assert.deepEqual(read[0]?.values, { "customer.id": "1" });
  });

  it("counts all that were ruled out when none is true", () => {
    const many = Array.from({ length: 30 }, (_, i) => rule(`no ${i}`, `customer.id == 'x${i}'`));
    const { read, more, position } = readRules(compiled(...many), scope, take);
    assert.deepEqual([read.length, more, position], [20, 10, undefined]);
  });
});

describe("toRuleScope", () => {
  const matches = (text: string, seed: Parameters<typeof buildSeed>[1], at = moment): boolean =>
    readRules(compiled(rule("it", text)), toRuleScope(buildSeed(1, seed), settings, at), take).position === 0;

  it("splits the customer's name, and knows page, account and moment", () => {
    const seed = { customer: { id: "1", name: "Ana Maria Silva", phone: "+12065550100" }, hasMedia: true };
    for (const text of [
      "customer.firstName == 'Ana' && customer.lastName == 'Maria Silva'",
      "instance.number == '2000' && instance.name == 'Shop'",
      "account.id == 'shop' && account.provider == 'facebook'",
      "contact.mobilePhone == '+12065550100'",
      "message.hasMedia && conversation.returning && !time.open",
      "conversation.language == 'pt' && conversation.priority == 100",
    ])
      assert.ok(matches(text, seed, { now: 1, open: false, returning: true, language: "pt" }), text);
  });

  it("knows the contact behind the customer; while nobody is linked, name and phone as the platform tells them", () => {
    const customer = { id: "1", name: "annie77", phone: "+12065550100" };
    const contact = {
      ...{ id: "c~1", version: 3, name: "Ann Lee", firstName: "Ann", lastName: "Lee", language: "pt-PT" },
      ...{ mobilePhone: "+351912345678", email: "ann@example.com", unit: "north", group: "gold" },
      fields: { tier: 2 },
    };
    for (const text of [
      "contact.id == 'c~1' && contact.name == 'Ann Lee' && contact.mobilePhone == '+351912345678'",
      "contact.firstName == 'Ann' && contact.lastName == 'Lee' && contact.email == 'ann@example.com'",
      "contact.unit == 'north' && contact.group == 'gold' && contact.language == 'pt-PT'",
      "contact.fields.tier == 2 && customer.name == 'annie77'",
    ])
      assert.ok(matches(text, { customer, contact }), text);
    assert.ok(matches("contact.name == 'annie77' && contact.mobilePhone == '+12065550100'", { customer }));
    assert.ok(!matches("exists(contact.id)", { customer }));
    assert.ok(!matches("contact.fields.tier == 2", { customer }));
    const { mobilePhone: _phone, ...without } = contact;
    assert.ok(!matches("exists(contact.mobilePhone)", { customer, contact: without }), "not the platform's");
  });

  it("matches nothing about an unknown instance or a nameless customer, without an error", () => {
    const nobody = toRuleScope(
      buildSeed(1, { customer: { id: "1" }, instanceId: "facebook~9" }),
      settings,
      moment,
    );
    const rules = compiled(rule("a", "instance.name == 'Shop'"), rule("b", "customer.firstName == 'Ana'"));
    assert.deepEqual(
      readRules(rules, nobody, take).read.map(({ result }) => result),
      ["no", "no"],
    );
  });
});

describe("checkRules", () => {
  const faultsOf = (stream: object): string[] => {
    const full: WorkstreamSettings = workstreamSchema.parse({
      id: "w",
      channel: "sms",
      fallbackQueue: "general",
      ...stream,
    });
    return checkRules(full).map(({ path, message }) => `${path.join(".")}: ${message}`);
  };

  it("refuses a ticket whose texts name what is not there", () => {
    const set = { ticket: { subject: "Order of ${customer.nmae}", description: "${message.text" } };
    const classification = [{ name: "subject", rules: [{ ...rule("order", "true"), set }] }];
    const faults = faultsOf({ classification });
    assert.deepEqual(
      faults.map((fault) => fault.split(":", 1)[0]),
      ["classification.0.rules.0.set.ticket.subject", "classification.0.rules.0.set.ticket.description"],
    );
    assert.match(faults[0] ?? "", /Did you mean "customer.name"/);
  });

  it("counts a ticket as one of the five things that a rule sets", () => {
    const attributes = { a: 1, b: 2, c: 3, d: 4 };
    const ticket = { subject: "Order" };
    const parse = (set: object) =>
      workstreamSchema.safeParse({
        id: "m",
        channel: "facebook",
        fallbackQueue: "general",
        classification: [{ name: "subject", rules: [{ ...rule("order", "true"), set }] }],
      });
    assert.equal(parse({ ticket }).success, true);
    assert.equal(parse({ ticket, attributes }).success, true);
    assert.equal(parse({ ticket, attributes, priority: 1 }).success, false);
  });

  it("tells each faulty rule by its place, and nothing of good ones", () => {
    const rules = [
      { ...rule("good", "channel == 'sms'"), queue: "q" },
      { ...rule("text", "customer.id == 5"), queue: "q" },
      { ...rule("typo", "chanel == 'sms'"), queue: "q" },
    ];
    const faults = faultsOf({ rules });
    assert.equal(faults.length, 2);
    assert.match(faults[0] ?? "", /^rules\.1\.if: "customer.id" is text/);
    assert.match(faults[1] ?? "", /^rules\.2\.if: Unknown field "chanel". Did you mean "channel"\?/);
  });

  it("reads classification too, and knows the declared context variables by type", () => {
    const faults = faultsOf({
      contextVariables: [{ name: "units", type: "number" }],
      classification: [
        {
          name: "c",
          rules: [
            { ...rule("a", "context.unit > 3"), set: { attributes: { units: "five" } } },
            { ...rule("b", "context.units > 3"), set: { attributes: { colour: "red" } } },
          ],
        },
      ],
      rules: [{ ...rule("r", "context.units == '3'"), queue: "q" }],
    });
    assert.equal(faults.length, 4);
    assert.match(
      faults[0] ?? "",
      /classification\.0\.rules\.0\.if: Unknown field "context.unit". Did you mean/,
    );
    assert.match(faults[1] ?? "", /rules\.0\.if: "context.units" is a number/);
    assert.match(faults[2] ?? "", /attributes\.units: "units" is declared as number/);
    assert.match(faults[3] ?? "", /attributes\.colour: no context variable "colour" is declared/);
  });
});
