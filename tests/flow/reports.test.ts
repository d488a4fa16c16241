import assert from "node:assert/strict";
import { request } from "undici";
import type { ReportView } from "../../src/admin/reportContract";
import type { QueueView } from "../../src/desk/contract";
import { startTestApp, type TestApp } from "../support/startApp";

describe("figures of work distribution", function () {
  this.timeout(30_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.stop());

  it("tell of a conversation that waits: on the desk, in the report and in /metrics", async () => {
    await test.say("sms", "+12065550147", "Do you open on Sunday?");
    await test.idle();
    const queues = (await test.call<{ items: QueueView[] }>("admin", "GET", "/api/desk/queues")).body.items;
    assert.equal(
      queues.reduce((sum, { waiting }) => sum + waiting, 0),
      1,
    );
    const report = (await test.call<ReportView>("admin", "GET", "/api/admin/reports?by=channel")).body;
    assert.deepEqual(
      report.items.map(({ key, figures }) => [key, figures.opened, figures.waiting]),
      [["sms", 1, 1]],
    );
    assert.equal((await test.call("ana", "GET", "/api/admin/reports")).status, 403);
    const metrics = await (await request(`${test.url}/metrics`)).body.text();
    assert.match(metrics, /switchboard_queue_waiting\{queue="\w+"\} 1\n/);
    assert.match(metrics, /switchboard_today_accepted\{queue="\w+"\} 0\n/);
  });
});
