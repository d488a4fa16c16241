import assert from "node:assert/strict";
import type { DecisionView, DryRunView } from "../../src/admin/ruleContract";
import { buildConfiguration } from "../support/accounts";
import { openSession } from "../support/session";
import { startTestApp, type TestApp } from "../support/startApp";

const RULES = [{ name: "Coffee", if: "hasWord(message.text, 'coffee')", queue: "vip" }];

describe("trying rules on what has happened", function () {
  this.timeout(30_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ configuration: buildConfiguration({ rules: RULES }) });
  });
  after(() => test.stop());

  it("tells of closed and live conversations which ones a draft would have sent elsewhere, and saves nothing", async () => {
    const closed = await openSession(test, "sms");
    assert.equal(await test.say("sms", closed.customerId, "some coffee please"), 200);
    await test.idle();
    const path = `/api/desk/conversations/${closed.conversationId}`;
    await test.call("ana", "POST", `${path}/end`);
    assert.equal((await test.call("ana", "POST", `${path}/close`)).status, 200);
    await test.say("sms", "+12065550199", "more coffee");
    await test.say("whatsapp", "+12065550198", "hello");
    await test.idle();
    assert.deepEqual(
      (await test.conversations("sam")).map(({ id }) => id).includes(closed.conversationId),
      false,
    );

    const stored = (await test.call<object>("admin", "GET", "/api/admin/workstreams/sms")).body;
    const workstream = {
      ...stored,
      rules: [{ name: "Greetings", if: "message.text == 'hello'", queue: "vip" }],
    };
    const reply = await test.call<DryRunView>("admin", "POST", "/api/admin/rules/dryrun", { workstream });
    assert.equal(reply.status, 200);
    const { lookedAt, moved, pairs, rows } = reply.body;
    assert.deepEqual([lookedAt, moved], [2, 2]);
    assert.deepEqual(
      pairs.sort((a, b) => String(a.from).localeCompare(String(b.from))),
      [
        { from: "general", to: "vip", count: 1 },
        { from: "vip", to: "general", count: 1 },
      ],
    );
    // By its first words, not by what it said later.
    const row = rows.find(({ conversationId }) => conversationId === closed.conversationId);
    assert.deepEqual([row?.from.rule, row?.to.rule], [null, "Greetings"]);
    const after = (await test.call<object>("admin", "GET", "/api/admin/workstreams/sms")).body;
    assert.deepEqual(after, stored);
  });

  it("decides a sample, for admins only", async () => {
    const body = { workstream: "sms", sample: { message: { text: "a coffee" } } };
    const reply = await test.call<DecisionView>("admin", "POST", "/api/admin/rules/try", body);
    assert.deepEqual([reply.status, reply.body.details.rule], [200, "Coffee"]);
    for (const name of ["try", "dryrun"])
      assert.equal((await test.call("sam", "POST", `/api/admin/rules/${name}`, body)).status, 403);
  });
});
