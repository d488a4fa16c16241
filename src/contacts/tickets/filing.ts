import { InputError } from "../../core/errors";
import type { SettingsKind, SettingsSnapshot } from "../../core/settings";

/** Settings that a ticket names. */
export interface Filing {
  owner?: string | null | undefined;
  unit?: string | null | undefined;
  group?: string | null | undefined;
  activity?: string | null | undefined;
}

const KINDS = [
  ["owner", "agents"],
  ["unit", "units"],
  ["group", "groups"],
  ["activity", "activities"],
] as const satisfies readonly (readonly [keyof Filing, SettingsKind])[];

/**
 * Units, groups and activities are checked where any are declared; elsewhere each word is as good as another. Throws
 * InputError with each field in `details`.
 */
export function checkFiling(settings: SettingsSnapshot, filing: Filing): void {
  const details = KINDS.flatMap(([key, kind]) => {
    const id = filing[key];
    if (typeof id !== "string" || settings[kind].has(id)) return [];
    return kind !== "agents" && settings[kind].size === 0
      ? []
      : [{ path: key, message: `there is no such ${key === "owner" ? "agent" : key}` }];
  });
  if (details.length === 0) return;
  const words = details.map(({ path, message }) => `${path}: ${message}`);
  throw new InputError("INPUT_INVALID", words.join("; "), { details });
}
