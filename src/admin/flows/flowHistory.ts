import type { FlowSettings } from "../../core/settings";
import type { Doc, Op, Store, Stored } from "../../core/store";
import type { SettingsDoc } from "../settingsDoc";

/** One published revision of a flow, kept beside it in the partition of flows. */
export interface FlowRevisionDoc extends Doc {
  type: "flowRevision";
  flow: string;
  revision: number;
  value: FlowSettings;
  at: number;
  by: string;
  source: "console" | "file";
}

/** What somebody works on before it is published. It may be faulty: nothing runs it but a trial. */
export interface FlowDraftDoc extends Doc {
  type: "flowDraft";
  flow: string;
  value: Record<string, unknown>;
  /** Revision that was published when the draft was begun; 0: none. */
  basedOn: number;
  at: number;
  by: string;
}

/** So many revisions of each flow are kept. */
export const KEPT_REVISIONS = 20;

/**
 * Ids of objects sort before it, those of revisions and drafts behind it: whoever loads all settings does not read them.
 * No object's id begins with "~".
 */
export const OBJECTS_END = "~";

const revisionId = (flow: string, revision: number): string =>
  `~rev~${flow}~${String(revision).padStart(9, "0")}`;
export const draftId = (flow: string): string => `~draft~${flow}`;

/** Kept revisions, oldest first. */
export async function revisionsOf(store: Store, flow: string): Promise<Stored<FlowRevisionDoc>[]> {
  const page = await store.query<FlowRevisionDoc>("settings", "all", {
    partition: "flows",
    after: `~rev~${flow}~`,
    upTo: `~rev~${flow}~~`,
    limit: 100,
  });
  return page.items;
}

export async function revisionOf(
  store: Store,
  flow: string,
  revision: number,
): Promise<FlowRevisionDoc | undefined> {
  const stored = await store.read<FlowRevisionDoc>("settings", "flows", revisionId(flow, revision));
  return stored?.doc;
}

/** At most so many operations does the batch of one write need for a flow, itself included. */
export const opsOf = (write: { after?: unknown }): number =>
  write.after === undefined ? KEPT_REVISIONS + 3 : 4;

/** What is written with a change of a flow: its new revision comes, the oldest goes; with the flow all go. */
export function historyOps(
  { before, after }: { before?: Stored<SettingsDoc<"flows">>; after?: SettingsDoc<"flows"> },
  known: {
    kept: readonly FlowRevisionDoc[];
    draft: Stored<FlowDraftDoc> | undefined;
    editor: { source: "console" | "file" };
  },
): Op[] {
  const drop = ({ id }: { id: string }): Op => ({ do: "delete", id });
  if (after === undefined) {
    const { draft } = known;
    return [
      ...known.kept.map(drop),
      ...(draft === undefined ? [] : [{ do: "delete", id: draft.doc.id, etag: draft.etag } as const]),
    ];
  }
  const kept = known.kept.filter(({ revision }) => revision !== after.revision);
  // Published by a version that kept none: it must not be lost with the first change.
  const lost =
    before === undefined || kept.some(({ revision }) => revision === before.doc.revision)
      ? []
      : [toRevision(before.doc, before.doc.fileRevision === before.doc.revision ? "file" : "console")];
  const room = KEPT_REVISIONS - 1 - lost.length;
  return [
    ...kept.slice(0, Math.max(0, kept.length - room)).map(drop),
    ...[...lost, toRevision(after, known.editor.source)].map((doc): Op => ({ do: "upsert", doc })),
  ];
}

function toRevision(doc: SettingsDoc<"flows">, source: "console" | "file"): FlowRevisionDoc {
  return {
    id: revisionId(doc.id, doc.revision),
    type: "flowRevision",
    flow: doc.id,
    revision: doc.revision,
    value: doc.value,
    at: doc.editedAt,
    by: doc.editedBy,
    source,
  };
}
