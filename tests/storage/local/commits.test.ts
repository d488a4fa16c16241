import assert from "node:assert/strict";
import { createCommits } from "../../../src/storage/local/commits";

const HOUR_MS = 60 * 60 * 1000;

describe("local store: commits", () => {
  /** Counts what it is asked for; `pending` documents wait. */
  function createEngine(pending: number) {
    const steps: number[] = [];
    let fault: string | undefined;
    let committed = (): void => {};
    const engine = {
      isOpen: true,
      isFull: false,
      isStuck: false,
      steps,
      /** Resolves with the next commit. */
      next: (): Promise<void> =>
        new Promise((resolve) => {
          committed = resolve;
        }),
      failWith(because: string | undefined): void {
        fault = because;
      },
      prepareCommit(most: number): boolean {
        steps.push(most);
        if (fault !== undefined) {
          engine.isStuck = true;
          fault = undefined;
          throw new Error("the disk says no");
        }
        const isLast = pending < most;
        pending = Math.max(0, pending - most);
        return isLast;
      },
      commit(): void {
        engine.isOpen = false;
        engine.isStuck = false;
        committed();
      },
    };
    return engine;
  }

  it("brings what waits in growing steps, then commits", async () => {
    const engine = createEngine(100);
    const commits = createCommits(engine, 1);
    const done = engine.next();
    commits.plan();
    commits.plan();
    await done;
    assert.deepEqual(engine.steps, [16, 32, 48, 64]);
  });

  it("does nothing while nothing waits", () => {
    const engine = createEngine(0);
    engine.isOpen = false;
    engine.isFull = true;
    createCommits(engine, 1).plan();
    assert.deepEqual(engine.steps, []);
  });

  it("does not wait once the journal is long", async () => {
    const engine = createEngine(1);
    engine.isFull = true;
    const done = engine.next();
    createCommits(engine, HOUR_MS).plan();
    await done;
  });

  it("tries again after a fault, and not for every message that comes meanwhile", async () => {
    const engine = createEngine(1);
    engine.isFull = true;
    engine.failWith("full");
    const commits = createCommits(engine, 1);
    const done = engine.next();
    commits.plan();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(engine.steps, [16]);
    commits.plan();
    await done;
    assert.deepEqual(engine.steps, [16, 16]);
  });

  it("stops", async () => {
    const engine = createEngine(1);
    engine.isFull = true;
    const commits = createCommits(engine, HOUR_MS);
    commits.plan();
    commits.stop();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(engine.steps, []);
  });
});
