import { DEFAULT_QUEUE, withEverybody } from "../core/builtIns";
import type { Log } from "../core/log";
import { noteRevision } from "../core/revisions";
import {
  SETTINGS,
  SETTINGS_KINDS,
  type SettingsByKind,
  type SettingsKind,
  type SettingsReader,
  type SettingsSnapshot,
} from "../core/settings";
import type { Change } from "../core/store";
import { isSettingsKind, nameOf, type RemovedDoc, type SettingsDoc } from "./settingsDoc";

type Objects = { -readonly [K in SettingsKind]: Map<string, SettingsByKind[K]> };

/** All settings in memory: a copy of the store, replaced as a whole with every change. */
export interface SnapshotHolder extends SettingsReader {
  load(docs: readonly SettingsDoc[]): void;
  /** Takes over what was committed. */
  follow(changes: readonly Change[]): void;
}

export function createSnapshotHolder(log: Log): SnapshotHolder {
  let snapshot: SettingsSnapshot = { ...emptyObjects(), version: 0 };
  /** What is told late must not replace what is newer. */
  const revisions = new Map<string, number>();
  const listeners = new Set<(snapshot: SettingsSnapshot) => void>();

  function replace(edit: (objects: Objects) => void): void {
    const objects = copyOf(snapshot);
    edit(objects);
    fillDefaultQueue(objects);
    snapshot = { ...objects, version: snapshot.version + 1 };
    for (const listener of listeners) listener(snapshot);
  }

  /** One that was deleted and made again begins at 1 anew, under a name that is not remembered. */
  function isNew({ partition, id, doc }: Change & { doc?: SettingsDoc }): boolean {
    return doc === undefined || doc.revision >= (revisions.get(nameOf(partition as SettingsKind, id)) ?? 0);
  }

  return {
    current: () => snapshot,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load(docs) {
      // What `follow` brought meanwhile is newer.
      const unknown = docs.filter((doc) => !snapshot[doc.type].has(doc.id));
      replace((objects) => {
        for (const doc of unknown) {
          revisions.set(nameOf(doc.type, doc.id), doc.revision);
          keep(objects, doc, log);
        }
      });
    },
    follow(changes) {
      const ours = changes
        .flatMap(withRemoved)
        .filter((change) => concerns(snapshot, change) && isNew(change as Change & { doc?: SettingsDoc }));
      if (ours.length === 0) return;
      replace((objects) => {
        for (const { doc, partition, id } of ours) {
          const name = nameOf(partition as SettingsKind, id);
          if (doc === undefined) {
            revisions.delete(name);
            objects[partition as SettingsKind].delete(id);
          } else {
            revisions.set(name, (doc as SettingsDoc).revision);
            keep(objects, doc as SettingsDoc, log);
          }
        }
      });
    },
  };
}

/** Its members are not written down: they follow the agents there are. */
function fillDefaultQueue({ queues, agents }: Objects): void {
  const queue = queues.get(DEFAULT_QUEUE);
  if (queue === undefined) return;
  const filled = withEverybody(queue, agents.values());
  if (filled.members.join() !== queue.members.join()) queues.set(DEFAULT_QUEUE, filled);
}

/** A note of deletes, as the deletes themselves. */
function withRemoved(change: Change): Change[] {
  if (change.container !== "settings" || change.doc?.type !== "removed") return [change];
  const { container, partition } = change;
  return (change.doc as RemovedDoc).ids.map((id) => ({ container, partition, id }));
}

function concerns(snapshot: SettingsSnapshot, { container, partition, doc, id }: Change): boolean {
  if (container !== "settings" || !isSettingsKind(partition)) return false;
  return doc === undefined ? snapshot[partition].has(id) : doc.type === partition;
}

/** Parsed again, so that objects stored by an older version get the defaults of newer fields. */
function keep(objects: Objects, doc: SettingsDoc, log: Log): void {
  const parsed = SETTINGS[doc.type].safeParse(doc.value);
  if (parsed.success) {
    noteRevision(parsed.data, doc.revision);
    (objects[doc.type] as Map<string, unknown>).set(doc.id, parsed.data);
  } else
    log.error(
      { kind: doc.type, id: doc.id, faults: parsed.error.issues.length },
      "A stored setting is left out: it does not fit its schema",
    );
}

function emptyObjects(): Objects {
  return Object.fromEntries(SETTINGS_KINDS.map((kind) => [kind, new Map()])) as Objects;
}

function copyOf(snapshot: SettingsSnapshot): Objects {
  return Object.fromEntries(
    SETTINGS_KINDS.map((kind) => [kind, new Map<string, unknown>(snapshot[kind])]),
  ) as Objects;
}
