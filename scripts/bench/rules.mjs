// Rules: a decision by our index, by plain first match with the same library, and by two peers.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const COUNTS = [1, 10, 100, 1000];
const WAYS = ["ours", "plain", "cel", "json"];
const ROUNDS = 9;
const ROUND_MS = 200;
const WARM_UP_MS = 1000;
const PROGRAM = fileURLToPath(new URL("ruleWay.mjs", import.meta.url));

/** Prints decisions a second of each way, all in turn in the same rounds, and how they compare. */
export async function benchRules() {
  console.log(
    `\nRules of a mix (names, ranges, words, channels), the last of N matches; CPU time, medians of ${ROUNDS} interleaved rounds`,
  );
  console.log(
    "| rules | ours /s | ours µs | plain first match /s | µs | cel-js /s | µs | json-rules-engine /s | µs | ours / cel-js | ours / plain | our compile ms |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
  );
  const ours = new Map();
  for (const count of COUNTS) {
    const { each, compileMs } = await measure(count);
    ours.set(count, each[0]);
    const cells = each.flatMap((us) => [Math.round(1e6 / us), us.toFixed(1)]);
    console.log(
      `| ${count} | ${cells.join(" | ")} | ${(each[2] / each[0]).toFixed(1)} | ${(each[1] / each[0]).toFixed(1)} | ${compileMs.toFixed(0)} |`,
    );
  }
  console.log(`\nOurs, 1,000 rules / 1 rule: ${(ours.get(1000) / ours.get(1)).toFixed(2)}`);
}

/** Each way in a process of its own, since one that leaves much to collect would slow down the others. */
async function measure(count) {
  const children = WAYS.map((way) => fork(PROGRAM, [way, String(count)]));
  const ready = await Promise.all(children.map((child) => once(child, "message")));
  const runs = children.map(() => []);
  for (const child of children) await turn(child, WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, child] of children.entries()) runs[index].push(await turn(child, ROUND_MS));
  for (const child of children) child.kill();
  return {
    each: runs.map((list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]),
    compileMs: ready[0][0].compileMs,
  };
}

async function turn(child, ms) {
  child.send(ms);
  const [us] = await once(child, "message");
  return us;
}
