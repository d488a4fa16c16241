import assert from "node:assert/strict";
import { toContactRecord, toTicketRecord } from "../../src/core/record";
import type { LoadedPlugins } from "../../src/plugins/loadPlugins";
import { buildContact, buildTicket } from "../contacts/webhooks/bench";
import { createFakeClock } from "../support/clock";
import { eventually } from "../support/startApp";
import { fixture, load, makeFolder } from "./support";

const factsOf = (id: string) => ({
  conversationId: "t.1",
  threadId: "t",
  channel: "sms",
  instanceId: "sms~1",
  customer: { id },
});

describe("records of a plugin", function () {
  // Threads start and end on a busy machine.
  this.timeout(30_000);
  let plugins: LoadedPlugins;
  afterEach(() => plugins?.close());

  const find = (id: string) => plugins.records.findContact?.(factsOf(id), "call~1");

  it("are absent in plugins that have none", async () => {
    plugins = await load({ names: [fixture("shop.cjs")] });
    assert.deepEqual(plugins.records, { keepers: [] });
  });

  it("say who a customer is", async () => {
    plugins = await load({ names: [fixture("crm.cjs")] });
    assert.deepEqual(await find("5"), {
      answer: {
        plugin: "crm",
        fields: { name: "Ana Silva", emails: ["ana@example.com"], externalId: "crm-5" },
      },
      faults: [],
    });
    assert.deepEqual(await find("unknown"), { answer: undefined, faults: [] });
  });

  it("are passed over when they fail or answer what cannot be used; the next plugin is asked", async () => {
    const { folder, remove } = makeFolder({
      "second.cjs":
        'module.exports = { name: "second", switchboard: "*", records: { findContact: () => ({ name: "Second" }) } };',
    });
    plugins = await load({ names: [fixture("crm.cjs"), `${folder}/second.cjs`] });
    const broken = await find("broken");
    assert.equal(broken?.answer?.fields.name, "Second");
    assert.match(broken?.faults[0] ?? "", /crm.*records\.findContact: the CRM is away/);
    const odd = await find("odd");
    assert.equal(odd?.answer?.fields.name, "Second");
    assert.match(odd?.faults[0] ?? "", /answer cannot be used.*nmae/);
    const failures = plugins.status()[0]?.parts.find(({ part }) => part === "records.findContact")?.failures;
    assert.equal(failures, 2);
    remove();
  });

  it("hold a message no longer than two seconds", async () => {
    const clock = createFakeClock();
    plugins = await load({ names: [fixture("crm.cjs")], clock });
    const told: string[] = [];
    void find("slow")?.then(({ faults }) => told.push(...faults));
    clock.advance(1_999);
    assert.deepEqual(told, []);
    clock.advance(1);
    await eventually(() => told.length === 1, "the time is up");
    assert.match(told[0] ?? "", /longer than 2000 ms/);
  });

  it("keep contacts and tickets elsewhere, and say under which id", async () => {
    plugins = await load({ names: [fixture("crm.cjs")] });
    const [crm] = plugins.records.keepers;
    const contact = toContactRecord(buildContact("c1"));
    assert.deepEqual(await crm?.contactChanged?.(contact, "event~1"), { externalId: "crm-c1" });
    assert.deepEqual(await crm?.ticketChanged?.(toTicketRecord(buildTicket("T-1")), "event~2"), {
      external: { id: "sd-T-1", url: "https://desk.example.com/1" },
    });
    await crm?.contactErased?.({ id: "c1" }, "event~3");
    const seen = await plugins.runAction("crm.seen", {}, { id: "x", timeoutMs: 10_000 });
    assert.deepEqual(seen, [
      ["event~1", "Name of c1"],
      ["event~3", "c1 is erased"],
    ]);
    await assert.rejects(
      async () => crm?.ticketChanged?.(toTicketRecord(buildTicket("T-1", { subject: "odd" })), "event~3"),
      { code: "PLUGIN_FAILED", message: /external\.id/ },
    );
  });

  it("are refused when misspelt", async () => {
    const { folder, remove } = makeFolder({
      "odd.cjs": 'module.exports = { name: "odd", switchboard: "*", records: { findContct: () => {} } };',
    });
    await assert.rejects(load({ names: [`${folder}/odd.cjs`] }), {
      code: "PLUGIN_INVALID",
      message: /records\.findContct: unknown key; did you mean "findContact"/,
    });
    remove();
  });
});
