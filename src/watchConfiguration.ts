import { type FSWatcher, readFileSync, watch } from "node:fs";
import path from "node:path";
import { type ConfigBundle, readConfigFile } from "./config/file";
import { flowFileNames } from "./config/flowFiles";
import type { ChannelDefinition } from "./core/channel";
import type { Clock } from "./core/clock";
import { messageOf } from "./core/errors";
import type { Log } from "./core/log";

/** Editors write a file in several steps. */
const SETTLE_MS = 200;

/**
 * Applies the configuration file again whenever it, or a flow file that it names, changes on disk. With a fault the settings
 * stay as they are, and the log tells. For development: a server in production changes only when it is told to.
 */
export function watchConfiguration(options: {
  file: string;
  definitions: readonly ChannelDefinition[];
  apply(bundle: ConfigBundle): Promise<{ applied: boolean }>;
  clock: Clock;
  log: Log;
}) {
  const { file, definitions, clock, log } = options;
  const watchers = new Map<string, FSWatcher>();
  let files = new Set<string>();
  let cancel: (() => void) | undefined;
  let working: Promise<void> = Promise.resolve();
  let closed = false;

  function changed(): void {
    cancel?.();
    cancel = clock.after(SETTLE_MS, () => {
      working = working.then(applyAgain);
    });
  }

  async function applyAgain(): Promise<void> {
    if (closed) return;
    follow();
    try {
      const { applied } = await options.apply(readConfigFile(file, definitions));
      if (applied) log.info({ file }, "the configuration file changed and was applied again");
    } catch (error) {
      log.error({ file, error: messageOf(error) }, "the changed configuration file was not applied");
    }
  }

  /** Folders are watched, not files: editors put a new file in the old one's place. */
  function follow(): void {
    files = new Set([file, ...namedIn(file)].map((each) => path.resolve(each)));
    const folders = new Set([...files].map((each) => path.dirname(each)));
    for (const [folder, watcher] of watchers)
      if (!folders.has(folder)) {
        watcher.close();
        watchers.delete(folder);
      }
    for (const folder of folders) if (!watchers.has(folder)) start(folder);
  }

  function start(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || files.has(path.join(folder, name))) changed();
      });
      watcher.on("error", (error) =>
        log.warn({ folder, error: messageOf(error) }, "a folder is not watched"),
      );
      watchers.set(folder, watcher);
    } catch (error) {
      log.warn({ folder, error: messageOf(error) }, "a folder is not watched");
    }
  }

  follow();
  // It may have changed since the start read it; one that did not is passed over.
  changed();

  return {
    /** Ends when nothing is being applied any more. */
    async close(): Promise<void> {
      closed = true;
      cancel?.();
      for (const watcher of watchers.values()) watcher.close();
      await working;
    },
  };
}

function namedIn(file: string): string[] {
  try {
    const folder = path.dirname(file);
    return flowFileNames(readFileSync(file, "utf8")).map((name) => path.resolve(folder, name));
  } catch {
    return [];
  }
}
