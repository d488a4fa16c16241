const assert = require("node:assert/strict");
const { after, before, describe, it } = require("node:test");
const { testPlugin } = require("switchboard/testing");

describe("__NAME__", () => {
  let plugin;
  // Loaded as the server loads it: checked, with its own thread.
  before(async () => {
    plugin = await testPlugin(require.resolve(".."));
  });
  after(() => plugin.close());

  it("knows an order number", () => {
    assert.equal(plugin.evaluate("__FUNCTION__('Where is A-1234?')"), true);
    assert.equal(plugin.evaluate("__FUNCTION__('Hello')"), false);
  });

  it("finds an order", async () => {
    assert.deepEqual(await plugin.runAction("findOrder", { number: "A-1234" }), { state: "shipped" });
    assert.deepEqual(await plugin.runAction("findOrder", { number: "B-1" }), { state: "unknown" });
  });

  it("knows good customers", async () => {
    assert.equal(await plugin.readField("tier", { customer: { name: "Gilda Moore" } }), "gold");
    assert.equal(await plugin.readField("tier"), "standard");
  });

  it("notes the order that a customer speaks of", async () => {
    assert.deepEqual(await plugin.callHook("beforeTurn", { text: "A-1234 is late" }), { context: { order: "A-1234" } });
    assert.deepEqual(await plugin.callHook("beforeTurn", { text: "Hello" }), { context: {} });
  });
});
