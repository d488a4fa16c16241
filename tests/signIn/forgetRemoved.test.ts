import assert from "node:assert/strict";
import { StoreError } from "../../src/core/errors";
import { AGENTS, buildBench } from "./bench";

const GOOD = "correct horse battery";
const OTHER = "another good one";
const SECOND_MS = 1000;
const WITHOUT_ANA = AGENTS.filter(({ id }) => id !== "ana");

describe("the ways in of an agent who is deleted", () => {
  const kept = (bench: ReturnType<typeof buildBench>) =>
    bench.store
      .all<{ id: string; type: string }>("leases")
      .filter(({ type }) => type === "password" || type === "link" || type === "session").length;
  /** What was begun is done: memory waits for nothing but turns of the loop. */
  const settle = async () => {
    for (let n = 0; n < 50; n++) await new Promise((resolve) => setImmediate(resolve));
  };
  const invite = (bench: ReturnType<typeof buildBench>) =>
    bench.call("POST", "/api/admin/agents/:id/invitation", { params: { id: "ana" } });

  it("go, again until the store takes it, and do not pass to a new agent of that id", async () => {
    const bench = buildBench();
    const stop = await bench.signIn.start();
    await bench.setPassword("ana", GOOD);
    await invite(bench);
    bench.store.before = ({ kind }) => {
      if (kind === "batch") throw new StoreError("STORE_UNAVAILABLE");
    };
    bench.settings.change({ agents: WITHOUT_ANA });
    await settle();
    assert.equal(kept(bench), 3);
    bench.settings.change({ agents: AGENTS });
    delete bench.store.before;
    bench.clock.advance(30 * SECOND_MS);
    await settle();
    assert.equal(kept(bench), 0);
    await assert.rejects(bench.logIn("ana", GOOD), { code: "SIGN_IN_NEEDED" });
    stop();
  });

  it("go without what the new agent was given meanwhile", async () => {
    const bench = buildBench();
    const stop = await bench.signIn.start();
    await bench.setPassword("ana", GOOD);
    bench.store.before = ({ kind }) => {
      if (kind === "batch") throw new StoreError("STORE_UNAVAILABLE");
    };
    bench.settings.change({ agents: WITHOUT_ANA });
    await settle();
    delete bench.store.before;
    bench.settings.change({ agents: AGENTS });
    bench.clock.advance(SECOND_MS);
    await bench.setPassword("ana", OTHER);
    await invite(bench);
    bench.clock.advance(30 * SECOND_MS);
    await settle();
    assert.equal(kept(bench), 2, "the new password and the new invitation");
    assert.equal((await bench.logIn("ana", OTHER)).status, 204);
    stop();
  });

  it("are not tried again once the server stops", async () => {
    const bench = buildBench();
    const stop = await bench.signIn.start();
    await bench.setPassword("ana", GOOD);
    let tries = 0;
    bench.store.before = ({ kind }) => {
      if (kind !== "batch") return;
      tries += 1;
      throw new StoreError("STORE_UNAVAILABLE");
    };
    bench.settings.change({ agents: WITHOUT_ANA });
    await settle();
    assert.equal(tries, 1);
    stop();
    bench.clock.advance(30 * SECOND_MS);
    await settle();
    assert.equal(tries, 1);
  });
});
