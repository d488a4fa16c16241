import assert from "node:assert/strict";
import type { ConversationView, DispositionView } from "../../src/desk/contract";
import { conversationOf } from "../pipeline/bench";
import { createDesk, SAM } from "./bench";

const ONE = conversationOf("1");
const PATH = `/conversations/${ONE}/dispositions`;

async function createWrapUp(
  required = false,
  dispositions = [
    { id: "sold", name: "Sold" },
    { id: "asked", name: "Asked" },
  ],
) {
  const desk = createDesk({
    workstreams: [
      { id: "messenger", dispositionRequired: required },
      { id: "sms", channel: "sms" },
    ],
    more: { dispositions: [...dispositions, { id: "other", name: "Other", workstreams: ["sms"] }] },
  });
  await desk.say("1", "hi");
  await desk.call("ana", "POST", `/conversations/${ONE}/pick`);
  await desk.call("ana", "POST", `/conversations/${ONE}/end`);
  return desk;
}

describe("dispositions", () => {
  it("to choose from are those of the work stream, by name", async () => {
    const desk = await createWrapUp(true);
    const { body } = await desk.call<{ items: DispositionView[]; required: boolean }>("ana", "GET", PATH);
    assert.deepEqual(body.items, [
      { id: "asked", name: "Asked" },
      { id: "sold", name: "Sold" },
    ]);
    assert.equal(body.required, true);
  });

  it("are shown with the conversation, and outlive its row", async () => {
    const desk = await createWrapUp();
    const changed = await desk.call<ConversationView>("ana", "POST", PATH, {
      dispositions: ["sold", "asked"],
    });
    assert.deepEqual(changed.body.dispositions, ["sold", "asked"]);
    const live = await desk.call<ConversationView>("ana", "GET", `/conversations/${ONE}`);
    assert.deepEqual(live.body.dispositions, ["sold", "asked"]);
    await desk.call("ana", "POST", `/conversations/${ONE}/close`);
    assert.equal(await desk.item("1"), undefined);
    assert.deepEqual((await desk.record("1"))?.last?.dispositions, ["sold", "asked"]);
    const closed = await desk.call<ConversationView>("ana", "GET", `/conversations/${ONE}`);
    assert.deepEqual(closed.body.dispositions, ["sold", "asked"]);
    const list = await desk.call<{ items: ConversationView[] }>("ana", "GET", "/conversations?state=closed");
    assert.deepEqual(list.body.items[0]?.dispositions, ["sold", "asked"]);
    await assert.rejects(desk.call("ana", "POST", PATH, { dispositions: [] }), { code: "WRONG_STATE" });
  });

  it("may be chosen by a supervisor in the agent's place, and by nobody else", async () => {
    const desk = await createWrapUp();
    await assert.rejects(desk.call("ben", "POST", PATH, { dispositions: ["sold"] }), {
      code: "ALREADY_TAKEN",
    });
    const changed = await desk.call<ConversationView>(SAM, "POST", PATH, { dispositions: ["sold"] });
    assert.deepEqual([changed.body.dispositions, changed.body.agentId], [["sold"], "ana"]);
  });

  it("that the work stream requires are asked for before an agent may close", async () => {
    const desk = await createWrapUp(true);
    await assert.rejects(desk.call("ana", "POST", `/conversations/${ONE}/close`), {
      code: "WRONG_STATE",
      message: /Choose what came of this conversation/,
    });
    assert.equal((await desk.item("1"))?.state, "wrapUp");
    await desk.call("ana", "POST", PATH, { dispositions: ["asked"] });
    const closed = await desk.call<ConversationView>("ana", "POST", `/conversations/${ONE}/close`);
    assert.equal(closed.body.state, "closed");
  });

  it("that are required do not hold up a supervisor, nor where there are none, nor putting aside", async () => {
    const supervised = await createWrapUp(true);
    const close = `/conversations/${ONE}/close`;
    assert.equal((await supervised.call<ConversationView>(SAM, "POST", close)).body.state, "closed");
    const none = await createWrapUp(true, []);
    assert.equal((await none.call<{ required: boolean }>("ana", "GET", PATH)).body.required, false);
    assert.equal((await none.call<ConversationView>("ana", "POST", close)).body.state, "closed");
    const active = await createWrapUp(true);
    await active.say("1", "one more thing");
    assert.equal((await active.call<ConversationView>("ana", "POST", close)).body.state, "waiting");
  });

  it("must be a list of ids", async () => {
    const desk = await createWrapUp();
    for (const body of [undefined, {}, { dispositions: "sold" }, { dispositions: [""] }])
      await assert.rejects(desk.call("ana", "POST", PATH, body), { code: "INPUT_INVALID" });
  });
});
