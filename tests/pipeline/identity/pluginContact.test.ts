import assert from "node:assert/strict";
import type { ContactFields } from "../../../src/core/contact";
import { NONE_RUNNING } from "../../../src/core/runningPlugins";
import { threadOf } from "../bench";
import { BY, createIdentityBench, PHONE } from "./bench";

describe("identification by a plugin", () => {
  /** A CRM that knows everybody by these fields; the ids of its calls are kept. */
  function start(fields: Partial<ContactFields> | undefined, faults: string[] = []) {
    const asked: string[] = [];
    const bench = createIdentityBench({
      records: { createContact: true },
      plugins: {
        ...NONE_RUNNING,
        records: {
          keepers: [],
          async findContact({ customer }, id) {
            asked.push(`${customer.id} ${id}`);
            return { answer: fields === undefined ? undefined : { plugin: "crm", fields }, faults };
          },
        },
      },
    });
    const contactOf = async (customer: string) => {
      const { links = [] } = (await bench.book.profile(threadOf(customer)))?.doc ?? {};
      const contact = await bench.book.read(links[0]?.contactId ?? "none");
      return { how: links[0]?.how, contact: contact?.doc };
    };
    return { bench, asked, contactOf };
  }

  it("links the contact that has its external id, and asks once", async () => {
    const { bench, asked, contactOf } = start({ name: "Whoever", externalId: "crm-7" });
    await bench.contact("ann", { externalId: "crm-7" });
    await bench.contact("ben", { externalId: "crm-77", phones: [] });
    await bench.tell("1", "hi");
    const { how, contact } = await contactOf("1");
    assert.deepEqual([how, contact?.contactId, contact?.name], ["plugin", "c~ann", "ann"]);
    assert.equal((await bench.item("1"))?.contact?.id, "c~ann");
    await bench.tell("1", "me again", { name: "Ann", phone: "+12065550177" });
    assert.deepEqual(asked, [`1 findContact~${threadOf("1")}.1`]);
  });

  it("makes one of what it says, by the plugin", async () => {
    const { bench, contactOf } = start({
      name: "Ana Silva",
      emails: ["Ana@Example.com"],
      externalId: "crm-8",
    });
    await bench.tell("1", "hi");
    const { how, contact } = await contactOf("1");
    assert.deepEqual(
      [how, contact?.name, contact?.emails, contact?.externalId, contact?.createdBy],
      ["plugin", "Ana Silva", ["ana@example.com"], "crm-8", { kind: "plugin", id: "crm" }],
    );
    await bench.tell("2", "from another device");
    assert.equal((await contactOf("2")).contact?.contactId, contact?.contactId);
  });

  it("decides between several with one phone; is not asked when there is one", async () => {
    const { bench, asked, contactOf } = start({ name: "Ben", externalId: "crm-9" });
    await bench.contact("ann");
    await bench.tell("1", "hi", { phone: PHONE });
    assert.deepEqual([(await contactOf("1")).contact?.contactId, asked], ["c~ann", []]);
    await bench.contact("ben", { externalId: "crm-9" });
    await bench.tell("2", "hi", { phone: PHONE });
    assert.equal((await contactOf("2")).contact?.contactId, "c~ben");
  });

  it("never links whom an agent has refused", async () => {
    const { bench, contactOf } = start({ name: "Ann", externalId: "crm-7" });
    await bench.contact("ann", { externalId: "crm-7", phones: [] });
    await bench.tell("1", "hi");
    await bench.book.unlink(threadOf("1"), { by: BY });
    await bench.close("1");
    await bench.tell("1", "hi again");
    assert.notEqual((await contactOf("1")).contact?.contactId, "c~ann");
  });

  it("is passed over when it fails, knows nobody, or says what no contact can hold", async () => {
    for (const { bench, contactOf } of [
      start(undefined, ["it hung"]),
      start(undefined),
      start({ name: "Ann", emails: ["nonsense"] }),
    ]) {
      await bench.tell("1", "hi");
      assert.equal((await contactOf("1")).how, "created");
    }
  });
});
