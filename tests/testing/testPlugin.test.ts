import assert from "node:assert/strict";
import { testPlugin } from "../../src/testing/testPlugin";
import { makeFolder } from "../plugins/support";

describe("testPlugin", function () {
  this.timeout(30_000);

  it("asks a plugin's records as the server does", async () => {
    const { folder, remove } = makeFolder({
      "crm.cjs": `module.exports = { name: "crm", switchboard: "*", records: {
        findContact: ({ customer }) => (customer.id === "odd" ? { phone: "1" } : { name: "Ana", externalId: customer.id }),
        contactChanged: (contact, call) => ({ externalId: contact.name + call.id }),
        contactErased: ({ id }) => { if (id === "stays") throw new Error("cannot"); },
      } };`,
    });
    const plugin = await testPlugin(`${folder}/crm.cjs`);
    const { records } = plugin;
    assert.deepEqual(await records.findContact({ customer: { id: "7" } }), { name: "Ana", externalId: "7" });
    assert.deepEqual(await records.contactChanged({ name: "Eva" }, "event-1"), { externalId: "Evaevent-1" });
    await records.contactErased();
    await assert.rejects(records.contactErased("stays"), { code: "PLUGIN_FAILED" });
    await assert.rejects(records.findContact({ customer: { id: "odd" } }), {
      code: "INPUT_INVALID",
      message: /answer cannot be used/,
    });
    await assert.rejects(records.ticketChanged(), {
      code: "INPUT_INVALID",
      message: "The plugin has no records.ticketChanged.",
    });
    await plugin.close();
    remove();
  });
});
