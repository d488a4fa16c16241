import assert from "node:assert/strict";
import { toSnapshot } from "../../src/admin/checks";
import { createSettingsRules, type SettingsLookup } from "../../src/config/rules";
import type { SettingsByKind } from "../../src/core/settings";
import { definitions, parse } from "./definitions";

const text = `accounts:
  - id: fb
    provider: facebook
    name: Shop
    applicationId: "1000"
    applicationSecret: env:S
    pages: [{ pageId: "2000", pageAccessToken: env:T, workstream: messenger }]
workstreams: [{ id: messenger, channel: facebook, fallbackQueue: general }]
queues: [{ id: general, name: General }]
`;
const snapshot = toSnapshot(parse(text));
const all: SettingsLookup = {
  has: (kind, id) => snapshot[kind].has(id),
  get: (kind, id) => snapshot[kind].get(id) as never,
  ids: (kind) => [...snapshot[kind].keys()],
};
const rules = createSettingsRules(definitions);

function page(change: Partial<SettingsByKind["instances"]>): SettingsByKind["instances"] {
  const value = snapshot.instances.get("facebook~2000");
  assert.ok(value);
  return { ...value, ...change };
}

describe("createSettingsRules", () => {
  it("finds nothing wrong with what the file reader accepts", () => {
    assert.deepEqual(rules.faultsOf("instances", page({}), all), []);
  });

  it("ties the id of an instance to the platform's, so that a page has one account", () => {
    const [fault] = rules.faultsOf("instances", page({ id: "facebook~other" }), all);
    assert.deepEqual(fault, { path: ["id"], message: 'must be "facebook~2000"' });
  });

  it("refuses fields that the channel does not have", () => {
    const faults = rules.faultsOf("instances", page({ values: { colour: "red" } }), all);
    assert.deepEqual(faults, [{ path: ["values", "colour"], message: "unknown field" }]);
  });

  it("refuses an account of another provider and an id that is not normal", () => {
    const sms = page({ channel: "sms", id: "sms~14252306549", externalId: "14252306549", secrets: {} });
    const messages = rules.faultsOf("instances", sms, all).map((fault) => fault.message);
    assert.deepEqual(messages, [
      '"fb" is an account at facebook, not at twilio',
      '"messenger" is a work stream of channel facebook, not sms',
      'write it as "+14252306549"',
    ]);
  });

  it("refuses simulated accounts in production", () => {
    const account = snapshot.accounts.get("fb");
    assert.ok(account);
    const production = createSettingsRules(definitions, { production: true });
    const simulated = { ...account, simulated: true };
    assert.equal(rules.faultsOf("accounts", simulated, all).length, 0);
    assert.deepEqual(production.faultsOf("accounts", simulated, all)[0]?.path, ["simulated"]);
  });

  it("knows which secrets we make", () => {
    const account = snapshot.accounts.get("fb");
    assert.ok(account);
    assert.deepEqual(rules.generatedFields("accounts", account), ["verifyToken"]);
  });

  it("checks units, groups and activities where any are declared, and only there", () => {
    const records = {
      createContact: false,
      createTicket: true,
      unit: "lisbon",
      group: "shop",
      activity: "x",
    };
    assert.deepEqual(rules.faultsOf("instances", page({ records }), all), []);
    const declared: SettingsLookup = {
      ...all,
      has: (kind, id) => (kind === "groups" ? id === "shops" : all.has(kind, id)),
      ids: (kind) => (kind === "groups" ? ["shops"] : all.ids(kind)),
    };
    assert.deepEqual(rules.faultsOf("instances", page({ records }), declared), [
      { path: ["records", "group"], message: 'no group "shop"; did you mean "shops"?' },
    ]);
    const flow = { id: "f", start: "a", steps: { a: { do: "ticket", subject: "x", group: "free words" } } };
    assert.deepEqual(rules.faultsOf("flows", flow, all), []);
    assert.deepEqual(
      rules.faultsOf("flows", flow, declared).map(({ path }) => path),
      [["steps", "a", "group"]],
    );
    const activity = { id: "order", name: "Order", group: "none" };
    assert.deepEqual(rules.faultsOf("activities", activity, all), []);
    assert.equal(rules.faultsOf("activities", activity, declared).length, 1);
  });

  it("knows what rules file tickets under", () => {
    const stream = snapshot.workstreams.get("messenger");
    assert.ok(stream);
    const set = { ticket: { subject: "Order", activity: "order", group: "shop" } };
    const classification = [{ name: "subject", rules: [{ name: "order", if: "true", set }] }];
    const references = rules.referencesOf("workstreams", { ...stream, classification });
    const at = ["classification", 0, "rules", 0, "set", "ticket"];
    assert.deepEqual(
      references.filter(({ kind }) => kind === "groups" || kind === "activities"),
      [
        { path: [...at, "group"], kind: "groups", id: "shop" },
        { path: [...at, "activity"], kind: "activities", id: "order" },
      ],
    );
  });
});
