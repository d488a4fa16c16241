import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ConfigBundle } from "../src/config/file";
import { silentLog } from "../src/core/log";
import { watchConfiguration } from "../src/watchConfiguration";
import { definitions } from "./config/definitions";
import { createFakeClock } from "./support/clock";
import { eventually } from "./support/startApp";

const flow = (start: string) => `id: orders\nstart: ${start}\nsteps: { a: { do: end }, b: { do: end } }\n`;

describe("watchConfiguration", () => {
  let folder: string;
  let watching: ReturnType<typeof watchConfiguration> | undefined;
  const clock = createFakeClock();
  const applied: ConfigBundle[] = [];
  const errors: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "watch-"));
    mkdirSync(path.join(folder, "flows"));
    applied.length = 0;
    errors.length = 0;
    write("switchboard.yaml", "flows: [flows/orders.yaml]\n");
    write("flows/orders.yaml", flow("a"));
    watching = watchConfiguration({
      file: path.join(folder, "switchboard.yaml"),
      definitions,
      async apply(bundle) {
        applied.push(bundle);
        return { applied: true };
      },
      clock,
      log: {
        ...silentLog,
        error: (fields: { error?: unknown }) => void errors.push(String(fields.error)),
      } as typeof silentLog,
    });
  });
  afterEach(async () => {
    await watching?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  /** Lets the debounce pass until something has happened. */
  const settled = (check: () => boolean, what: string) =>
    eventually(async () => {
      await clock.advance(1000);
      return check();
    }, what);
  const starts = () => applied.map(({ flows }) => flows[0]?.start);

  it("applies what changed since the start, and every change of a flow file", async () => {
    await settled(() => applied.length === 1, "the first look");
    write("flows/orders.yaml", flow("b"));
    await settled(() => starts().at(-1) === "b", "the flow");
  });

  it("follows files that take another's place, and files that are named later", async () => {
    await settled(() => applied.length === 1, "the first look");
    write("new.yaml", flow("b"));
    renameSync(path.join(folder, "new.yaml"), path.join(folder, "flows", "orders.yaml"));
    await settled(() => starts().at(-1) === "b", "the renamed file");
    write("other.yaml", flow("a"));
    write("switchboard.yaml", "flows: [other.yaml]\n");
    await settled(() => starts().at(-1) === "a", "the configuration");
    write("other.yaml", flow("b"));
    await settled(() => starts().at(-1) === "b", "the file that is named now");
  });

  it("tells a fault and applies nothing until it is mended", async () => {
    await settled(() => applied.length === 1, "the first look");
    write("flows/orders.yaml", "id: orders\nstrat: a\n");
    await settled(() => errors.length > 0, "the fault");
    assert.match(errors[0] ?? "", /flows\/orders\.yaml: strat: unknown key; did you mean "start"\?/);
    assert.ok(!starts().includes(undefined));
    write("flows/orders.yaml", flow("b"));
    await settled(() => starts().at(-1) === "b", "the mended flow");
  });
});
