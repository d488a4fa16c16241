import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Clock, systemClock } from "../../src/core/clock";
import { silentLog } from "../../src/core/log";
import { type LoadedPlugins, loadPlugins } from "../../src/plugins/loadPlugins";

/** Plugins of the tests stay as they are written: Node loads them, not the compiler. */
export const FIXTURES = path.resolve("tests/plugins/fixtures");
export const fixture = (name: string): string => path.join(FIXTURES, name);

const OWN = {
  version: "1.2.3",
  functions: ["hasWord", "length"],
  fields: ["customer", "context"],
  channels: ["facebook", "sms"],
  providers: ["facebook", "twilio"],
};

export interface LoadingOptions {
  names?: readonly string[];
  folder?: string;
  clock?: Clock;
  threads?: boolean;
}

export function load(options: LoadingOptions = {}): Promise<LoadedPlugins> {
  return loadPlugins({
    names: [],
    folder: FIXTURES,
    own: OWN,
    threads: true,
    clock: systemClock,
    log: silentLog,
    ...options,
  });
}

/** A folder with these files. */
export function makeFolder(files: Record<string, string>): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "switchboard-plugins-"));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
