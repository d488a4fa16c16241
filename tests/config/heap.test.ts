import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

const HEAP = createRequire(__filename).resolve("../../src/config/heap");
/** Keeps 20 MB and makes 300 MB of garbage that has grown old; prints how large the heap was at most. */
const CHURN = `
  const alive = Array.from({ length: 20_000 }, () => new Array(125).fill(0.5));
  // Until a first collection V8 knows nothing that could grow.
  gc();
  const old = [];
  let most = 0;
  for (let n = 0; n < 300_000; n++) {
    old[n % 4000] = new Array(125).fill(n);
    if (n % 500 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
  }
  console.log(JSON.stringify({ most, alive: alive.length }));
`;

describe("the heap", () => {
  it("is collected before it has tripled", () => {
    const bounded = churn(`require(${JSON.stringify(HEAP)}).boundGarbage();${CHURN}`);
    assert.ok(bounded < churn(CHURN) * 0.8, `${bounded} bytes`);
  });
});

function churn(code: string): number {
  const text = execFileSync(process.execPath, [
    "--single-threaded-gc",
    "--max-semi-space-size=1",
    "--expose-gc",
    "-e",
    code,
  ]);
  return (JSON.parse(text.toString()) as { most: number }).most;
}
