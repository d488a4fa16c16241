import assert from "node:assert/strict";
import { toContactScope, toSampleFacts } from "../../../src/routing/rules/contactFields";

describe("toContactScope", () => {
  it("is the linked contact's alone, without its version; nothing of the platform fills its gaps", () => {
    const contact = { id: "c~1", version: 7, name: "Ann" };
    assert.deepEqual(toContactScope(contact, { name: "annie", phone: "+1" }), {
      id: "c~1",
      name: "Ann",
      fields: {},
    });
  });

  it("is name and phone of the platform while nobody is linked", () => {
    assert.deepEqual(toContactScope(undefined, { name: "annie", phone: "+1" }), {
      name: "annie",
      mobilePhone: "+1",
    });
  });
});

describe("toSampleFacts", () => {
  it("takes what is given; the name is the customer's when left out", () => {
    assert.deepEqual(toSampleFacts({ group: "gold", unit: undefined }, { name: "Ann" }), {
      ...{ id: "sample", version: 1, name: "Ann", group: "gold" },
    });
    assert.equal(toSampleFacts(undefined, { name: "Ann" }), undefined);
  });
});
