import type { Clock } from "../core/clock";
import { messageOf, SwitchboardError } from "../core/errors";
import type { Log } from "../core/log";
import type { Plugin } from "../core/plugin";
import type { PluginStatus } from "../core/runningPlugins";
import type { PluggedFunction } from "../expressions/plugged";
import { type Breaker, createBreaker } from "./breaker";
import { toQuickFunction } from "./quickFunctions";
import { RECORD_PARTS } from "./recordAnswers";
import { CallFailed, createWorkerHost } from "./workerHost";

/** A plugin as it was found and loaded. */
export interface LoadedPlugin {
  plugin: Plugin;
  from: string;
  file: string;
}

export interface RunPorts {
  clock: Clock;
  log: Log;
}

export interface PartCall {
  id: string;
  timeoutMs: number;
  /** In words what is wrong with an answer; counts as a failure. */
  fault?(answer: unknown): string | undefined;
}

/** One plugin at work: its thread, and what each of its parts did wrong. */
export function runPlugin({ plugin, from, file }: LoadedPlugin, ports: RunPorts) {
  const { name } = plugin;
  const log = ports.log.child({ plugin: name });
  const breakers = new Map<string, Breaker>();
  const functions = new Map<string, PluggedFunction>();
  const inThread = threadParts(plugin);
  let restarts = 0;
  const switchedOff = (part: string, reason: string): void =>
    log.error({ part, reason }, "a part of a plugin failed too often and is switched off for a while");

  for (const part of inThread) breakers.set(part, createBreaker(part, ports.clock));
  for (const [word, given] of Object.entries(plugin.functions ?? {})) {
    const part = `functions.${word}`;
    const { plugged, breaker } = toQuickFunction(part, given, { clock: ports.clock, switchedOff });
    functions.set(word, plugged);
    breakers.set(part, breaker);
  }
  const host =
    inThread.length === 0
      ? undefined
      : createWorkerHost({
          file,
          clock: ports.clock,
          onEnd(reason) {
            restarts += 1;
            log.error({ reason }, "a plugin's thread ended; the next call starts another");
          },
        });

  async function call(part: string, given: unknown, { id, timeoutMs, fault }: PartCall): Promise<unknown> {
    const breaker = breakers.get(part);
    if (host === undefined || breaker === undefined) throw failed(part, "There is no such part.");
    if (!breaker.mayCall()) throw failed(part, "It failed too often and is switched off for a while.");
    let answer: unknown;
    try {
      answer = await host.call(part, given, { id, timeoutMs });
    } catch (error) {
      note(part, breaker, error);
      throw failed(part, messageOf(error), error);
    }
    const wrong = fault?.(answer);
    if (wrong === undefined) breaker.worked();
    else {
      breaker.failed(wrong, "cheap");
      throw failed(part, wrong);
    }
    return answer;
  }

  function note(part: string, breaker: Breaker, error: unknown): void {
    const how = error instanceof CallFailed ? error.how : "threw";
    if (how === "beside") {
      breaker.passed();
      return;
    }
    log.warn({ part, how, error: messageOf(error) }, "a plugin's call failed");
    if (breaker.failed(messageOf(error), how === "threw" ? "cheap" : "costly"))
      switchedOff(part, messageOf(error));
  }

  const failed = (part: string, message: string, cause?: unknown): SwitchboardError =>
    new SwitchboardError("PLUGIN_FAILED", `Plugin "${name}", ${part}: ${message}`, { cause });

  return {
    plugin,
    functions,
    /** Loads it in its thread, when it needs one. Throws CallFailed. */
    start: async (): Promise<void> => host?.start(),
    /** Plain JSON in and out. Throws SwitchboardError PLUGIN_FAILED. */
    call,
    status(): PluginStatus {
      const parts = [...breakers.values()].map((breaker) => breaker.status());
      return {
        name,
        from,
        state: parts.some(({ state }) => state === "off") ? "off" : "on",
        parts,
        dialogs: (plugin.dialogs ?? []).map(({ id }) => id),
        channels: (plugin.channels ?? []).map(({ definition }) => definition.id),
        restarts,
      };
    },
    close: async (): Promise<void> => host?.close(),
  };
}

export type RunPlugin = ReturnType<typeof runPlugin>;

/** What runs in the thread: "actions.refund", "fields.tier", "hooks.onClose", "records.findContact". */
function threadParts({ actions = {}, fields = {}, hooks = {}, records = {} }: Plugin): string[] {
  // A hook may be a method of a class.
  const names = (["beforeTurn", "beforeRouting", "beforeSending", "onClose"] as const).filter(
    (name) => hooks[name] !== undefined,
  );
  return [
    ...Object.keys(actions).map((name) => `actions.${name}`),
    ...Object.keys(fields).map((name) => `fields.${name}`),
    ...names.map((name) => `hooks.${name}`),
    ...RECORD_PARTS.filter((name) => records[name] !== undefined).map((name) => `records.${name}`),
  ];
}
