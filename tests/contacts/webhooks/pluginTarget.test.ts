import assert from "node:assert/strict";
import { toPluginTarget } from "../../../src/contacts/webhooks/pluginTarget";
import type { Actor } from "../../../src/core/actor";
import type { RecordKeeper } from "../../../src/core/runningPlugins";
import { buildContact, createBench, pass } from "./bench";

const CRM: Actor = { kind: "plugin", id: "crm" };

describe("a plugin that keeps records elsewhere", () => {
  function start(keeper: Partial<RecordKeeper>) {
    const bench = createBench([]);
    const kept: string[] = [];
    const records = {
      readContact: async (id: string) => bench.contacts.get(id),
      readTicket: async () => undefined,
      readConsent: async () => undefined,
      async keepExternalId(contactId: string, externalId: string, by: Actor) {
        kept.push(`${contactId}=${externalId} by ${by.id}`);
      },
      keepExternal: async () => {},
    };
    const webhooks = bench.build({ plugins: { keepers: [{ plugin: "crm", ...keeper }] }, records });
    webhooks.start();
    return { bench, kept, webhooks };
  }

  it("is told until it has understood, under the event's id; its answer is written back", async () => {
    const calls: string[] = [];
    const { bench, kept, webhooks } = start({
      async contactChanged({ id }, call) {
        calls.push(`${id} ${call}`);
        if (calls.length < 3) throw new Error("Ana Silva is unknown here");
        return { externalId: "crm-1" };
      },
    });
    const event = bench.event("c1");
    await webhooks.tell(event);
    await webhooks.idle();
    assert.doesNotMatch(JSON.stringify(bench.store.all("contacts")), /Silva/);
    await pass(bench.clock, webhooks.idle, 6_000);
    await pass(bench.clock, webhooks.idle, 25_000);
    assert.deepEqual(calls, [`c1 ${event.id}`, `c1 ${event.id}`, `c1 ${event.id}`]);
    assert.deepEqual(kept, ["c1=crm-1 by crm"]);
    assert.deepEqual(
      (await webhooks.list("plugin~crm", { limit: 9 })).items.map(({ state }) => state),
      ["done"],
    );
  });

  it("does not hear of its own change, but of one that came in between", async () => {
    const heard: number[] = [];
    const { bench, webhooks } = start({
      async contactChanged({ version }) {
        heard.push(version);
        return {};
      },
    });
    bench.contacts.set("c1", buildContact("c1", { version: 4, updatedBy: CRM }));
    await webhooks.tell(bench.event("c1", { version: 4 }));
    await webhooks.idle();
    assert.deepEqual(heard, []);
    await webhooks.tell(bench.event("c1", { version: 3 }));
    await webhooks.idle();
    assert.deepEqual(heard, [4]);
  });

  it("is told of an erasure, again until it has done it, and asks for no record", async () => {
    const erased: string[] = [];
    let away = true;
    const contactErased = async ({ id }: { id: string }, event: string) => {
      if (away) throw new Error("away");
      erased.push(`${id} ${event}`);
    };
    const target = toPluginTarget({ plugin: "crm", contactErased }, {} as never);
    const event = { id: "1", type: "contact.erased", at: 0, contactId: "c1" } as const;
    assert.ok(target.wants(event));
    assert.equal((await target.send(event)).kind, "failed");
    away = false;
    assert.equal((await target.send(event)).kind, "done");
    assert.deepEqual(erased, ["c1 1"]);
  });

  it("is not told of what it does not keep", () => {
    const target = toPluginTarget({ plugin: "crm", ticketChanged: async () => ({}) }, {} as never);
    const wants = (type: "contact.changed" | "ticket.created" | "consent.changed") =>
      target.wants({ id: "1", type, at: 0 });
    assert.deepEqual(
      [wants("contact.changed"), wants("ticket.created"), wants("consent.changed")],
      [false, true, false],
    );
  });
});
