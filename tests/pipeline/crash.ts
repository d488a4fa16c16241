import assert from "node:assert/strict";
import { createBench, type PipelineBench } from "./bench";

/** A process that dies right after the named step; what it left, in the hands of a new one. */
export async function crashAfter(
  purpose: string,
  work: (bench: PipelineBench) => Promise<unknown>,
  options: {
    bench?: Parameters<typeof createBench>[0];
    before?: (bench: PipelineBench) => Promise<unknown>;
  } = {},
): Promise<PipelineBench> {
  const first = createBench(options.bench);
  await options.before?.(first);
  let dead = false;
  first.store.before = () => (dead ? new Promise(() => {}) : undefined);
  first.store.afterCommit = (done) => {
    if (done !== purpose) return;
    dead = true;
    return new Promise(() => {});
  };
  void work(first).catch(() => {});
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  assert.equal(dead, true, `${purpose} was reached`);
  delete first.store.before;
  delete first.store.afterCommit;
  const second = createBench({
    ...options.bench,
    store: first.store,
    clock: first.clock,
    serverId: "server~2",
  });
  await second.pipeline.start();
  await second.quiet();
  return second;
}
