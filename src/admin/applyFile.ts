import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../core/errors";
import {
  SETTINGS_KINDS,
  type SettingsByKind,
  type SettingsKind,
  type SettingsSnapshot,
} from "../core/settings";
import type { Stored } from "../core/store";
import { faultsOfAll, type SettingsChecks } from "./checks";
import { opsOf } from "./flows/flowHistory";
import { completeGenerated, makeSecrets } from "./generated";
import type { SecretsPort, SettingsBundle, SettingsRules } from "./ports";
import { isEdited, nameOf, type SettingsDoc } from "./settingsDoc";
import type { SettingsStore, SettingsWrite } from "./settingsStore";

/** What an apply did, as `kind/id`. */
export interface Applied {
  /** False: this file was applied before, nothing was done. */
  applied: boolean;
  created: string[];
  changed: string[];
  deleted: string[];
}

interface ApplyPorts {
  settings: SettingsStore;
  rules: SettingsRules;
  checks: SettingsChecks;
  secrets: SecretsPort;
  now: number;
}

interface ApplyRequest {
  bundle: SettingsBundle;
  /** Overwrite what was edited in the console, and apply even a file that was applied before. */
  force: boolean;
  by: string;
  /** What others would not overwrite either: told together, stops the apply alike. */
  conflicts?: readonly string[];
}

interface Plan {
  /** In order of writing: what others point at comes first, and is deleted last. */
  writes: { kind: SettingsKind; write: SettingsWrite }[];
  conflicts: string[];
}

type StoredObjects = ReadonlyMap<string, Stored<SettingsDoc>>;

// Well below a batch's 100 operations and 2 MB; the audit entries repeat both values, revisions one more.
const CHUNK_WRITES = 40;
const CHUNK_OPS = 90;
const CHUNK_BYTES = 300_000;

/**
 * Makes the stored settings what the file says. Safe to run again after a crash: each step is skipped when it has
 * happened, and the marker that ends it is written last.
 */
export async function applyBundle(ports: ApplyPorts, request: ApplyRequest): Promise<Applied> {
  const { settings } = ports;
  const { bundle, force, by, conflicts = [] } = request;
  const marker = (await settings.applied())?.doc;
  if (marker?.hash === bundle.hash && !force && conflicts.length === 0)
    return { applied: false, created: [], changed: [], deleted: [] };

  const stored = new Map((await settings.loadAll()).map((s) => [nameOf(s.doc.type, s.doc.id), s]));
  const { wanted, names } = complete(ports, bundle);
  const plan = planWrites({
    wanted,
    stored,
    former: marker?.objects ?? [],
    hash: bundle.hash,
    by,
    now: ports.now,
  });
  plan.conflicts.push(...conflicts);
  if (plan.conflicts.length > 0 && !force) throw conflictError(plan.conflicts);
  refuseFaults(ports, outcomeOf(wanted, stored, plan), bundle.placeOf);

  await makeSecrets(ports.secrets, names);
  // Forget first what will be deleted: after a crash it must not look deleted in the console.
  const objects = [...wanted.keys()];
  if (marker !== undefined) {
    await settings.setApplied({
      hash: marker.hash,
      objects: marker.objects.filter((name) => wanted.has(name)),
    });
  }
  for (const { kind, writes } of chunksOf(plan)) await settings.commit(kind, writes, { by, source: "file" });
  await settings.setApplied({ hash: bundle.hash, objects });
  return report(plan);
}

interface Wanted {
  kind: SettingsKind;
  value: SettingsByKind[SettingsKind];
}

/** Everything in the file under its name, with references for secrets that we make. */
function complete(
  ports: ApplyPorts,
  bundle: SettingsBundle,
): { wanted: Map<string, Wanted>; names: string[] } {
  const wanted = new Map<string, Wanted>();
  const names: string[] = [];
  for (const kind of SETTINGS_KINDS) {
    for (const given of bundle[kind]) {
      const completed = completeGenerated(ports, kind, given);
      wanted.set(nameOf(kind, given.id), { kind, value: completed.value });
      names.push(...completed.names);
    }
  }
  return { wanted, names };
}

interface PlanInput {
  wanted: ReadonlyMap<string, Wanted>;
  stored: StoredObjects;
  /** What was in the file applied before. */
  former: readonly string[];
  hash: string;
  by: string;
  now: number;
}

function planWrites(input: PlanInput): Plan {
  const plan: Plan = { writes: [], conflicts: [] };
  const former = new Set(input.former);
  for (const [name, wanted] of input.wanted) planObject(plan, input, name, wanted, former);
  for (const [name, before] of orderedForDelete(input.stored)) {
    if (input.wanted.has(name) || before.doc.fileHash === undefined) continue;
    if (isEdited(before.doc))
      plan.conflicts.push(`${name} (edited in the console; the file no longer has it)`);
    plan.writes.push({ kind: before.doc.type, write: { id: before.doc.id, before } });
  }
  return plan;
}

function planObject(
  plan: Plan,
  input: PlanInput,
  name: string,
  { kind, value }: Wanted,
  former: ReadonlySet<string>,
): void {
  const before = input.stored.get(name);
  const same = before !== undefined && isDeepStrictEqual(before.doc.value, value);
  if (before === undefined && former.has(name)) plan.conflicts.push(`${name} (deleted in the console)`);
  if (before !== undefined && !same && isEdited(before.doc))
    plan.conflicts.push(`${name} (edited in the console)`);
  if (before !== undefined && same && !isEdited(before.doc)) return;
  const revision = (before?.doc.revision ?? 0) + 1;
  const after: SettingsDoc = {
    id: value.id,
    type: kind,
    value,
    revision,
    fileHash: input.hash,
    fileRevision: revision,
    editedAt: input.now,
    editedBy: input.by,
  };
  plan.writes.push({ kind, write: { id: value.id, ...(before !== undefined && { before }), after } });
}

function orderedForDelete(stored: StoredObjects): [string, Stored<SettingsDoc>][] {
  const place = (s: Stored<SettingsDoc>) => SETTINGS_KINDS.indexOf(s.doc.type);
  return [...stored].sort(([, a], [, b]) => place(b) - place(a));
}

function conflictError(conflicts: string[]): ConfigError {
  const cure = "Export and merge them, or apply with --force to overwrite the edits";
  const words = `The file was not applied: these objects were changed in the console since.\n  ${conflicts.join("\n  ")}\n${cure}.`;
  return new ConfigError("CONFIG_CONFLICT", words, { details: conflicts });
}

/** The settings as they would stand afterwards must fit together, those made in the console included. */
function refuseFaults(
  ports: ApplyPorts,
  outcome: SettingsSnapshot,
  placeOf: SettingsBundle["placeOf"],
): void {
  const faults = faultsOfAll(ports, outcome, placeOf);
  if (faults.length === 0) return;
  throw new ConfigError("CONFIG_INVALID", `The settings would have faults:\n  ${faults.join("\n  ")}`, {
    details: faults,
  });
}

function outcomeOf(wanted: ReadonlyMap<string, Wanted>, stored: StoredObjects, plan: Plan): SettingsSnapshot {
  const gone = new Set(
    plan.writes.filter((w) => w.write.after === undefined).map((w) => nameOf(w.kind, w.write.id)),
  );
  const objects = Object.fromEntries(SETTINGS_KINDS.map((kind) => [kind, new Map<string, unknown>()]));
  for (const [name, { doc }] of stored) if (!gone.has(name)) objects[doc.type]?.set(doc.id, doc.value);
  for (const { kind, value } of wanted.values()) objects[kind]?.set(value.id, value);
  return { ...objects, version: 0 } as unknown as SettingsSnapshot;
}

/** Runs of writes of one kind, small enough for a batch. */
function chunksOf(plan: Plan): { kind: SettingsKind; writes: SettingsWrite[] }[] {
  const chunks: { kind: SettingsKind; writes: SettingsWrite[]; ops: number; bytes: number }[] = [];
  for (const { kind, write } of plan.writes) {
    const bytes = JSON.stringify([write.before?.doc.value, write.after?.value]).length;
    const ops = kind === "flows" ? opsOf(write) : 1;
    const last = chunks.at(-1);
    const fits =
      last?.kind === kind &&
      last.writes.length < CHUNK_WRITES &&
      last.ops + ops <= CHUNK_OPS &&
      last.bytes + bytes <= CHUNK_BYTES;
    if (last !== undefined && fits) {
      last.writes.push(write);
      last.ops += ops;
      last.bytes += bytes;
    } else chunks.push({ kind, writes: [write], ops, bytes });
  }
  return chunks;
}

function report(plan: Plan): Applied {
  const names = (wanted: (write: SettingsWrite) => boolean) =>
    plan.writes.filter(({ write }) => wanted(write)).map(({ kind, write }) => nameOf(kind, write.id));
  return {
    applied: true,
    created: names((write) => write.before === undefined),
    changed: names((write) => write.before !== undefined && write.after !== undefined),
    deleted: names((write) => write.after === undefined),
  };
}
