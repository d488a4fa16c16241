import assert from "node:assert/strict";
import { createContactBook } from "../../../src/contacts/book/book";
import { bringInLine, type Lookup } from "../../../src/contacts/book/lookups";
import { keepConsent } from "../../../src/contacts/consent/consents";
import type { ContactBook } from "../../../src/core/contactBook";
import { fieldsOf } from "../../../src/core/contactSchema";
import { createErasures } from "../../../src/privacy/erasure/erasures";
import { toPseudonyms } from "../../../src/privacy/erasure/pseudonyms";
import { createBench, type PipelineBench, threadOf } from "../../pipeline/bench";

const BY = { kind: "agent", id: "ana" } as const;
const KEY = Buffer.alloc(32, 7).toString("base64url");

interface Setup {
  bench: PipelineBench;
  book: ContactBook;
  erasures: ReturnType<typeof createErasures>;
  scrubs: () => number;
}

function setUp(before?: PipelineBench, serverId = "server~1"): Setup {
  const bench = createBench(
    before === undefined ? {} : { store: before.store, clock: before.clock, serverId },
  );
  const { store, clock } = bench.ports;
  const book = createContactBook({ store, clock });
  let scrubs = 0;
  const erasures = createErasures({
    ...bench.ports,
    ...{ media: bench.media.store, pipeline: bench.pipeline, book, pseudonyms: toPseudonyms(KEY) },
    scrub: async () => void scrubs++,
  });
  return { bench, book, erasures, scrubs: () => scrubs };
}

/** A contact "ada" with customers 1 and 2, and a contact "bea" with customer 3. */
async function people({ bench, book }: Setup): Promise<void> {
  await bench.pipeline.start();
  for (const [contactId, customers] of [
    ["ada", ["1", "2"]],
    ["bea", ["3"]],
  ] as const) {
    await book.create({ name: `name of ${contactId}`, emails: [`${contactId}@example.org`] }, BY, contactId);
    for (const customer of customers) {
      await bench.say(customer, `secret of ${contactId}`);
      const threadId = threadOf(customer);
      await book.seen({ threadId, channel: "facebook", instanceId: "p", customer: { id: customer } });
      await book.link(threadId, contactId, { from: 1, how: "agent", by: BY });
      await keepConsent(bench.store, { id: "c1", type: "consent", threadId, kind: "accepted", at: 1 });
    }
  }
}

async function confirmed({ erasures }: Setup, contactId = "ada") {
  const { confirm } = await erasures.preview({ contactId });
  return erasures.erase({ contactId }, { confirm, reason: "request", by: "admin" });
}

/** Kicks and lets time pass until nothing is under way. */
async function finish({ bench, erasures }: Setup): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await erasures.kick();
    await bench.quiet();
    if ((await erasures.docs.underWay()).items.length === 0) return;
    bench.clock.advance(61_000);
  }
  assert.fail("never done");
}

const INDEX = { kind: "index", contactId: "ada" } as const;

async function edit(book: ContactBook, email: string): Promise<void> {
  const known = (await book.read("ada"))?.doc;
  assert.ok(known);
  const fields = { ...fieldsOf(known), emails: [email] };
  await book.replace("ada", fields, { by: BY });
}

const lookupsOf = ({ store }: PipelineBench, contactId: string) =>
  (store.all("contacts") as Lookup[]).filter((doc) => doc.type === "lookup" && doc.contactId === contactId);

const everything = ({ store }: PipelineBench): string =>
  JSON.stringify(
    (["threads", "routing", "history", "contacts", "leases"] as const).map((name) => store.all(name)),
  );

function assertErased(bench: PipelineBench, at = ""): void {
  const left = everything(bench).replaceAll("contact.erased", "");
  for (const trace of ["secret of ada", "name of ada", "ada@example", threadOf("1"), threadOf("2")])
    assert.ok(!left.includes(trace), `${trace} ${at}`);
  for (const trace of ["secret of bea", "name of bea", "bea@example", threadOf("3")])
    assert.ok(left.includes(trace), `${trace} ${at}`);
}

describe("erasures", function () {
  this.timeout(60_000);

  it("erase a contact on all channels and give one receipt that names nobody", async () => {
    const setup = setUp();
    await people(setup);
    const { id } = await confirmed(setup);
    await finish(setup);
    assertErased(setup.bench);
    const receipt = (await setup.erasures.docs.receipt(id))?.doc;
    assert.equal(receipt?.counts.conversations, 2);
    assert.equal(receipt.counts.consents, 2);
    assert.ok(receipt.scrubbedAt !== undefined);
    assert.equal(setup.scrubs(), 1);
    const proofs = setup.bench.store.all("contacts").filter(({ type }) => type === "consentProof");
    assert.equal(proofs.length, 2);
    await setup.bench.pipeline.stop(0);
  });

  it("are finished after a crash at any commit, with one receipt", async () => {
    for (let stop = 1, ended = false; !ended; stop += 1) {
      const first = setUp();
      await people(first);
      await first.bench.quiet();
      let left = stop;
      let dead = false;
      first.bench.store.before = () => (dead ? new Promise(() => {}) : undefined);
      const { confirm } = await first.erasures.preview({ contactId: "ada" });
      first.bench.store.afterCommit = () => {
        left -= 1;
        if (left > 0) return;
        dead = true;
        return new Promise(() => {});
      };
      void first.erasures.erase({ contactId: "ada" }, { confirm, reason: "request", by: "admin" });
      for (let i = 0; i < 400 && !dead; i++) await new Promise(setImmediate);
      ended = !dead;
      delete first.bench.store.before;
      delete first.bench.store.afterCommit;
      const second = setUp(first.bench, "server~2");
      await second.bench.pipeline.start();
      await finish(second);
      assertErased(second.bench, `after commit ${stop}`);
      const receipts = (await second.erasures.docs.receipts({ limit: 10 })).items;
      assert.equal(receipts.length, 1, `after commit ${stop}`);
      assert.equal(receipts[0]?.doc.counts.messages, 2, `after commit ${stop}`);
      await second.bench.pipeline.stop(0);
      assert.ok(stop < 200);
      if (ended) assert.ok(stop > 15, `only ${stop} commits`);
    }
  });

  it("leave what somebody else has by now", async () => {
    const setup = setUp();
    const { bench, book } = setup;
    await people(setup);
    await book.unlink(threadOf("1"), { by: BY, until: 1 });
    const item = await bench.item("1");
    assert.ok(item);
    await bench.pipeline.closing.close(item, "agentClosed");
    await bench.say("1", "I have this number now");
    await book.link(threadOf("1"), "bea", { from: 2, how: "agent", by: BY });
    const { id } = await confirmed(setup);
    await finish(setup);
    const left = everything(bench);
    assert.ok(!left.includes("secret of ada") && !left.includes("name of ada"));
    assert.ok(left.includes("I have this number now"));
    assert.deepEqual(
      (await book.spans("bea")).map(({ profile }) => profile.threadId).sort(),
      [threadOf("1"), threadOf("3")].sort(),
    );
    assert.ok((await setup.erasures.docs.receipt(id)) !== undefined);
    await bench.pipeline.stop(0);
  });

  it("need the preview of just that", async () => {
    const setup = setUp();
    await people(setup);
    const { confirm } = await setup.erasures.preview({ contactId: "ada" });
    const more = { reason: "request", by: "admin" } as const;
    const erase = (contactId: string, token: string) =>
      setup.erasures.erase({ contactId }, { confirm: token, ...more });
    await assert.rejects(erase("bea", confirm), { code: "CHANGED_MEANWHILE" });
    await assert.rejects(erase("ada", "nonsense"), { code: "INPUT_INVALID" });
    await setup.book.unlink(threadOf("2"), { by: BY });
    await assert.rejects(erase("ada", confirm), { code: "CHANGED_MEANWHILE" });
    const fresh = await setup.erasures.preview({ contactId: "ada" });
    setup.bench.clock.advance(2 * 60 * 60_000);
    await assert.rejects(erase("ada", fresh.confirm), { code: "INPUT_INVALID" });
    await assert.rejects(setup.erasures.preview({ contactId: "nobody" }), { code: "NOT_FOUND" });
    await setup.bench.pipeline.stop(0);
  });

  it("let a customer who writes meanwhile begin anew, without the contact", async () => {
    for (let at = 2; at < 60; at += 5) {
      const setup = setUp();
      const { bench, book } = setup;
      await people(setup);
      let left = at;
      bench.store.afterCommit = async () => {
        if (--left !== 0) return;
        delete bench.store.afterCommit;
        await bench.say("1", "in between");
      };
      await confirmed(setup);
      await finish(setup);
      delete bench.store.afterCommit;
      await bench.quiet();
      const left2 = everything(bench);
      assert.ok(!left2.includes("secret of ada") && !left2.includes("name of ada"), `at ${at}`);
      const head = await bench.head("1");
      if (head !== undefined) {
        assert.equal(head.conversations, 1, `at ${at}`);
        assert.equal(head.contact, undefined, `at ${at}`);
      } else assert.deepEqual(bench.messages("1"), [], `at ${at}`);
      assert.deepEqual((await book.profile(threadOf("1")))?.doc.links ?? [], [], `at ${at}`);
      await bench.pipeline.stop(0);
    }
  });

  it("take look-ups away that an edit added since, also after a crash", async () => {
    for (let stop = 2; stop < 14; stop += 1) {
      const first = setUp();
      await people(first);
      await first.bench.quiet();
      let left = stop;
      let dead = false;
      first.bench.store.before = () => (dead ? new Promise(() => {}) : undefined);
      const { confirm } = await first.erasures.preview({ contactId: "ada" });
      // The erasure stands with the first commit. Then somebody edits the contact, and the server dies a little later.
      first.bench.store.afterCommit = async () => {
        left -= 1;
        if (left === stop - 1) {
          await edit(first.book, "late@example.org");
          if (stop % 2 === 0) await bringInLine(first.bench.store, { ...INDEX, keys: [] });
        }
        if (left > 0) return;
        dead = true;
        return new Promise(() => {});
      };
      void first.erasures.erase({ contactId: "ada" }, { confirm, reason: "request", by: "admin" });
      for (let i = 0; i < 400 && !dead; i++) await new Promise(setImmediate);
      delete first.bench.store.before;
      delete first.bench.store.afterCommit;
      const second = setUp(first.bench, "server~2");
      await second.bench.pipeline.start();
      await finish(second);
      assertErased(second.bench, `after commit ${stop}`);
      assert.deepEqual(lookupsOf(second.bench, "ada"), [], `after commit ${stop}`);
      await second.bench.pipeline.stop(0);
    }
  });

  it("take away what was written back while another thread waits, before the customer begins anew", async () => {
    const setup = setUp();
    const { bench, book } = setup;
    await people(setup);
    await bench.quiet();
    const [threadId, other] = [threadOf("1"), threadOf("2")];
    const { erase } = bench.pipeline.eraser;
    let busy = true;
    bench.pipeline.eraser.erase = async (id, ...more) => {
      if (id === other && busy) return "busy";
      if (id !== threadId) return erase(id, ...more);
      // A slow effect of the old conversation.
      await book.seen({ threadId, channel: "facebook", instanceId: "p", customer: { id: "1", name: "Ada" } });
      const contact = await book.create(
        { name: "Ada again", emails: [] },
        { kind: "system", id: "x" },
        "late",
      );
      await book.link(threadId, contact.doc.contactId, { from: 1, how: "automatic", by: BY });
      return erase(id, ...more);
    };
    await confirmed(setup);
    await setup.erasures.kick();
    assert.equal(await book.profile(threadId), undefined);
    assert.equal(await book.read("late"), undefined);
    await bench.say("1", "anew");
    await book.seen({ threadId, channel: "facebook", instanceId: "p", customer: { id: "1" } });
    busy = false;
    await finish(setup);
    assert.deepEqual((await book.profile(threadId))?.doc.links, []);
    assert.ok(!everything(bench).includes("Ada again"));
    await bench.pipeline.stop(0);
  });

  it("mean of a thread what is no contact's; what is all a contact's is erased with them", async () => {
    const setup = setUp();
    const { bench, book, erasures } = setup;
    await people(setup);
    const of = (threadId: string) => erasures.preview({ threadId });
    await assert.rejects(of(threadOf("9")), { code: "NOT_FOUND" });
    await assert.rejects(of(threadOf("3")), { code: "PROFILE_LINKED", details: { contactId: "bea" } });

    // Bea's number is somebody else's from the second conversation on, and nobody knows whose.
    const item = await bench.item("3");
    assert.ok(item);
    await bench.pipeline.closing.close(item, "agentClosed");
    await book.unlink(threadOf("3"), { by: BY, until: 1 });
    await bench.say("3", "words of a stranger");
    await book.seen({
      threadId: threadOf("3"),
      channel: "facebook",
      instanceId: "p",
      customer: { id: "3", name: "Strange Name" },
    });
    const { confirm, person } = await of(threadOf("3"));
    assert.deepEqual(person.threads[0]?.part, [{ from: 2, to: Number.MAX_SAFE_INTEGER }]);
    await erasures.erase({ threadId: threadOf("3") }, { confirm, reason: "request", by: "admin" });
    await finish(setup);
    const left = everything(bench);
    assert.ok(!left.includes("words of a stranger") && !left.includes("Strange Name"));
    assert.ok(left.includes("secret of bea") && left.includes("name of bea"));
    await bench.pipeline.stop(0);
  });

  it("read each day of the audit once for all, and none before the first of them was known", async () => {
    const setup = setUp();
    const { bench, erasures } = setup;
    await people(setup);
    bench.clock.advance(40 * 24 * 60 * 60 * 1000);
    let reads = 0;
    bench.store.before = ({ kind, container }) => {
      if (kind === "query" && container === "audit") reads += 1;
    };
    for (const contactId of ["ada", "bea"]) await erasures.eraseForRetention({ contactId });
    await finish(setup);
    delete bench.store.before;
    assert.ok(reads >= 41 && reads <= 43, `${reads} days`);
    await bench.pipeline.stop(0);
  });
});
