import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCliProcess } from "./runCli";

describe("a fault that nothing expected", function () {
  this.timeout(60_000);

  for (const [what, fault] of [
    ["thrown", "setTimeout(() => { throw new TypeError('nobody caught this'); }, 50)"],
    ["rejected", "setTimeout(() => Promise.reject(new TypeError('nobody caught this')), 50)"],
  ] as const)
    it(`ends the server with one line of the log when it is ${what}`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "switchboard-"));
      const plugin = path.join(folder, "odd.cjs");
      // Dialogs run in the server.
      writeFileSync(
        plugin,
        `${fault};
         const dialog = { id: "odd", beginDialog() {}, continueDialog() {} };
         module.exports = { name: "odd", switchboard: "*", dialogs: [dialog] };`,
      );
      const environment = { PORT: "0", SWITCHBOARD_PLUGINS: plugin };
      const { code, out, err } = await runCliProcess(["start"], {
        folder: path.join(folder, "data"),
        environment,
      });
      rmSync(folder, { recursive: true, force: true });
      assert.equal(code, 1);
      const line =
        out.split("\n").find((each) => each.includes("nothing expected")) ?? assert.fail(out + err);
      const { error, stack } = JSON.parse(line) as { error: string; stack: string[] };
      assert.equal(error, "nobody caught this");
      assert.match(stack[0] ?? "", /odd\.cjs/);
      assert.doesNotMatch(err, /TypeError/);
    });
});
