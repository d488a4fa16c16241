import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildConfiguration } from "../support/accounts";
import { startTestApp, type TestApp } from "../support/startApp";
import { runCli } from "./runCli";

const EXAMPLES = path.resolve(__dirname, "..", "..", "..", "examples");

const FAULTY = `queues:
  - { id: general, name: General, members: [anna] }
agents:
  - { id: ana, name: Ana, token: hush-hush }
workstreams:
  - { id: 1x!, channel: sms, fallbackQueue: general }
  - id: sms
    channel: sms
    fallbackQueue: general
    autoCloseHours: 2
    rules:
      - { name: one, if: "customer.nam == 'x'", queue: general }
flows:
  - id: welcome
    start: hello
    steps:
      hello: { do: say, text: Hi, next: nowhere }
`;

describe("switchboard config", function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-cli-"));
    file = path.join(folder, "switchboard.yaml");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const withQueue = (name: string): string =>
    JSON.stringify({
      queues: [{ id: "general", name, members: ["ana"] }],
      agents: [{ id: "ana", name: "Ana" }],
    });

  describe("check", () => {
    it("accepts examples/support/switchboard.yaml, which has something of everything", async () => {
      const file = path.join(EXAMPLES, "support/switchboard.yaml");
      const { code, out } = await runCli(["config", "check", file], { folder });
      assert.equal(code, 0, out);
      assert.match(out, /capacityProfiles 1, operatingHours 1, surveys 1, queues 4, workstreams 2/);
    });

    for (const name of ["switchboard.yaml", "demo/switchboard.yaml"]) {
      it(`accepts examples/${name} and makes nothing`, async () => {
        const { code, out } = await runCli(["config", "check", path.join(EXAMPLES, name)], { folder });
        assert.equal(code, 0);
        assert.match(
          out,
          /is well-formed: .*agents 4.*queues 2, flows 1, workstreams 4, accounts 3, instances 4/,
        );
        assert.equal(existsSync(path.join(folder, "switchboard.db")), false);
      });
    }

    it("tells every problem at once, with path and line, and no secret", async () => {
      writeFileSync(file, FAULTY);
      const { code, err } = await runCli(["config", "check", file]);
      assert.equal(code, 1);
      assert.ok(!err.includes("hush"));
      const lines = err.trimEnd().split("\n");
      assert.match(lines[0] ?? "", /^switchboard: CONFIG_INVALID: .+ has 6 faults:$/);
      const expected = [
        /^ {2}queues\[0\]\.members\[0\]: no agent "anna".* \(line 2\)$/,
        /^ {2}agents\[0\]\.token: a secret is never written here.* \(line 4\)$/,
        /^ {2}workstreams\[0\]\.id: .* \(line 6\)$/,
        /^ {2}workstreams\[1\]\.autoCloseHours: .* \(line 10\)$/,
        /^ {2}workstreams\[1\]\.rules\[0\]\.if: Unknown field "customer\.nam"\. Did you mean "customer\.name"\? \(line 12\)$/,
        /^ {2}flows\[0\]\.steps\.hello\.next: there is no step "nowhere" to go to \(line 17\)$/,
      ];
      for (const [i, pattern] of expected.entries()) assert.match(lines[i + 1] ?? "", pattern);
    });

    it("refuses simulated accounts for production", async () => {
      const demo = path.join(EXAMPLES, "demo", "switchboard.yaml");
      const { code, err } = await runCli(["config", "check", demo], {
        environment: { NODE_ENV: "production" },
      });
      assert.equal(code, 1);
      assert.match(err, /accounts\[0\]\.simulated: .*does not exist in production \(line \d+\)/);
      assert.match(
        err,
        /accounts\[0\]\.applicationSecret: file:demo-facebook-secret is the demo's.* \(line \d+\)/,
      );
      assert.match(err, /accounts\[0\]\.pages\[0\]\.pageAccessToken: file:demo-facebook-page is the demo's/);
      assert.match(err, /agents\[0\]\.token: file:demo-[\w-]+ is the demo's/);
    });

    it("tells that a file cannot be read", async () => {
      const { code, err } = await runCli(["config", "check", path.join(folder, "none.yaml")]);
      assert.match(`${code} ${err}`, /^1 switchboard: CONFIG_UNREADABLE: .+\n$/);
    });
  });

  describe("without a server", () => {
    it("applies a file once, exports it, and applies the export again without a change", async () => {
      writeFileSync(file, withQueue("General"));
      const first = await runCli(["config", "apply", file], { folder });
      assert.deepEqual(first, { code: 0, out: "created agents/ana\ncreated queues/general\n", err: "" });
      assert.match(
        (await runCli(["config", "apply", file], { folder })).out,
        /applied before; nothing was done/,
      );

      const exported = path.join(folder, "exported.yaml");
      assert.equal((await runCli(["config", "export", exported], { folder })).code, 0);
      const shown = await runCli(["config", "export"], { folder });
      assert.equal(shown.out.trim(), readFileSync(exported, "utf8").trim());
      const overwrite = await runCli(["config", "export", exported], { folder });
      assert.match(`${overwrite.code} ${overwrite.err}`, /^1 switchboard: INPUT_INVALID: .+exists/);
      const again = await runCli(["config", "apply", exported], { folder });
      assert.deepEqual([again.code, again.err], [0, ""]);
    });

    it("makes the demo's secrets, so that the next start can use them", async () => {
      const demo = path.join(EXAMPLES, "demo", "switchboard.yaml");
      assert.equal((await runCli(["config", "apply", demo], { folder })).code, 0);
      assert.match((await runCli(["secret", "list"], { folder })).out, /^demo-ana-token$/m);
    });

    it("changes nothing when the file has faults", async () => {
      writeFileSync(file, FAULTY);
      const { code, err } = await runCli(["config", "apply", file], { folder });
      assert.match(`${code} ${err}`, /^1 switchboard: CONFIG_INVALID/);
      assert.equal(existsSync(path.join(folder, "switchboard.db")), false);
    });

    it("exports nothing from a folder without data", async () => {
      const { code, err } = await runCli(["config", "export"], { folder });
      assert.match(`${code} ${err}`, /^1 switchboard: NOT_FOUND: There is no data in /);
      assert.equal(existsSync(path.join(folder, "switchboard.db")), false);
    });

    it("ignores the file of a server that was killed", async () => {
      const operator = { url: "http://127.0.0.1:9", token: "old", pid: 1 };
      writeFileSync(path.join(folder, "operator.json"), JSON.stringify(operator));
      writeFileSync(file, withQueue("General"));
      assert.equal((await runCli(["config", "apply", file], { folder })).code, 0);
    });
  });

  describe("while a server runs", () => {
    let test: TestApp;
    beforeEach(async () => {
      test = await startTestApp({ folder });
    });
    afterEach(() => test.stop());

    it("applies, exports and reports over the server", async () => {
      const text = buildConfiguration().replace('"General"', '"Everything"');
      writeFileSync(file, text);
      const applied = await runCli(["config", "apply", file], { folder });
      assert.deepEqual([applied.code, applied.err], [0, ""]);
      assert.match(applied.out, /^changed queues\/general$/m);
      const queue = await test.call<{ name: string }>("admin", "GET", "/api/admin/queues/general");
      assert.equal(queue.body.name, "Everything");
      assert.match((await runCli(["config", "export"], { folder })).out, /name: Everything/);
    });

    it("lists what was edited in the console and asks for --force", async () => {
      const before = await test.call<Record<string, unknown>>("admin", "GET", "/api/admin/queues/general");
      const { etag, ...queue } = before.body;
      const { request } = await import("undici");
      const put = await request(`${test.url}/api/admin/queues/general`, {
        method: "PUT",
        headers: {
          authorization: "Bearer token-of-admin",
          "if-match": `"${etag}"`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ ...queue, name: "Edited" }),
      });
      assert.equal(put.statusCode, 200);
      writeFileSync(file, buildConfiguration().replace('"General"', '"Everything"'));
      const refused = await runCli(["config", "apply", file], { folder });
      assert.equal(refused.code, 1);
      assert.match(
        refused.err,
        /^switchboard: CONFIG_CONFLICT: [\s\S]*queues\/general \(edited in the console\)/,
      );
      assert.equal((await runCli(["config", "apply", file, "--force"], { folder })).code, 0);
    });
  });
});
