import type { AuditDoc } from "../core/audit";
import { SETTINGS_KINDS, type SettingsByKind, type SettingsKind } from "../core/settings";
import type { Doc } from "../core/store";

/** One object as stored in the `settings` container; its kind is the partition. */
export interface SettingsDoc<K extends SettingsKind = SettingsKind> extends Doc {
  type: K;
  value: SettingsByKind[K];
  /** 1 at first, plus one with each write. */
  revision: number;
  /** Hash of the file that last wrote it; absent on objects made in the console. */
  fileHash?: string;
  /** `revision` as that file wrote it; another one now means: edited in the console since. */
  fileRevision?: number;
  editedAt: number;
  editedBy: string;
}

/** Audit entries that are owed: written in the batch they tell of, deleted once they stand in `audit`. */
export interface PendingAuditDoc extends Doc {
  type: "pendingAudit";
  entries: AuditDoc[];
}

/** Objects that were deleted, for servers that follow by the feed of changes; vanishes after a while. */
export interface RemovedDoc extends Doc {
  type: "removed";
  ids: string[];
}

/** Which file was applied last, and what was in it. Written last, so that a crash repeats the apply. */
export interface AppliedDoc extends Doc {
  id: "applied";
  type: "applied";
  hash: string;
  /** `kind/id` of every object in the file: one that is gone was deleted in the console. */
  objects: string[];
  at: number;
}

/** Partition of the marker inside the `settings` container. */
export const APPLIED_PARTITION = "file";

/** True when a person changed it after the file did, or made it. */
export function isEdited(doc: SettingsDoc): boolean {
  return doc.fileHash === undefined || doc.fileRevision !== doc.revision;
}

export function isSettingsKind(word: string): word is SettingsKind {
  return (SETTINGS_KINDS as string[]).includes(word);
}

/** `queues/vip` */
export const nameOf = (kind: SettingsKind, id: string): string => `${kind}/${id}`;
