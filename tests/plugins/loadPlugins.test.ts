import assert from "node:assert/strict";
import { load, makeFolder } from "./support";

const plugin = (rest: string) => `module.exports = { name: "one", switchboard: "^1.0.0", ${rest} };`;

describe("loading plugins", () => {
  const made: { remove(): void }[] = [];
  afterEach(() => {
    for (const one of made.splice(0)) one.remove();
  });

  function folderOf(files: Record<string, string>): string {
    const { folder, remove } = makeFolder(files);
    made.push({ remove });
    return folder;
  }

  async function refuses(files: Record<string, string>, names: string[], ...words: RegExp[]): Promise<void> {
    const folder = folderOf(files);
    await assert.rejects(
      load({ folder, names, threads: false }),
      (error: { code?: string; message: string }) => {
        assert.equal(error.code, "PLUGIN_INVALID");
        for (const word of words) assert.match(error.message, word);
        return true;
      },
    );
  }

  it("is a server without plugins where none is", async () => {
    const plugins = await load({ folder: folderOf({}) });
    assert.deepEqual(plugins.status(), []);
    assert.deepEqual(plugins.hooks, {});
    assert.equal(plugins.functions.size, 0);
    await assert.rejects(plugins.runAction("shop.refund", {}, { id: "1", timeoutMs: 100 }), {
      code: "PLUGIN_FAILED",
    });
  });

  it("takes packages, paths, and whatever stands under plugins/, each file once", async () => {
    const folder = folderOf({
      "node_modules/acme-plugin/package.json": JSON.stringify({
        name: "acme-plugin",
        exports: { ".": { import: "./esm.mjs", require: "./no.cjs" } },
      }),
      "node_modules/acme-plugin/esm.mjs": `export default { name: "acme", switchboard: "1.x" };`,
      "plugins/b/index.js": `module.exports = { name: "b", switchboard: "*" };`,
      "plugins/c/package.json": `{ "main": "lib/main.cjs" }`,
      "plugins/c/lib/main.cjs": `Object.defineProperty(exports, "__esModule", { value: true }); exports.default = { name: "c", switchboard: "*" };`,
      "plugins/a.mjs": `export default { name: "a", switchboard: "*" };`,
      "plugins/.hidden/index.js": "throw new Error();",
      "plugins/notes.txt": "",
      "own.cjs": `module.exports = { name: "own", switchboard: "*" };`,
    });
    const plugins = await load({ folder, names: ["acme-plugin", "./own.cjs", "./plugins/b"] });
    assert.deepEqual(
      plugins.status().map(({ name, from }) => [name, from]),
      [
        ["acme", "acme-plugin"],
        ["own", "./own.cjs"],
        ["b", "./plugins/b"],
        ["a", "plugins/a.mjs"],
        ["c", "plugins/c"],
      ],
    );
  });

  it("refuses what is not there, with the nearest name", async () => {
    await refuses(
      { "node_modules/acme-plugin/package.json": "{}", "ours/index.js": "" },
      ["acme-plugins", "./our"],
      /SWITCHBOARD_PLUGINS: acme-plugins: no package "acme-plugins" is installed; did you mean "acme-plugin"\?/,
      /SWITCHBOARD_PLUGINS: \.\/our: there is no ".*our"; did you mean "ours"\?/,
    );
  });

  it("refuses a folder without a module and a module that throws", async () => {
    await refuses(
      { "plugins/empty/readme.md": "", "plugins/thrower.cjs": `throw new Error("no database");` },
      [],
      /plugins\/empty: has neither package\.json with "main" nor index\.js/,
      /plugins\/thrower\.cjs: cannot be loaded: no database/,
    );
  });

  it("refuses another version, and what is no range", async () => {
    const other = `module.exports = { name: "other", switchboard: "^2.0.0" };`;
    const none = `module.exports = { name: "none", switchboard: "new" };`;
    await refuses(
      { "plugins/other.cjs": other, "plugins/none.cjs": none },
      [],
      /plugins\/other\.cjs: switchboard: was written for Switchboard \^2\.0\.0; this is 1\.2\.3/,
      /plugins\/none\.cjs: switchboard: "new" is no range of versions; write it as in "\^1\.2\.3"/,
    );
    await refuses(
      { "plugins/x.cjs": `module.exports = { name: "x" };` },
      [],
      /plugins\/x\.cjs: switchboard: is missing/,
    );
  });

  for (const [what, text, word] of [
    ["nothing exported", "module.exports = 5;", /exports a number instead of a plugin/],
    ["a misspelt key", plugin("hook: {}"), /one\.cjs: hook: unknown key; did you mean "hooks"\?/],
    [
      "a misspelt hook",
      plugin("hooks: { beforTurn() {} }"),
      /hooks\.beforTurn: unknown key; did you mean "beforeTurn"\?/,
    ],
    [
      "a misspelt property of a function",
      plugin(`functions: { f: { takes: [], give: "text", gives: "text", run() {} } }`),
      /functions\.f\.give: unknown key; did you mean "gives"\?/,
    ],
    [
      "a kind that there is not",
      plugin(`fields: { f: { kind: "string", read() {} } }`),
      /fields\.f\.kind: must be one of text, number, boolean, any/,
    ],
    [
      "code that is none",
      plugin(`actions: { pay: { run: "pay" } }`),
      /actions\.pay\.run: must be a function/,
    ],
    [
      "a name of an action",
      plugin(`actions: { "pay now": { run() {} } }`),
      /actions\.pay now: use a letter, then/,
    ],
    [
      "a dialog that is none",
      plugin(`dialogs: [{ id: "d" }]`),
      /dialogs\.0\.beginDialog: must be a function/,
    ],
    [
      "a function of ours",
      plugin(`functions: { hasWord: { takes: [], gives: "text", run() {} } }`),
      /functions\.hasWord: is one of ours/,
    ],
    [
      "a channel that is none",
      plugin(`channels: [{ definition: {} }]`),
      /channels\.0\.definition\.id: is missing/,
    ],
    [
      "a bad name",
      `module.exports = { name: "My Shop", switchboard: "*" };`,
      /name: use a lower-case letter/,
    ],
    [
      "fields under a name with a dash",
      `module.exports = { name: "my-shop", switchboard: "*", fields: { tier: { kind: "text", read() {} } } };`,
      /name: rules would read "my-shop\.tier" as a subtraction; .* as in "myshop"/,
    ],
    [
      "fields under a word of ours",
      `module.exports = { name: "customer", switchboard: "*", fields: { tier: { kind: "text", read() {} } } };`,
      /name: "customer" begins fields of ours/,
    ],
  ] as const)
    it(`refuses ${what}`, () => refuses({ "plugins/one.cjs": text }, [], word));

  it("refuses two of one name, and two functions and dialogs of one name", async () => {
    const of = (name: string) =>
      `module.exports = { name: "${name}", switchboard: "*", functions: { f: { takes: [], gives: "text", run() {} } },` +
      ` dialogs: [{ id: "d", beginDialog() {}, continueDialog() {} }] };`;
    await refuses(
      {
        "plugins/a.cjs": of("a"),
        "plugins/b.cjs": of("b"),
        "plugins/c.cjs": `module.exports = { name: "a", switchboard: "*" };`,
      },
      [],
      /plugins\/b\.cjs: functions\.f: the function "f" is there already, from plugins\/a\.cjs/,
      /plugins\/b\.cjs: dialogs\.0\.id: the dialog "d" is there already/,
      /plugins\/c\.cjs: name: the plugin "a" is there already/,
    );
  });

  it("tells everything that is wrong at once", () =>
    refuses(
      { "plugins/a.cjs": plugin(`hook: {}, field: {}`) },
      ["nowhere"],
      /nowhere/,
      /hook: unknown/,
      /field: unknown/,
    ));

  it("refuses a plugin that only the server's own thread can load", async () => {
    const text = `if (!require("node:worker_threads").isMainThread) throw new Error("not here"); ${plugin(`actions: { a: { run() {} } }`)}`;
    const folder = folderOf({ "plugins/a.cjs": text });
    await assert.rejects(load({ folder }), {
      code: "PLUGIN_INVALID",
      message: /plugins\/a\.cjs: cannot be loaded in its thread: not here/,
    });
  });
});
