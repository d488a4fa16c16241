import { z } from "zod";
import { InputError } from "../core/errors";
import {
  SETTINGS,
  SETTINGS_KINDS,
  type SettingsByKind,
  type SettingsKind,
  type SettingsSnapshot,
} from "../core/settings";
import { READ_ONLY_KEYS } from "./contract";
import type { Fault, Reference, SettingsBundle, SettingsLookup, SettingsRules } from "./ports";
import { nameOf } from "./settingsDoc";

/** One fault of an object, as the API tells it. */
export interface FaultDetail {
  /** `rules[0].queue`; "" for the object as a whole. */
  path: string;
  message: string;
}

/** Checks that others add for a kind: rules, hours and flows are read by their owners. [] when all is well. */
export type SettingsChecks = {
  [K in SettingsKind]?: (value: SettingsByKind[K], snapshot: SettingsSnapshot) => Fault[];
};

/** Checks against the schema; an `id` left out is the URL's. */
export function checkObject<K extends SettingsKind>(kind: K, id: string, value: unknown): Checked<K> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const result = SETTINGS[kind].safeParse(isObject ? { id, ...value } : value);
  if (!result.success) return { ok: false, faults: toDetails(result.error) };
  const parsed = result.data as SettingsByKind[K];
  if (parsed.id === id) return { ok: true, value: parsed };
  return { ok: false, faults: [{ path: "id", message: `must be "${id}", as in the URL` }] };
}

type Checked<K extends SettingsKind> =
  | { ok: true; value: SettingsByKind[K] }
  | { ok: false; faults: FaultDetail[] };

/** The same; throws InputError INPUT_INVALID with `details: [{ path, message }]`. */
export function parseObject<K extends SettingsKind>(kind: K, id: string, value: unknown): SettingsByKind[K] {
  const checked = checkObject(kind, id, value);
  if (checked.ok) return checked.value;
  throw inputInvalid(checked.faults);
}

/** An object as it was read may be put back: what the server had added is dropped. */
export function withoutReadOnly(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([key]) => !READ_ONLY_KEYS.includes(key)));
}

/** A zod error as the API tells it. */
export function toDetails(error: z.ZodError): FaultDetail[] {
  return error.issues.map((issue) => ({ path: z.core.toDotPath(issue.path), message: issue.message }));
}

export function inputInvalid(details: readonly FaultDetail[]): InputError {
  const lines = details.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return new InputError("INPUT_INVALID", `The request has faults. ${lines.join("; ")}`, {
    details,
  });
}

/** `snapshot` with one object put in. */
export function withObject<K extends SettingsKind>(
  snapshot: SettingsSnapshot,
  kind: K,
  value: SettingsByKind[K],
): SettingsSnapshot {
  const objects = new Map<string, unknown>(snapshot[kind]);
  return { ...snapshot, [kind]: objects.set(value.id, value) } as SettingsSnapshot;
}

export function toLookup(snapshot: SettingsSnapshot): SettingsLookup {
  return {
    has: (kind, id) => snapshot[kind].has(id),
    get: <K extends SettingsKind>(kind: K, id: string) =>
      snapshot[kind].get(id) as SettingsByKind[K] | undefined,
    ids: (kind) => [...snapshot[kind].keys()],
  };
}

interface ObjectIn<K extends SettingsKind> {
  kind: K;
  value: SettingsByKind[K];
  snapshot: SettingsSnapshot;
}

/** Faults of one object in `snapshot`, which holds it already. */
export function faultsIn<K extends SettingsKind>(ports: CheckPorts, object: ObjectIn<K>): FaultDetail[] {
  return foundIn(ports, object).map(({ path, message }) => ({ path: z.core.toDotPath([...path]), message }));
}

interface CheckPorts {
  rules: SettingsRules;
  checks: SettingsChecks;
}

function foundIn<K extends SettingsKind>(
  { rules, checks }: CheckPorts,
  { kind, value, snapshot }: ObjectIn<K>,
): Fault[] {
  const faults = rules.faultsOf(kind, value, toLookup(snapshot));
  return [...faults, ...(checks[kind]?.(value, snapshot) ?? [])];
}

/** Who points at `kind`/`id`, and from where. */
export function usersOf(rules: SettingsRules, snapshot: SettingsSnapshot, kind: SettingsKind, id: string) {
  const users: { kind: SettingsKind; id: string; path: string }[] = [];
  const points = (reference: Reference) => reference.kind === kind && reference.id === id;
  for (const userKind of SETTINGS_KINDS) {
    for (const value of snapshot[userKind].values()) {
      const found = rules.referencesOf(userKind, value).find(points);
      if (found !== undefined)
        users.push({ kind: userKind, id: value.id, path: z.core.toDotPath([...found.path]) });
    }
  }
  return users;
}

/** `queues/vip.members[0]: …` */
export function faultText(kind: SettingsKind, id: string, { path, message }: FaultDetail): string {
  return `${nameOf(kind, id)}${path === "" ? "" : `.${path}`}: ${message}`;
}

/** Faults of everything in `snapshot`, each with its name, and with its place where `placeOf` knows it. */
export function faultsOfAll(
  ports: CheckPorts,
  snapshot: SettingsSnapshot,
  placeOf: SettingsBundle["placeOf"] = () => undefined,
): string[] {
  return SETTINGS_KINDS.flatMap((kind) =>
    [...snapshot[kind].values()].flatMap((value) =>
      foundIn(ports, { kind, value, snapshot }).map(({ path, message }) => {
        const place = placeOf(kind, value.id, path);
        const text = faultText(kind, value.id, { path: z.core.toDotPath([...path]), message });
        return place === undefined ? text : `${text} (${place})`;
      }),
    ),
  );
}

/** A checked file as the settings it would make in an empty store. */
export function toSnapshot(bundle: SettingsBundle): SettingsSnapshot {
  const objects = SETTINGS_KINDS.map(
    (kind) => [kind, new Map(bundle[kind].map((value) => [value.id, value]))] as const,
  );
  return { ...Object.fromEntries(objects), version: 0 } as unknown as SettingsSnapshot;
}
