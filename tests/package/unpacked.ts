import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadPackaging, makeZip } from "./zipFile";

/** A user without rights, for tests that root runs: root writes wherever it likes. */
const NOBODY = 65_534;

/** The package, unpacked where nobody can write, and a folder of its own for what a server writes. */
export interface Unpacked {
  readonly folder: string;
  readonly data: string;
  /** Starts it by the words after `node`; nothing of our own environment but PATH. */
  start(words: readonly string[], environment: Readonly<Record<string, string>>): Started;
  /** Every file with its size and time, to be compared. */
  state(): string[];
  remove(): void;
}

export interface Started {
  readonly child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Its address, and ms from the spawn until it said so. Rejects with what it printed when it ends before. */
  ready(): Promise<{ url: string; tookMs: number }>;
  /** Resolves with its exit code; the signal's name when one ended it. */
  ended: Promise<number | string>;
}

export async function unpackZip(): Promise<Unpacked> {
  const [{ zip }, { unpack }] = await Promise.all([makeZip(), loadPackaging()]);
  const home = mkdtempSync(path.join(tmpdir(), "switchboard-unpacked-"));
  chmodSync(home, 0o755);
  const [folder, data] = [path.join(home, "package"), path.join(home, "data")];
  await unpack(zip, folder);
  mkdirSync(data);
  const owner = withoutRights();
  if (owner.uid !== undefined) chownSync(data, owner.uid, NOBODY);
  protect(folder, { file: 0o444, folder: 0o555 });
  return {
    folder,
    data,
    start: (words, environment) => start(words, { cwd: folder, environment, owner }),
    state: () => stateOf(folder),
    remove() {
      protect(folder, { file: 0o644, folder: 0o755 });
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Root gives its rights away; on a machine where it cannot, `state` still tells of writes. */
function withoutRights(): { uid?: number; gid?: number } {
  const owner = { uid: NOBODY, gid: NOBODY };
  const can = process.getuid?.() === 0 && spawnSync(process.execPath, ["-v"], owner).status === 0;
  return can ? owner : {};
}

function protect(folder: string, modes: { file: number; folder: number }): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) protect(place, modes);
    else chmodSync(place, modes.file);
  }
  chmodSync(folder, modes.folder);
}

function stateOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return files.map((file) => {
    const { size, mtimeMs } = statSync(path.join(folder, file));
    return `${file} ${size} ${mtimeMs}`;
  });
}

function start(
  words: readonly string[],
  options: {
    cwd: string;
    environment: Readonly<Record<string, string>>;
    owner: { uid?: number; gid?: number };
  },
): Started {
  const begun = performance.now();
  const child = spawn(process.execPath, words, {
    cwd: options.cwd,
    env: { PATH: process.env.PATH ?? "", ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
    ...options.owner,
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => {
      printed += part;
      child.emit("printed");
    });
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  return {
    child,
    output: () => printed,
    async ready() {
      for (;;) {
        const [, url] = /"url":"([^"]+)"[^\n]*"msg":"ready"/.exec(printed) ?? [];
        if (url !== undefined) return { url, tookMs: performance.now() - begun };
        const more = await Promise.race([once(child, "printed"), ended]);
        if (!Array.isArray(more)) throw new Error(`ended with ${more}:\n${printed}`);
      }
    },
    ended,
  };
}
