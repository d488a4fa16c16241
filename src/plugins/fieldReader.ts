import { messageOf } from "../core/errors";
import type { ValueKind } from "../core/plugin";
import type { ReadFields } from "../core/runningPlugins";
import { isOfKind, kindInWords } from "../expressions/plugged";
import { PATH_LIMIT_MS } from "./hookRunner";
import type { RunPlugin } from "./runPlugin";

/** Reads fields of plugins, all at once; null and undefined are a missing value, and so is what fails. */
export function createFieldReader(running: readonly RunPlugin[]): ReadFields {
  const owners = new Map<string, { one: RunPlugin; part: string; kind: ValueKind }>(
    running.flatMap((one) =>
      Object.entries(one.plugin.fields ?? {}).map(
        ([word, { kind }]) => [`${one.plugin.name}.${word}`, { one, part: `fields.${word}`, kind }] as const,
      ),
    ),
  );
  return async (names, facts, id) => {
    const answer: Record<string, unknown> = {};
    const faults: string[] = [];
    const read = async (name: string): Promise<void> => {
      const owner = owners.get(name);
      if (owner === undefined) return;
      const { one, part, kind } = owner;
      const fault = (value: unknown): string | undefined =>
        value === null || isOfKind(value, kind)
          ? undefined
          : `It gave a ${typeof value} instead of ${kindInWords(kind)}.`;
      try {
        const value = await one.call(part, facts, { id, timeoutMs: PATH_LIMIT_MS, fault });
        if (value !== null) answer[name] = value;
      } catch (error) {
        faults.push(messageOf(error));
      }
    };
    await Promise.all(names.map(read));
    return { answer, faults };
  };
}
