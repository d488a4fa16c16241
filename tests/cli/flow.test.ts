import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "../docs/parts";
import { buildConfiguration } from "../support/accounts";
import { startTestApp, type TestApp } from "../support/startApp";
import { runCli, runCliProcess } from "./runCli";

const EXAMPLES = path.join(ROOT, "examples", "flows");
const ORDERS = readFileSync(path.join(EXAMPLES, "orders.yaml"), "utf8");

describe("switchboard flow", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-flow-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  describe("check", () => {
    it("accepts the examples, and configurations that name flow files", async () => {
      write("flows/orders.yaml", ORDERS);
      const config = write("switchboard.yaml", "flows: [flows/orders.yaml]\n");
      const words = ["flow", "check", path.join(EXAMPLES, "orders.yaml"), config];
      const { code, out } = await runCliProcess(words);
      assert.equal(code, 0);
      assert.match(
        out,
        /orders\.yaml is well-formed: flow orders, steps 7\.\n.*switchboard\.yaml is well-formed: flows 1\.\n$/,
      );
    });

    it("tells every fault of every file with step, property and line", async () => {
      const faulty = write(
        "faulty.yaml",
        ORDERS.replace("next: number }", "next: numer }").replace("do: say", "do: sya"),
      );
      const broken = write("broken.yaml", ORDERS.replace("start: topic", "strat: topic"));
      const { code, err } = await runCli(["flow", "check", faulty, broken]);
      assert.equal(code, 1);
      for (const line of [
        /FLOW_INVALID: .*faulty\.yaml has 2 faults:/,
        /^ {2}steps\.topic\.choices\[0\]\.next: there is no step "numer" to go to; did you mean "number"\? \(line 16\)$/m,
        /^ {2}steps\.tell\.do: no step does "sya"; did you mean "say"\? \(line \d+\)$/m,
        /broken\.yaml has 2 faults:\n {2}start: is missing \(line 2\)\n {2}strat: unknown key; did you mean "start"\? \(line 5\)$/m,
      ])
        assert.match(err, line);
    });
  });

  describe("test", () => {
    it("passes the examples", async () => {
      const words = ["flow", "test", path.join(EXAMPLES, "orders.test.yaml")];
      const { code, out, err } = await runCliProcess(words);
      assert.equal(`${code} ${out}${err}`, "0 3 conversations, 3 passed\n");
    });

    it("tells what failed, with the line, what was said instead and by which way", async () => {
      write("orders.yaml", ORDERS);
      const file = write(
        "orders.test.yaml",
        `conversations:
  - name: wrong words
    turns:
      - say: hello
        expect: { texts: [Hello], choices: [Order], handoff: true, step: number }
  - name: no mock
    turns:
      - say: hi
      - say: Order
      - { say: "123456", expect: { handoff: true } }
  - name: too long
    turns:
      - say: hi
      - say: Person
        expect: { handoff: { queue: vip, summary: nothing }, ended: true }
  - name: fine
    turns: [{ say: hi, expect: { contains: Hi } }]
`,
      );
      const { code, out, err } = await runCli(["flow", "test", file]);
      assert.equal(code, 1);
      assert.equal(
        out.replaceAll(file, "FILE"),
        `FAIL  wrong words, turn 1 (FILE, line 4)
        texts: expected ["Hello"], found ["Hi ! Is it about an order, or would you like to talk to a person?"]
        choices: expected ["Order"], found ["Order","Person"]
        handoff: expected, nobody was asked for
        step: expected "number", found "topic"
        said: Hi ! Is it about an order, or would you like to talk to a person? [Order | Person]
        way: topic (asked)
FAIL  no mock, turn 3 (FILE, line 10)
        Step "look" was not run: it has no mock.
        said: One moment please, a person will be with you.
        way: number > look (failed) > person
FAIL  too long, turn 2 (FILE, line 14)
        handoff.queue: expected "vip", found null
        handoff.summary: "nothing" is not in "Order "
        ended: expected true, found false
        said: One moment please, a person will be with you.
        way: topic > person
4 conversations, 1 passed
`,
      );
      assert.equal(err, "switchboard: FLOW_TESTS_FAILED: 3 of 4 failed.\n");
    });

    it("tells faults of the file, and of the flow, with their lines", async () => {
      write("orders.yaml", ORDERS);
      const file = write(
        "faulty.test.yaml",
        "flow: orders.yaml\nconversations:\n  - name: a\n    turns:\n      - { say: hi, expct: {} }\n      - say: hi\n        expect: { text: hi }\n",
      );
      const { code, err } = await runCli(["flow", "test", file]);
      assert.equal(code, 1);
      assert.match(err, /turns\[0\]\.expct: unknown key; did you mean "expect"\? \(line 5\)/);
      assert.match(err, /turns\[1\]\.expect\.text: unknown key; did you mean "texts"\? \(line 7\)/);
    });
  });

  it("draw writes a flowchart", async () => {
    const { code, out } = await runCliProcess(["flow", "draw", path.join(EXAMPLES, "orders.yaml")]);
    assert.equal(code, 0);
    const svg = await runCli(["flow", "draw", path.join(EXAMPLES, "orders.yaml"), "--format", "svg"]);
    assert.match(`${svg.code} ${svg.err}`, /^2 .*mermaid/);
    assert.match(out, /^flowchart TD\n {2}start\(\[start\]\) --> s0\n/);
    assert.equal(out.match(/^ {2}s\d/gm)?.length, 7 + 11);
  });

  describe("with a running server", () => {
    let test: TestApp;
    before(async () => {
      test = await startTestApp({
        folder: path.join(folder, "data"),
        configuration: buildConfiguration({ helper: "first" }),
        environment: { SWITCHBOARD_FLOW_HOSTS: "orders.example.com" },
      });
    });
    after(() => test.stop());
    const run = (...words: string[]) => runCli(["flow", ...words], { folder: path.join(folder, "data") });
    const runAlone = (...words: string[]) =>
      runCliProcess(["flow", ...words], { folder: path.join(folder, "data") });

    it("publishes files and drafts, rolls back, lists, tries and tells figures", async () => {
      const file = write("orders.yaml", ORDERS);
      assert.equal((await runAlone("publish", file)).out, "orders is published as revision 1.\n");
      const tried = await runAlone(
        "try",
        "orders",
        "hello",
        "Order",
        "123456",
        "--mocks",
        '{"look":{"state":"sent"}}',
      );
      assert.match(
        tried.out,
        /^> hello\nHi ! Is it .* \[Order \| Person\]\n> Order\n.*\n> 123456\nOrder 123456 is sent\.\n/,
      );
      write("orders.yaml", ORDERS.replace("Have a good day!", "Bye."));
      assert.equal((await run("publish", file)).out, "orders is published as revision 2.\n");
      assert.match(
        (await runAlone("rollback", "orders")).out,
        /^2 {2}.*as published\n1 {2}.*operator \(console\)\n$/,
      );
      assert.match((await run("rollback", "orders", "1")).out, /^orders is published as revision 3, /);
      assert.match((await runAlone("list")).out, /^helper {2}revision 1 .*\norders {2}revision 3 {2}7 steps/);
      const draft = await run("publish", "orders");
      assert.match(
        `${draft.code} ${draft.err}`,
        /^1 switchboard: NOT_FOUND: There is no draft of flows\/orders/,
      );
      await test.say("facebook", "9", "hi");
      await test.idle();
      const stats = await runAlone("stats", "helper");
      assert.match(stats.out, /^helper revision 1, .*: 1 started, .*\nstep .*person\nask +1 +0/);
      assert.match((await run("stats", "orders")).out, /^Nobody met orders/);
    });

    it("tells a flow that is not there, and what the server finds wrong with a file, with its lines", async () => {
      for (const command of ["try", "stats", "rollback", "publish"]) {
        const { code, err } = await run(command, "helpre", ...(command === "try" ? ["hi"] : []));
        assert.match(
          `${code} ${err}`,
          /^1 .*NOT_FOUND: There is no .*; did you mean flows\/helper\?$/m,
          command,
        );
      }
      const file = write(
        "faulty.yaml",
        ORDERS.replace("do: say", "do: sya").replace("next: look", "next: lok"),
      );
      for (const words of [
        ["publish", file],
        ["try", file, "hi"],
      ]) {
        const { code, err } = await run(...words);
        assert.equal(code, 1);
        assert.match(
          err,
          /CONFIG_INVALID: .*faulty\.yaml has 2 faults:\n {2}steps\.number\.next: .*"look"\? \(line 28\)\n {2}steps\.tell\.do: .*"say"\? \(line \d+\)$/m,
        );
      }
    });

    it("applies a configuration with its flow files", async () => {
      write("flows/orders.yaml", ORDERS);
      const text = buildConfiguration({ helper: "first" }).replace(
        '"flows":[',
        '"flows":["flows/orders.yaml",',
      );
      const file = write("apply.json", text);
      const applied = await runCli(["config", "apply", file, "--force"], {
        folder: path.join(folder, "data"),
      });
      assert.equal(applied.code, 0, applied.err);
      assert.match(applied.out, /flows\/orders/);
      assert.match((await run("list")).out, /orders .* \(file\)/);
      write("flows/orders.yaml", ORDERS.replace("next: look", "next: lok"));
      const faulty = await runCli(["config", "apply", file], { folder: path.join(folder, "data") });
      assert.match(
        faulty.err,
        /flows\/orders\.yaml: steps\.number\.next: there is no step "lok" to go to; did you mean "look"\? \(line \d+\)/,
      );
    });
  });

  it("tells when no server runs", async () => {
    const { code, err } = await runCli(["flow", "list"], { folder: path.join(folder, "nowhere") });
    assert.match(`${code} ${err}`, /^1 switchboard: NOT_FOUND: No server runs on /);
  });
});
