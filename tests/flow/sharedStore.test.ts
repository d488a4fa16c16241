import assert from "node:assert/strict";
import { buildConfiguration, ECHO_FLOW } from "../support/accounts";
import { useCosmosServers } from "../support/cosmosServers";
import { sentOn } from "../support/platforms";
import { eventually, type TestApp } from "../support/startApp";

const CUSTOMER = "+12065550177";

describe("a server whose database is away", function () {
  this.timeout(120_000);
  const servers = useCosmosServers();
  const start = (): Promise<TestApp> =>
    servers.start(buildConfiguration({ helper: "only", flow: ECHO_FLOW }));

  for (const [what, fault] of [
    ["throttled", { kind: "status", status: 429, retryAfterMs: 500 }],
    ["unreachable", { kind: "resetBefore" }],
    ["refusing our identity", { kind: "status", status: 403 }],
  ] as const) {
    it(`${what}: answers 503, so that platforms send again, loses nothing and goes on by itself`, async () => {
      const test = await start();
      await test.say("sms", CUSTOMER, "before");
      await eventually(() => sentOn(servers.platforms, "sms").length === 1, "the first answer");
      await test.idle();

      servers.double.faults.add({ ...fault, times: 1_000_000 });
      assert.equal(
        await test.say("sms", CUSTOMER, "during", { id: "SM00000000000000000000000000000009" }),
        503,
      );
      assert.equal((await test.call("sam", "GET", "/api/desk/conversations")).status, 503);
      servers.double.faults.clear();

      // The platform sends it again.
      assert.equal(
        await test.say("sms", CUSTOMER, "during", { id: "SM00000000000000000000000000000009" }),
        200,
      );
      await eventually(() => sentOn(servers.platforms, "sms").length === 2, "the second answer");
      await test.idle();
      const [conversation] = await test.conversations("sam");
      assert.deepEqual(
        (await test.messages("sam", conversation?.id ?? "")).map(({ text }) => text),
        ["before", "You said: before", "during", "You said: during"],
      );
    });
  }

  it("tells desks within a second what another server wrote", async () => {
    const [one, two] = [await start(), await start()];
    const heard: number[] = [];
    const stream = await fetch(`${two.url}/api/desk/events`, {
      headers: { authorization: "Bearer token-of-sam" },
    });
    assert.ok(stream.body);
    const reader = stream.body.getReader();
    void (async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        if (Buffer.from(value).toString().includes('"type":"message"')) heard.push(Date.now());
      }
    })().catch(() => {});
    const latencies: number[] = [];
    for (let n = 0; n < 5; n++) {
      heard.length = 0;
      const begun = Date.now();
      servers.platforms.serve(one.url);
      await one.say("sms", CUSTOMER, `m${n}`);
      await eventually(() => heard.length > 0, "the event at the other server");
      latencies.push((heard[0] ?? 0) - begun);
    }
    await reader.cancel();
    latencies.sort((a, b) => a - b);
    process.stdout.write(`      events of another server after ${latencies.join(", ")} ms\n`);
    assert.ok((latencies[2] ?? 0) < 1_500, latencies.join());
  });
});
