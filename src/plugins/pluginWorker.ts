/** The thread of one plugin: it runs actions, fields and hooks, and takes down nobody but itself. */
import { parentPort, workerData } from "node:worker_threads";
import { messageOf, SwitchboardError } from "../core/errors";
import type { Plugin, PluginCall } from "../core/plugin";
import { importPlugin } from "./importPlugin";
import { BUFFERS_MB, type FromWorker, MOST_ANSWER, type ToWorker, type WorkerSettings } from "./workerWire";

type Code = (given: unknown, call: PluginCall) => unknown;

const { file } = workerData as WorkerSettings;
const tell = (message: FromWorker): void => parentPort?.postMessage(message);
const running = new Map<number, AbortController>();

/** `actions.refund` of the plugin. Each call looks it up anew, since a plugin may be an object with state. */
function codeOf(plugin: Plugin, part: string): Code {
  const [group = "", name = ""] = part.split(".");
  if (group === "hooks" || group === "records") {
    const owner = plugin[group] as unknown as Record<string, Code>;
    return owner[name]?.bind(owner) as Code;
  }
  const owner = group === "actions" ? plugin.actions?.[name] : plugin.fields?.[name];
  const run = (owner as { run?: Code; read?: Code } | undefined)?.[group === "actions" ? "run" : "read"];
  if (run === undefined) throw new SwitchboardError("PLUGIN_FAILED", `There is no ${part}.`);
  return run.bind(owner);
}

async function work(plugin: Plugin, message: Extract<ToWorker, { kind: "call" }>): Promise<void> {
  const { n, part, given, id } = message;
  const abort = new AbortController();
  running.set(n, abort);
  tell({ kind: "began", n });
  try {
    const value = await codeOf(plugin, part)(JSON.parse(given), { id, signal: abort.signal });
    const answer = JSON.stringify(value) ?? "null";
    if (answer.length > MOST_ANSWER)
      throw new SwitchboardError("PLUGIN_FAILED", `The answer is longer than ${MOST_ANSWER} characters.`);
    tell({ kind: "done", n, answer });
  } catch (error) {
    tell({ kind: "failed", n, message: messageOf(error).slice(0, 1000) });
  } finally {
    running.delete(n);
  }
}

function watchBuffers(): void {
  if (process.memoryUsage().arrayBuffers < BUFFERS_MB * 1024 * 1024) return;
  throw new SwitchboardError("PLUGIN_FAILED", `It holds more than ${BUFFERS_MB} MB of buffers.`);
}

async function serve(): Promise<void> {
  const plugin = (await importPlugin(file)) as Plugin;
  parentPort?.on("message", (message: ToWorker) => {
    if (message.kind === "ping") tell({ kind: "pong" });
    else if (message.kind === "abort") running.get(message.n)?.abort();
    // Thrown where nobody catches, it ends this thread.
    else void work(plugin, message).then(watchBuffers);
  });
  tell({ kind: "ready" });
}

void serve();
