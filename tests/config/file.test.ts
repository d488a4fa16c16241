import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { readConfigFile } from "../../src/config/file";
import { definitions, parse } from "./definitions";

const BASE = `accounts:
  - id: shop-fb
    provider: facebook
    name: Shop
    applicationId: "1000"
    applicationSecret: env:FB_APP_SECRET
    pages:
      - { pageId: "2000", name: Shop, pageAccessToken: env:FB_PAGE_TOKEN, workstream: messenger }
workstreams:
  - { id: messenger, channel: facebook, helper: off, fallbackQueue: general }
  - { id: sms, channel: sms, fallbackQueue: general }
queues:
  - { id: general, name: General, members: [ana] }
agents:
  - { id: ana, name: Ana }
`;

function problemsOf(text: string): string[] {
  let problems: string[] = [];
  assert.throws(
    () => parse(text),
    (error: { code: string; details: string[] }) => {
      problems = error.details;
      return error.code === "CONFIG_INVALID";
    },
  );
  return problems;
}

/** BASE with one text replaced. */
function changed(from: string, to: string): string {
  assert.ok(BASE.includes(from), from);
  return BASE.replace(from, to);
}

describe("readConfigFile", () => {
  it("reads the sample", () => {
    const bundle = readConfigFile(path.resolve("examples/switchboard.yaml"), definitions);
    assert.deepEqual(
      bundle.accounts.map((account) => account.id),
      ["shop-fb", "shop-x", "shop-twilio"],
    );
    assert.deepEqual(bundle.accounts[0], {
      id: "shop-fb",
      provider: "facebook",
      name: "Shop",
      values: { applicationId: "1000" },
      secrets: { applicationSecret: "env:FB_APP_SECRET", verifyToken: "env:FB_VERIFY_TOKEN" },
      publicUrls: [],
      simulated: false,
    });
    assert.equal(bundle.accounts[1]?.values.consumerKey, "env:X_API_KEY");
    assert.deepEqual(
      bundle.instances.map((instance) => instance.id),
      ["facebook~2000", "twitter~3000", "sms~+14252306549", "whatsapp~+14155238886"],
    );
    assert.match(bundle.hash, /^[0-9a-f]{64}$/);
  });

  it("reads the demo: simulated, with secrets of its own", () => {
    const bundle = readConfigFile(path.resolve("examples/demo/switchboard.yaml"), definitions);
    assert.ok(bundle.accounts.every((account) => account.simulated));
    assert.deepEqual(
      bundle.instances.map((instance) => instance.channel),
      ["facebook", "twitter", "sms", "whatsapp"],
    );
    assert.deepEqual(
      bundle.agents.map((agent) => agent.token),
      ["ana", "ben", "sam", "admin"].map((id) => `file:demo-${id}-token`),
    );
    assert.equal(bundle.workstreams[1]?.helper, "off");
  });

  it("says so when there is no file", () => {
    assert.throws(() => readConfigFile("/nowhere/at/all.yaml", definitions), { code: "CONFIG_UNREADABLE" });
  });

  it("reads JSON, tabs included", () => {
    const json = JSON.stringify({ agents: [{ id: "ana", name: "Ana" }] }, undefined, "\t");
    assert.equal(parse(json).agents[0]?.capacity, 3);
  });

  it("reads an empty file as no settings", () => {
    assert.deepEqual(parse("# nothing yet\n").accounts, []);
  });

  it("gives another hash for other bytes", () => {
    assert.notEqual(parse(BASE).hash, parse(`${BASE}# a comment\n`).hash);
  });
});

describe("what the file leaves to us", () => {
  it("is the channel's own work stream and the default queue, where nothing else is named", () => {
    const bundle = parse(BASE.replace(", workstream: messenger }", " }"));
    assert.equal(bundle.instances[0]?.workstream, "default-facebook");
    assert.deepEqual(
      bundle.workstreams.map(({ id }) => id),
      ["messenger", "sms", "default-facebook"],
    );
    assert.deepEqual(
      bundle.queues.map(({ id, members }) => ({ id, members })),
      [
        { id: "general", members: ["ana"] },
        { id: "default", members: [] },
      ],
    );
  });

  it("may be written down with other terms", () => {
    const own =
      "  - { id: default-facebook, channel: facebook, fallbackQueue: general, capacity: 2 }\nqueues:";
    const bundle = parse(BASE.replace(", workstream: messenger }", " }").replace("queues:", own));
    assert.equal(bundle.workstreams.find(({ id }) => id === "default-facebook")?.capacity, 2);
    assert.equal(bundle.queues.length, 1);
  });
});

describe("faults of a configuration file", () => {
  it("are all told at once, with path and line, in the order of the file", () => {
    const text = BASE.replace("workstream: messenger", "workstream: mesenger")
      .replace("helper: off", "helper: maybe")
      .replace("fallbackQueue: general }\nqueues", "fallbackQueue: nowhere, autoCloseHours: 4 }\nqueues")
      .replace("members: [ana]", "membrs: [ana]")
      .replace("name: Ana", "capacity: many");
    assert.deepEqual(problemsOf(text), [
      'accounts[0].pages[0].workstream: no work stream "mesenger"; did you mean "messenger"? (line 8)',
      'workstreams[0].helper: must be one of "off", "first", "only" (line 10)',
      'workstreams[1].fallbackQueue: no queue "nowhere" (line 11)',
      "workstreams[1].autoCloseHours: SMS conversations stay open at least 8 hours (line 11)",
      'queues[0].membrs: unknown key; did you mean "members"? (line 13)',
      "agents[0].name: is missing (line 15)",
      "agents[0].capacity: must be a number, without quotes (line 15)",
    ]);
  });

  it("name the line of a syntax error and of a key given twice", () => {
    assert.match(problemsOf("agents:\n  - { id: ana, name: [Ana }\n").join("\n"), /\(line 2\)/);
    assert.match(problemsOf("agents: []\nqueues: []\nagents: []\n").join("\n"), /unique.*\(line 3\)/);
  });

  for (const [what, from, to, expected] of [
    ["unknown section", "agents:", "agnets:", 'agnets: unknown key; did you mean "agents"? (line 14)'],
    [
      "unknown account key",
      "    name: Shop\n",
      "    nam: Shop\n",
      'accounts[0].nam: unknown key; did you mean "name"? (line 4)',
    ],
    [
      "unknown page key",
      "pageAccessToken:",
      "pageAcessTokn:",
      'unknown key; did you mean "pageAccessToken"? (line 8)',
    ],
    [
      "missing secret",
      "    applicationSecret: env:FB_APP_SECRET\n",
      "",
      "accounts[0].applicationSecret: is missing (App secret) (line 2)",
    ],
    [
      "missing text",
      '    applicationId: "1000"\n',
      "",
      "accounts[0].applicationId: is missing (App ID) (line 2)",
    ],
    [
      "text of a wrong form",
      '"1000"',
      "thousand",
      "accounts[0].applicationId: is no valid App ID. App settings",
    ],
    [
      "unknown provider",
      "provider: facebook",
      "provider: myspace",
      'accounts[0].provider: no provider "myspace" is installed; there are facebook, twitter, twilio',
    ],
    [
      "channel of the work stream",
      "workstream: messenger }",
      "workstream: sms }",
      'accounts[0].pages[0].workstream: "sms" is a work stream of channel sms, not facebook (line 8)',
    ],
    [
      "member without agent",
      "members: [ana]",
      "members: [ana, bob]",
      'queues[0].members[1]: no agent "bob" (line 13)',
    ],
    [
      "member twice",
      "members: [ana]",
      "members: [ana, ana]",
      "queues[0].members[1]: is listed twice (line 13)",
    ],
    [
      "flow that is not there",
      "helper: off,",
      "helper: first, flow: welcome,",
      'workstreams[0].flow: no flow "welcome" (line 10)',
    ],
    [
      "rule to nowhere",
      "helper: off,",
      'rules: [{ name: a, if: "true", queue: vip }],',
      'workstreams[0].rules[0].queue: no queue "vip" (line 10)',
    ],
    [
      "unknown key of a rule",
      "helper: off,",
      'rules: [{ name: a, iff: "true", queue: general }],',
      'workstreams[0].rules[0].iff: unknown key; did you mean "if"? (line 10)',
    ],
    [
      "rule without a queue",
      "helper: off,",
      'rules: [{ name: a, if: "true" }],',
      "workstreams[0].rules[0].queue: name a queue, or a split over several (line 10)",
    ],
    [
      "shares that do not make 100",
      "helper: off,",
      'rules: [{ name: a, if: "true", split: [{ queue: general, percent: 30 }, { queue: general, percent: 60 }] }],',
      "workstreams[0].rules[0].split: the percentages must make 100 (line 10)",
    ],
    [
      "ring of overflows",
      "members: [ana] }",
      "members: [ana], overflow: [{ when: outOfHours, do: transfer, queue: other }] }\n  - { id: other, name: Other, members: [ana], overflow: [{ when: waitedAbove, minutes: 5, do: transfer, queue: general }] }",
      "queues[0].overflow[0].queue: makes a ring: general -> other -> general; send it somewhere else (line 13)",
    ],
    [
      "overflow without its limit",
      "members: [ana] }",
      "members: [ana], overflow: [{ when: itemsAbove, do: end }] }",
      'queues[0].overflow[0].limit: belongs to "when: itemsAbove", which needs it (line 13)',
    ],
    [
      "hours that are not there",
      "members: [ana] }",
      "members: [ana], operatingHours: office }",
      'queues[0].operatingHours: no operating hours "office" (line 13)',
    ],
    [
      "custom method without rules",
      "members: [ana] }",
      "members: [ana], assignment: custom }",
      "queues[0].assignmentRules: the custom method needs at least one rule (line 13)",
    ],
    ["list that is none", "members: [ana]", "members: ana", "queues[0].members: must be a list (line 13)"],
    [
      "section that is none",
      "agents:\n  - { id: ana, name: Ana }",
      "agents: ana",
      'agents: must be a list; begin each item with "-" (line 14)',
    ],
    [
      "id used twice",
      "  - { id: ana, name: Ana }",
      "  - { id: ana, name: Ana }\n  - { id: ana, name: B }",
      'agents[1].id: "ana" is already the id of agents[0] (line 16)',
    ],
    ["page without id", 'pageId: "2000", ', "", "accounts[0].pages[0].pageId: is missing (line 8)"],
    [
      "page that is none",
      '      - { pageId: "2000", name: Shop, pageAccessToken: env:FB_PAGE_TOKEN, workstream: messenger }',
      "      - 2000",
      "accounts[0].pages[0]: must be keys with values (line 8)",
    ],
  ] as const) {
    it(`tell of: ${what}`, () => {
      const problems = problemsOf(changed(from, to));
      assert.ok(
        problems.some((problem) => problem.includes(expected)),
        problems.join("\n"),
      );
    });
  }

  it("never repeat a secret that was written in the clear", () => {
    const text = changed("env:FB_APP_SECRET", "0123456789abcdef").replace(
      "name: Ana }",
      "name: Ana, token: hunter2 }",
    );
    const problems = problemsOf(text).join("\n");
    assert.match(
      problems,
      /accounts\[0\]\.applicationSecret: a secret is never written here; put a reference: env:NAME/,
    );
    assert.match(problems, /agents\[0\]\.token: a secret is never written here/);
    assert.doesNotMatch(problems, /0123456789abcdef|hunter2/);
  });

  it("refuse a page under two accounts and twice under one", () => {
    const page =
      '      - { pageId: "2000", name: Shop, pageAccessToken: env:FB_PAGE_TOKEN, workstream: messenger }\n';
    assert.match(
      problemsOf(changed(page, page + page)).join(),
      /pages\[1\]\.pageId: this page stands here already \(line 8\) \(line 9\)/,
    );
    const account = BASE.slice("accounts:\n".length, BASE.indexOf("workstreams:"));
    const second = BASE.replace("workstreams:", `${account.replace("shop-fb", "other")}workstreams:`);
    assert.deepEqual(problemsOf(second), [
      "accounts[1].pages[0].pageId: this page belongs to another account; it can belong to one only (line 8) (line 15)",
    ]);
  });

  it("do not cascade: a reference to a faulty object is no fault of its own", () => {
    assert.deepEqual(problemsOf(changed("name: General", "nam: General")).length, 2);
    assert.deepEqual(problemsOf(changed("id: shop-fb", "id: shop fb")).length, 1);
  });

  it("stop a bomb of aliases", () => {
    const lines = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 9; i++) {
      const [name, before] = [String.fromCharCode(97 + i), String.fromCharCode(96 + i)];
      lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(",")}]`);
    }
    assert.match(problemsOf(lines.join("\n")).join(), /alias/);
    assert.match(problemsOf("agents: *nobody\n").join(), /alias/);
  });
});

describe("numbers that should be text", () => {
  it("are taken as they were typed", () => {
    const bundle = parse(
      changed('pageId: "2000"', "pageId: 2000")
        .replace('"1000"', "1000")
        .replace(/\bana\b/g, "0042"),
    );
    assert.equal(bundle.accounts[0]?.values.applicationId, "1000");
    assert.equal(bundle.instances[0]?.externalId, "2000");
    assert.deepEqual(bundle.queues[0]?.members, ["0042"]);
    assert.equal(bundle.agents[0]?.id, "0042");
  });

  it("must be quoted when they cannot be read exactly", () => {
    const problems = problemsOf(changed('pageId: "2000"', "pageId: 12345678901234567890"));
    assert.deepEqual(problems, [
      "accounts[0].pages[0].pageId: put the number in quotes: it cannot be read exactly without (line 8)",
    ]);
  });

  it("keep the plus of a telephone number", () => {
    const twilio = `  - id: tw
    provider: twilio
    name: T
    accountSid: AC00000000000000000000000000000001
    authToken: env:T
    numbers:
      - { number: +14252306549, channel: sms, workstream: sms }
`;
    const bundle = parse(BASE.replace("workstreams:", `${twilio}workstreams:`));
    assert.equal(bundle.instances[1]?.id, "sms~+14252306549");
    assert.equal(bundle.instances[1]?.name, "+14252306549");
    const without = BASE.replace("workstreams:", `${twilio.replace("channel: sms, ", "")}workstreams:`);
    assert.deepEqual(problemsOf(without), [
      "accounts[1].numbers[0].channel: is missing: sms, whatsapp (line 15)",
    ]);
  });
});

describe("the example files", () => {
  it("carry no secret", () => {
    for (const file of ["examples/switchboard.yaml", "examples/demo/switchboard.yaml"]) {
      for (const line of readFileSync(file, "utf8").split("\n")) {
        assert.doesNotMatch(line, /(secret|token)\w*: (?!env:|file:)\S/i, line);
      }
    }
  });
});
