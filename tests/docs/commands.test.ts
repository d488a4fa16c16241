import assert from "node:assert/strict";
import { runCli } from "../cli/runCli";
import { type Command, commands, inlineCommands, strangeFences } from "./commands";
import { type CommandWorld, emptyWorld, liveWorld } from "./commandWorld";
import { read } from "./parts";

/** Commands that another test runs, with words of it that show so. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, words: string]>> = {
  "npm ci && npm test": ["scripts/test.mjs", "mocha"],
  "npm ci": [".ci/run", "npm ci"],
  "npm run package -- --start": [".ci/run", "package -- --start"],
  "npm install switchboard": ["tests/package/package.test.ts", "the packed package, in a fresh folder"],
  "npm install --no-save switchboard": [
    "tests/package/package.test.ts",
    "the packed package, in a fresh folder",
  ],
  "npm install switchboard botbuilder-dialogs": ["tests/docs/developers.test.ts", "has tests that pass"],
  "mkdir coffee && cd coffee && npm init -y": ["tests/docs/developers.test.ts", "docs/developers.md"],
  "npm test": ["tests/cli/scaffold.test.ts", "test"],
  "SWITCHBOARD_PLUGINS=__NAME__ npx switchboard start": ["tests/flow/plugins.test.ts", "SWITCHBOARD_PLUGINS"],
  "switchboard__applicationSecret=… switchboard__verifyToken=… switchboard__pages__2000__pageAccessToken=… npm start":
    ["tests/component/bot.test.ts", "switchboard__"],
  "npx switchboard copy --from local --to cosmos": ["tests/cli/copy.test.ts", '"--to", "cosmos"'],
  'export HOOK_SECRET="whsec_$(openssl rand -base64 32)"': ["tests/examples/crm.test.ts", "HOOK_SECRET"],
  "SWITCHBOARD_TOKEN=… node examples/crm/service.mjs": ["tests/examples/crmService.ts", "service.mjs"],
  "node examples/shop/service.mjs &": ["tests/examples/shopService.ts", "service.mjs"],
};
/** Of these pages all, by an example's own tests. */
const PAGES_ELSEWHERE: Readonly<Record<string, string>> = {
  "docs/deploying.md": "tests/package/production.test.ts",
  "docs/tickets.md": "tests/flow/tickets.test.ts",
  "examples/crm/README.md": "tests/examples/crm.test.ts",
  "examples/plugin-telegram/README.md": "tests/examples/telegram.test.ts",
  "examples/shop/README.md": "tests/examples/shop.test.ts",
};

/** They need a server that runs beside them. */
const needsServer = ({ text }: Command): boolean =>
  /^curl |switchboard (replay|backup|privacy)\b|restored/.test(text);

describe("commands of the documentation", function () {
  this.timeout(90_000);
  const all = commands();
  const isElsewhere = ({ text, page }: Command) => text in ELSEWHERE || page in PAGES_ELSEWHERE;
  const here = all.filter((command) => !command.azure && !isElsewhere(command));

  it("are found, and every fence says its language", () => {
    assert.ok(all.length > 50);
    assert.deepEqual(strangeFences(), []);
  });

  it("are of Azure's where they are marked so, and nowhere else", () => {
    for (const { page, text, azure } of all) assert.equal(/^az /.test(text), azure, `${page}: ${text}`);
  });

  it("that other tests run are run there", () => {
    for (const [text, [file, words]] of Object.entries(ELSEWHERE)) {
      assert.ok(
        all.some((command) => command.text === text),
        `no page has: ${text}`,
      );
      assert.ok(read(file).includes(words), `${file} lacks: ${words}`);
    }
    for (const [page, file] of Object.entries(PAGES_ELSEWHERE)) {
      assert.ok(
        all.some((command) => command.page === page),
        `no commands in ${page}`,
      );
      assert.ok(read(file).includes("it("), file);
    }
  });

  for (const [live, open] of [
    [true, liveWorld],
    [false, emptyWorld],
  ] as const)
    for (const page of new Set(
      here.filter((command) => needsServer(command) === live).map(({ page }) => page),
    ))
      describe(`${page}${live ? ", beside a server" : ""}`, () => {
        let world: CommandWorld;
        before(async () => {
          world = await open(page);
        });
        after(() => world?.close());
        for (const command of here)
          if (command.page === page && needsServer(command) === live)
            it(command.text, () => world.run(command.text.replace("npm ci && ", "")));
      });

  it("within sentences name scripts, commands and options that exist", async () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const { out } = await runCli(["help"]);
    const names = [...out.matchAll(/^ {2}([a-z]+(?: [a-z]+)?)(?: COMMAND)? {2,}/gm)].map(
      ([, name = ""]) => name,
    );
    assert.ok(names.length > 20);
    const helps = new Map<string, string>();
    for (const { page, text } of inlineCommands()) {
      const [, script] = /^npm run (\S+)/.exec(text) ?? [];
      if (script !== undefined) {
        assert.ok(script in scripts, `${page}: ${text}`);
        continue;
      }
      for (const said of alternatives(text.replace(/^(npx )?switchboard /, ""))) {
        const name = names.find((one) => said === one || said.startsWith(`${one} `));
        assert.ok(name !== undefined || /^(--version|help|COMMAND)/.test(said), `${page}: ${text}`);
        for (const [option] of said.matchAll(/--[a-z-]+/g)) {
          const help = helps.get(name ?? "") ?? (await runCli(["help", ...(name ?? "").split(" ")])).out;
          helps.set(name ?? "", help);
          assert.ok(help.includes(option) || option === "--version", `${page}: ${text}`);
        }
      }
    }
  });
});

/** "flow check|test FILE" is two commands. */
function alternatives(text: string): string[] {
  const [, before = "", choice, after = ""] = /^(.*?)(\S+\|\S+)(.*)$/.exec(text) ?? [];
  return choice === undefined ? [text] : choice.split("|").map((one) => `${before}${one}${after}`);
}
