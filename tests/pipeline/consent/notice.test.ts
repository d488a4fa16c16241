import assert from "node:assert/strict";
import { listConsents } from "../../../src/contacts/consent/consents";
import { assignTo } from "../../../src/routing/sessions";
import { conversationOf, createBench, message, type PipelineBench, threadOf, WITH_HELPER } from "../bench";
import { crashAfter } from "../crash";

const NOTICE = { id: "privacy", text: { en: "We keep what you write.", pt: "Guardamos o que escreve." } };
const CHANGED = { ...NOTICE, text: { ...NOTICE.text, en: "We keep what you write for a year." } };
const WITH_NOTICE = { instances: [{ externalId: "2000", notice: "privacy" }], more: { notices: [NOTICE] } };

const texts = (bench: PipelineBench) => bench.sent.map(({ text }) => text);
const records = async (bench: PipelineBench, customer = "1") =>
  (await listConsents(bench.store, threadOf(customer))).items;

describe("a privacy notice", () => {
  it("is sent at first contact, before the helper's answer, once, and recorded", async () => {
    const bench = createBench({ ...WITH_HELPER, ...WITH_NOTICE });
    await bench.say("1", "hi", "again");
    assert.deepEqual(texts(bench), [NOTICE.text.en, "You said: hi", "You said: again"]);
    const [record, ...others] = await records(bench);
    assert.deepEqual(others, []);
    const [notice] = bench.outbound("1");
    assert.deepEqual(
      [record?.kind, record?.noticeId, record?.language, record?.text, record?.messageId, record?.at],
      ["noticeShown", "privacy", "en", NOTICE.text.en, notice?.id, bench.clock.now()],
    );
    assert.deepEqual(notice?.author, { kind: "system" });
    const { version } = (await bench.head("1"))?.notice ?? {};
    assert.equal(record?.version, version);
    assert.deepEqual((await bench.item("1"))?.notice, { noticeId: "privacy", version, at: record?.at });
  });

  it("is in the instance's language where the customer's is not known; the work stream names it for all", async () => {
    const bench = createBench({
      workstreams: [{ id: "messenger", notice: "privacy" }],
      instances: [{ externalId: "2000", language: "pt-BR" }],
      more: { notices: [NOTICE] },
    });
    await bench.say("1", "oi");
    assert.deepEqual(texts(bench), [NOTICE.text.pt]);
    assert.equal((await records(bench))[0]?.language, "pt");
  });

  it("is sent again after its text has changed, also when an agent has the conversation", async () => {
    const bench = createBench(WITH_NOTICE);
    await bench.say("1", "hi");
    await assignTo(bench.ports, conversationOf("1"), "ana");
    await bench.say("1", "more");
    assert.deepEqual(texts(bench), [NOTICE.text.en]);
    bench.settings.change({ ...WITH_NOTICE, more: { notices: [CHANGED] } });
    bench.clock.advance(1);
    await bench.say("1", "even more", "and more");
    assert.deepEqual(texts(bench), [NOTICE.text.en, CHANGED.text.en]);
    const [first, second, ...others] = await records(bench);
    assert.deepEqual(others, []);
    assert.notEqual(first?.version, second?.version);
    assert.equal((await bench.item("1"))?.notice?.version, second?.version);
    assert.equal((await bench.item("1"))?.agentId, "ana");
  });

  it("is not sent again in the next conversation, nor for a change of what agents are told", async () => {
    const bench = createBench({ ...WITH_HELPER, ...WITH_NOTICE, bot: () => ({ ended: true }) });
    await bench.say("1", "hi");
    const told = { ...NOTICE, agentNotice: { en: "This talk is recorded." } };
    bench.settings.change({ ...WITH_HELPER, ...WITH_NOTICE, more: { notices: [told] } });
    await bench.say("1", "hi");
    assert.deepEqual(texts(bench), [NOTICE.text.en]);
    assert.equal((await bench.head("1"))?.conversations, 2);
  });

  it("waits for a message that opens the window, and for one who has opted out", async () => {
    const bench = createBench({ ...WITH_NOTICE });
    await bench.say("1", "STOP");
    await bench.say("1", "hello?");
    assert.deepEqual(texts(bench), [
      "You will get no automatic messages from us any more. Write START to get them again.",
    ]);
    bench.clock.advance(1);
    await bench.say("1", "START");
    await bench.say("1", "so?");
    assert.deepEqual(texts(bench).slice(2), [NOTICE.text.en]);
    const shut = createBench(WITH_NOTICE);
    const channel = shut.ports.channels.get("facebook");
    Object.assign(channel?.definition ?? {}, { window: { hours: 1, closedText: "Shut." } });
    await shut.webhook(message("1", "late", { at: shut.clock.now() - 2 * 60 * 60 * 1000 }));
    await shut.quiet();
    assert.deepEqual(texts(shut), []);
    await shut.say("1", "now");
    assert.deepEqual(texts(shut), [NOTICE.text.en]);
  });

  it("is sent once for two messages at once, and for a webhook that is repeated", async () => {
    const bench = createBench(WITH_NOTICE);
    const first = message("1", "a", { key: "a" });
    await Promise.all([bench.webhook(first, message("1", "b")), bench.webhook(first)]);
    await bench.quiet();
    assert.deepEqual(texts(bench), [NOTICE.text.en]);
    assert.equal((await records(bench)).length, 1);
  });

  for (const purpose of ["receive", "turn", "consent"]) {
    it(`is sent and recorded once when the process dies after "${purpose}"`, async () => {
      const bench = await crashAfter(purpose, (first) => first.say("1", "hi"), { bench: WITH_NOTICE });
      await bench.pass(60_000);
      await bench.quiet();
      await bench.pipeline.sweep.run();
      await bench.quiet();
      assert.equal(bench.outbound("1").length, 1);
      assert.equal((await records(bench)).length, 1);
      assert.deepEqual(bench.effects(), []);
      assert.equal((await bench.item("1"))?.holder, "queue");
      await bench.pipeline.stop(0);
    });
  }

  it("costs a customer who knows it nothing", async () => {
    const bench = createBench({ ...WITH_HELPER, ...WITH_NOTICE });
    await bench.say("1", "hi");
    const before = bench.store.all("contacts").length;
    const purposes: string[] = [];
    bench.store.afterCommit = (purpose) => void purposes.push(purpose);
    await bench.say("1", "again");
    assert.equal(bench.store.all("contacts").length, before);
    assert.deepEqual(purposes, ["receive", "turn", "accepted"]);
  });
});
