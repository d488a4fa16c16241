import { messageOf } from "../core/errors";
import type { CustomerFacts } from "../core/plugin";
import type { PluginRecords, RecordKeeper } from "../core/runningPlugins";
import { PATH_LIMIT_MS } from "./hookRunner";
import { type RecordAnswers, type RecordPart, recordFault } from "./recordAnswers";
import type { RunPlugin } from "./runPlugin";

/** `records` of all plugins in their order. */
export function createRecordRunner(running: readonly RunPlugin[]): PluginRecords {
  const finders = running.filter((one) => has(one, "findContact"));

  async function findContact(facts: CustomerFacts, id: string) {
    const faults: string[] = [];
    for (const one of finders) {
      try {
        const fields = await ask(one, "findContact", { given: facts, id });
        if (fields !== undefined) return { answer: { plugin: one.plugin.name, fields }, faults };
      } catch (error) {
        faults.push(messageOf(error));
      }
    }
    return { answer: undefined, faults };
  }

  return {
    ...(finders.length === 0 ? {} : { findContact }),
    keepers: running.filter((one) => TOLD.some((part) => has(one, part))).map(toKeeper),
  };
}

const TOLD = ["contactChanged", "contactErased", "ticketChanged"] as const satisfies readonly RecordPart[];

const has = ({ plugin }: RunPlugin, part: RecordPart): boolean => plugin.records?.[part] !== undefined;

function toKeeper(one: RunPlugin): RecordKeeper {
  const part =
    <K extends RecordPart>(name: K) =>
    async (given: unknown, id: string) =>
      (await ask(one, name, { given, id })) ?? {};
  return {
    plugin: one.plugin.name,
    ...(has(one, "contactChanged") ? { contactChanged: part("contactChanged") } : {}),
    ...(has(one, "contactErased") ? { contactErased: part("contactErased") } : {}),
    ...(has(one, "ticketChanged") ? { ticketChanged: part("ticketChanged") } : {}),
  };
}

/** Undefined: it has nothing to say. Throws SwitchboardError PLUGIN_FAILED. */
async function ask<K extends RecordPart>(
  one: RunPlugin,
  part: K,
  { given, id }: { given: unknown; id: string },
): Promise<RecordAnswers[K] | undefined> {
  const answer = await one.call(`records.${part}`, given, {
    id,
    timeoutMs: PATH_LIMIT_MS,
    fault: (said) => recordFault(part, said),
  });
  return (answer ?? undefined) as RecordAnswers[K] | undefined;
}
