import assert from "node:assert/strict";
import type { HealthView, StatusView } from "../../../src/admin/operationsContract";
import { accountsOf, joinHealth } from "../../../src/web/counts/health";

describe("health of the instances", () => {
  const status = (part: Partial<StatusView> = {}): StatusView => ({
    id: "sms~1",
    channel: "sms",
    account: "twilio",
    name: "Repairs",
    lastInboundAt: null,
    problem: null,
    ...part,
  });
  const health = (part: Partial<HealthView> = {}): HealthView => ({
    instanceId: "sms~1",
    accountId: "twilio",
    channel: "sms",
    name: "Repairs",
    state: "ok",
    text: null,
    since: null,
    lastInboundAt: "2026-11-21T10:00:00.000Z",
    silent: false,
    ...part,
  });

  it("is unknown, not well, where it could not be read", () => {
    assert.equal(joinHealth([status()], undefined)[0]?.state, "unknown");
    assert.equal(joinHealth([status()], [])[0]?.state, "unknown");
    assert.equal(joinHealth([status()], [health()])[0]?.state, "ok");
  });

  it("is an error where the account cannot be used, whatever else is known", () => {
    const problem = "The secret env:X is not set.";
    const [joined] = joinHealth([status({ problem })], [health()]);
    assert.deepEqual([joined?.state, joined?.text], ["error", problem]);
  });

  it("keeps an instance that only the health knows, and names each account once", () => {
    const joined = joinHealth([status()], [health(), health({ instanceId: "sms~2", name: "Shop" })]);
    assert.deepEqual(
      joined.map(({ instanceId }) => instanceId),
      ["sms~1", "sms~2"],
    );
    assert.deepEqual(accountsOf(joined), [{ id: "twilio", names: ["Repairs", "Shop"] }]);
  });
});
