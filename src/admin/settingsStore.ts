import type { AuditDoc } from "../core/audit";
import { type Clock, isoTime } from "../core/clock";
import { Conflict, messageOf } from "../core/errors";
import { newId } from "../core/ids";
import type { Log } from "../core/log";
import { SETTINGS_KINDS, type SettingsKind } from "../core/settings";
import type { Doc, Op, Page, Store, Stored } from "../core/store";
import { draftId, type FlowDraftDoc, historyOps, OBJECTS_END, revisionsOf } from "./flows/flowHistory";
import {
  APPLIED_PARTITION,
  type AppliedDoc,
  nameOf,
  type PendingAuditDoc,
  type RemovedDoc,
  type SettingsDoc,
} from "./settingsDoc";

/** One planned write: `after` absent deletes, `before` absent creates. */
export interface SettingsWrite<K extends SettingsKind = SettingsKind> {
  id: string;
  before?: Stored<SettingsDoc<K>>;
  after?: SettingsDoc<K>;
}

/** Who writes, and from where. */
export interface Editor {
  by: string;
  source: "console" | "file";
}

const AUDIT_RETRY_MS = 15_000;
/** A server that hears of nothing for longer starts afresh anyway. */
const REMOVED_SECONDS = 24 * 60 * 60;

/**
 * Settings documents with their audit. A write and the audit entries it owes are one batch in the settings
 * partition; the entries are then created in `audit` under their own ids and the debt is deleted. After a crash in
 * between, the next start (or the retry) pays it: an entry exists exactly once for each write that happened.
 */
export class SettingsStore {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(ports: { store: Store; clock: Clock; log: Log }) {
    this.#store = ports.store;
    this.#clock = ports.clock;
    this.#log = ports.log;
  }

  /** Every stored object. Pays audit entries that are still owed. */
  async loadAll(): Promise<Stored<SettingsDoc>[]> {
    const found: Stored<SettingsDoc>[] = [];
    for (const kind of SETTINGS_KINDS) {
      for (const stored of await this.#all(kind)) {
        if (stored.doc.type === kind) found.push(stored as Stored<SettingsDoc>);
        else if (stored.doc.type === "pendingAudit")
          await this.#payAudit(kind, stored.doc as PendingAuditDoc);
      }
    }
    return found;
  }

  read(kind: SettingsKind, id: string): Promise<Stored<SettingsDoc> | undefined> {
    return this.#store.read<SettingsDoc>("settings", kind, id);
  }

  async page(
    kind: SettingsKind,
    options: { limit: number; cursor?: string },
  ): Promise<Page<Stored<SettingsDoc>>> {
    const page = await this.#store.query<Doc>("settings", "all", {
      partition: kind,
      upTo: OBJECTS_END,
      ...options,
    });
    return { ...page, items: page.items.filter(({ doc }) => doc.type === kind) as Stored<SettingsDoc>[] };
  }

  /**
   * All or nothing with `also`, at most 90 operations with the revisions of flows (`opsOf`). Gives the new etags in order;
   * throws Conflict when somebody was faster.
   */
  async commit(
    kind: SettingsKind,
    writes: readonly SettingsWrite[],
    editor: Editor,
    also: readonly Op[] = [],
  ): Promise<string[]> {
    const entries = writes.flatMap((write) => this.#toEntry(kind, write, editor));
    const ops = [...writes.map(toOp), ...also];
    if (kind === "flows") for (const write of writes) ops.push(...(await this.#historyOf(write, editor)));
    const pending: PendingAuditDoc = { id: newId("audit"), type: "pendingAudit", entries };
    if (entries.length > 0) ops.push({ do: "create", doc: pending });
    const ids = writes.filter(({ after }) => after === undefined).map(({ id }) => id);
    // The feed of changes, by which other servers follow, tells of no deletes.
    const removed: RemovedDoc = { id: newId("removed"), type: "removed", ids, ttl: REMOVED_SECONDS };
    if (ids.length > 0) ops.push({ do: "create", doc: removed });
    const result = await this.#store.batch("settings", kind, ops, "settings");
    if (!result.ok) {
      const loser = writes[result.index];
      const name = loser === undefined ? kind : nameOf(kind, loser.id);
      throw new Conflict(
        "CHANGED_MEANWHILE",
        `Somebody else changed ${name} first. Read it again and repeat.`,
      );
    }
    if (entries.length > 0) await this.#payAudit(kind, pending);
    return result.etags.slice(0, writes.length);
  }

  applied(): Promise<Stored<AppliedDoc> | undefined> {
    return this.#store.read<AppliedDoc>("settings", APPLIED_PARTITION, "applied");
  }

  async setApplied(applied: { hash: string; objects: string[] }): Promise<void> {
    const doc: AppliedDoc = { id: "applied", type: "applied", at: this.#clock.now(), ...applied };
    await this.#store.batch("settings", APPLIED_PARTITION, [{ do: "upsert", doc }], "settings");
  }

  audit(day: string, options: { limit: number; cursor?: string }): Promise<Page<Stored<AuditDoc>>> {
    return this.#store.query<AuditDoc>("audit", "entries", { partition: day, ...options });
  }

  /** What a write of a flow does to its kept revisions, and a delete also to its draft. */
  async #historyOf(write: SettingsWrite, editor: Editor): Promise<Op[]> {
    const flow = write as SettingsWrite<"flows">;
    const kept = (await revisionsOf(this.#store, write.id)).map(({ doc }) => doc);
    const draft =
      write.after === undefined
        ? await this.#store.read<FlowDraftDoc>("settings", "flows", draftId(write.id))
        : undefined;
    return historyOps(flow, { kept, draft, editor });
  }

  async #all(kind: SettingsKind): Promise<Stored[]> {
    const found: Stored[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<Stored> = await this.#store.query("settings", "all", {
        partition: kind,
        upTo: OBJECTS_END,
        limit: 1000,
        ...(cursor !== undefined && { cursor }),
      });
      found.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    return found;
  }

  #toEntry(kind: SettingsKind, { id, before, after }: SettingsWrite, editor: Editor): AuditDoc[] {
    const entry: AuditDoc = {
      id: newId("a"),
      type: "audit",
      at: this.#clock.now(),
      ...editor,
      action: before === undefined ? "create" : after === undefined ? "delete" : "change",
      kind,
      objectId: id,
      revision: after?.revision ?? (before?.doc.revision ?? 0) + 1,
      ...(before !== undefined && { before: before.doc.value }),
      ...(after !== undefined && { after: after.value }),
    };
    return [entry];
  }

  /** The object is written already: a fault here only delays its audit entry. */
  async #payAudit(kind: SettingsKind, pending: PendingAuditDoc): Promise<void> {
    try {
      const day = isoTime(pending.entries[0]?.at ?? 0).slice(0, 10);
      const creates = pending.entries.map((doc): Op => ({ do: "create", doc }));
      // "exists" means that an earlier attempt came this far; "missing" below that it came to the end.
      await this.#store.batch("audit", day, creates, "settings");
      await this.#store.batch("settings", kind, [{ do: "delete", id: pending.id }], "settings");
    } catch (error) {
      this.#log.warn(
        { kind, error: messageOf(error) },
        "Audit entries could not be written yet; trying again",
      );
      this.#clock.after(AUDIT_RETRY_MS, () => void this.#payAudit(kind, pending));
    }
  }
}

function toOp({ id, before, after }: SettingsWrite): Op {
  if (before === undefined && after !== undefined) return { do: "create", doc: after };
  const etag = before?.etag ?? "";
  return after === undefined ? { do: "delete", id, etag } : { do: "replace", doc: after, etag };
}
