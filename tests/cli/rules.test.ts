import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCli } from "./runCli";

const DEMO = path.resolve(__dirname, "..", "..", "..", "examples", "demo");
const DEMO_CONFIG = path.join(DEMO, "switchboard.yaml");

const CONFIG = `queues:
  - { id: general, name: General, members: [ana] }
  - { id: vip, name: VIP, members: [ana] }
agents:
  - { id: ana, name: Ana }
workstreams:
  - id: sms
    channel: sms
    fallbackQueue: general
    classification:
      - name: topic
        rules: [{ name: invoice, if: "hasWord(message.text, 'invoice')", set: { skills: { billing: 5 }, priority: 3 } }]
    rules:
      - { name: zone, if: "context.zone > 3", queue: vip }
      - { name: Gilda, if: "customer.name == 'Gilda Moore'", queue: vip }
      - { name: others, if: "true", queue: general }
      - { name: never, if: "true", queue: vip }
`;

describe("switchboard rules", function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-cli-"));
    file = path.join(folder, "rules.test.yaml");
    writeFileSync(path.join(folder, "switchboard.yaml"), CONFIG);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const runCases = (text: string, ...more: string[]) => {
    writeFileSync(file, text);
    return runCli(["rules", "test", file, ...more]);
  };

  describe("test", () => {
    it("passes the cases of the demo, also against what config export writes", async () => {
      const cases = path.join(DEMO, "rules.test.yaml");
      const passed = { code: 0, out: "2 cases, 2 passed\n", err: "" };
      assert.deepEqual(await runCli(["rules", "test", cases]), passed);
      const exported = path.join(folder, "exported.yaml");
      assert.equal((await runCli(["config", "apply", DEMO_CONFIG], { folder })).code, 0);
      assert.equal((await runCli(["config", "export", exported], { folder })).code, 0);
      assert.deepEqual(await runCli(["rules", "test", cases, "--config", exported]), passed);
    });

    it("passes the cases of docs/routing.md", async () => {
      const page = readFileSync(path.join(DEMO, "..", "..", "docs", "routing.md"), "utf8");
      const cases = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => text ?? "");
      const [sample = ""] = cases.filter((text) => /^cases:/m.test(text));
      const { code, out } = await runCases(sample, "--config", DEMO_CONFIG);
      assert.deepEqual([code, out], [0, "1 case, 1 passed\n"]);
    });

    it("passes what is as expected in every respect that can be named", async () => {
      const { code, out } = await runCases(`config: switchboard.yaml
cases:
  - name: an invoice
    workstream: sms
    given: { message: { text: an invoice } }
    expect: { queue: general, rule: others, skills: { billing: 5 }, priority: 3, ends: false, told: greeting }
  - name: nothing known
    workstream: sms
    expect: { skills: {}, priority: null }
`);
      assert.deepEqual([code, out], [0, "2 cases, 2 passed\n"]);
    });

    it("tells all that failed, with what was expected and found and what rules said, and ends with 1", async () => {
      const { code, out, err } = await runCases(`config: switchboard.yaml
cases:
  - { name: good, workstream: sms, expect: { queue: general } }
  - name: Gilda by another name
    workstream: sms
    given: { customer: { name: Gilda More }, message: { text: the invoice }, context: { zone: "5" } }
    expect: { queue: vip, rule: Gilda, skills: {} }
  - { name: below, workstream: sms, expect: { rule: never } }
  - { name: no rule, workstream: sms, expect: { rule: null, ends: true } }
`);
      assert.equal(code, 1);
      assert.deepEqual(out.split("\n"), [
        "FAIL  Gilda by another name (line 4)",
        '        queue: expected "vip", found "general"',
        '        rule: expected "Gilda", found "others"',
        '        skills: expected {}, found {"billing":5}',
        '        To queue "general", rule "others".',
        '        ruleset "topic": "invoice" was true',
        '        rules: "zone" failed (5 and 3 must be comparable.), "others" was true, 1 was not true; "Gilda" was not true',
        "FAIL  below (line 8)",
        '        rule: expected "never", found "others"',
        '        To queue "general", rule "others".',
        '        ruleset "topic": 1 was not true',
        '        rules: "others" was true, 2 were not true; "never" stands below and was not read',
        "FAIL  no rule (line 9)",
        '        rule: expected none (the fallback queue), found "others"',
        "        ends: expected true, found false",
        '        To queue "general", rule "others".',
        '        ruleset "topic": 1 was not true',
        '        rules: "others" was true, 2 were not true',
        "4 cases, 1 passed",
        "",
      ]);
      assert.equal(err, "switchboard: RULE_CASES_FAILED: 3 of 4 failed.\n");
    });

    it("tells every fault of the file with its line", async () => {
      const { code, err } = await runCases(`config: switchboard.yaml
cases:
  - name: one
    workstream: sms
    given: { customer: { phone: 14255550100 }, mesage: { text: hi } }
    expect: {}
  - workstream: sms
    expect: { queue: vip, quue: vip, told: hello }
`);
      assert.equal(code, 1);
      const lines = err.trimEnd().split("\n");
      assert.match(lines[0] ?? "", /^switchboard: CONFIG_INVALID: .*rules\.test\.yaml has 6 faults:$/);
      for (const line of [
        "  cases[0].given.customer.phone: put the number in quotes (line 5)",
        '  cases[0].given.mesage: unknown key; did you mean "message"? (line 5)',
        "  cases[0].expect: expect something: queue, rule, skills, … (line 6)",
        "  cases[1].name: is missing (line 7)",
        '  cases[1].expect.quue: unknown key; did you mean "queue"? (line 8)',
      ])
        assert.ok(lines.includes(line), `${line}\n${err}`);
      assert.match(err, /cases\[1\]\.expect\.told: .*greeting.* \(line 8\)/);
    });

    it("tells what the configuration does not have", async () => {
      const { code, err } = await runCases(`config: switchboard.yaml
cases:
  - { name: a, workstream: smms, expect: { queue: vip } }
  - name: b
    workstream: sms
    given: { instance: sms~1 }
    expect: { queue: vipp, rule: Gilad }
`);
      assert.equal(code, 1);
      assert.deepEqual(err.trimEnd().split("\n").slice(1), [
        '  cases[0].workstream: there is no work stream "smms" (line 3)',
        '  cases[1].given.instance: there is no instance "sms~1" (line 6)',
        '  cases[1].expect.queue: there is no queue "vipp" (line 7)',
        '  cases[1].expect.rule: "sms" has no rule "Gilad" (line 7)',
      ]);
    });

    it("needs a configuration, and one without faults", async () => {
      const one = "cases: [{ name: a, workstream: sms, expect: { queue: general } }]\n";
      const none = await runCases(one);
      assert.match(`${none.code} ${none.err}`, /^2 switchboard: name the configuration: --config FILE/);
      const config = path.join(folder, "faulty.yaml");
      writeFileSync(config, CONFIG.replace("customer.name", "customer.nam"));
      const faulty = await runCases(one, "--config", config);
      assert.match(
        `${faulty.code} ${faulty.err}`,
        /^1 .*CONFIG_INVALID: .*faulty\.yaml has a fault:\n.*\(line \d+\)/,
      );
      const missing = await runCli(["rules", "test", path.join(folder, "nowhere.yaml")]);
      assert.match(
        `${missing.code} ${missing.err}`,
        /^1 .*CONFIG_UNREADABLE: The file of cases cannot be read/,
      );
    });
  });

  describe("try", () => {
    it("gives the decision as JSON", async () => {
      const words = ["rules", "try", "--config", path.join(folder, "switchboard.yaml"), "--workstream"];
      const given = '{"customer":{"name":"Gilda Moore"}}';
      const { code, out } = await runCli([...words, "sms", "--given", given]);
      assert.equal(code, 0);
      assert.equal((JSON.parse(out) as { details: { rule: string } }).details.rule, "Gilda");
      const faulty = await runCli([...words, "sms", "--given", '{"custmer":{}}']);
      assert.match(
        `${faulty.code} ${faulty.err}`,
        /^1 .*\n {2}custmer: unknown key; did you mean "customer"\?/,
      );
      assert.equal((await runCli([...words, "x"])).code, 2);
    });
  });
});
