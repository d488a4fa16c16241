import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../core/clock";
import { NotFound } from "../../core/errors";
import { bare, changed, type Precondition, requireMatch } from "../../core/preconditions";
import type { FlowSettings } from "../../core/settings";
import type { Op, Store, Stored } from "../../core/store";
import { inputInvalid } from "../checks";
import { nameOf, noSuch } from "../settingsDoc";
import type { SettingsEntry, SettingsRepository } from "../settingsRepository";
import { draftId, type FlowDraftDoc, type FlowRevisionDoc, revisionOf, revisionsOf } from "./flowHistory";

type Change = Precondition & { by: string };

/** A draft with what it stands against. */
export interface FlowDraft {
  doc: FlowDraftDoc;
  etag: string;
  /** The revision that is published now; undefined: none. */
  published: number | undefined;
}

/** A draft may have every fault but this one: what is no flow at all cannot be worked on. */
const MOST_BYTES = 400_000;

/** Revisions and drafts of flows. What is published goes through the settings, with all their checks and races. */
export function createFlowVersions(ports: {
  store: Store;
  settings: Pick<SettingsRepository, "current" | "get" | "put">;
  clock: Clock;
}) {
  const { store, settings, clock } = ports;
  /** `what`: of the flow; all of it when left out. */
  const missing = (id: string, what?: string): NotFound =>
    noSuch("flows", id, settings.current().flows.keys(), what && `${what} of ${nameOf("flows", id)}`);
  const readDraft = (id: string) => store.read<FlowDraftDoc>("settings", "flows", draftId(id));

  async function needFlow(id: string): Promise<SettingsEntry<"flows">> {
    const entry = await settings.get("flows", id);
    if (entry === undefined) throw missing(id);
    return entry;
  }

  async function needRevision(id: string, revision: number): Promise<FlowRevisionDoc> {
    const found = await revisionOf(store, id, revision);
    if (found === undefined)
      throw new NotFound(
        "NOT_FOUND",
        `There is no revision ${revision} of ${nameOf("flows", id)}, or it is not kept any more.`,
      );
    return found;
  }

  async function writeDraft(op: Op): Promise<string> {
    const result = await store.batch("settings", "flows", [op], "settings");
    if (!result.ok) throw changed("Somebody else changed the draft first. Read it again and repeat.");
    return result.etags[0] ?? "";
  }

  return {
    /** Kept revisions, newest first; `same`: it says what is published now. Throws NotFound. */
    async revisions(id: string): Promise<(FlowRevisionDoc & { same: boolean })[]> {
      const { value } = await needFlow(id);
      const kept = await revisionsOf(store, id);
      return kept.reverse().map(({ doc }) => ({ ...doc, same: isDeepStrictEqual(doc.value, value) }));
    },

    async revision(id: string, revision: number): Promise<FlowRevisionDoc & { same: boolean }> {
      const { value } = await needFlow(id);
      const found = await needRevision(id, revision);
      return { ...found, same: isDeepStrictEqual(found.value, value) };
    },

    /** A new revision with the content of an old one. Throws what a save throws. */
    async rollBack(id: string, revision: number, change: Change): Promise<SettingsEntry<"flows">> {
      await needFlow(id);
      const { value } = await needRevision(id, revision);
      return settings.put("flows", id, value, change);
    },

    /** Why there is nothing to show or publish. */
    noDraft: (id: string): NotFound => missing(id, "draft"),

    async draft(id: string): Promise<FlowDraft | undefined> {
      const [draft, entry] = await Promise.all([readDraft(id), settings.get("flows", id)]);
      return draft && toDraft(draft, entry);
    },

    /** Keeps a draft, faulty or not; it stays based on the revision that it was begun with. Throws Conflict. */
    async saveDraft(id: string, value: Record<string, unknown>, change: Change): Promise<FlowDraft> {
      if (JSON.stringify(value).length > MOST_BYTES)
        throw inputInvalid([{ path: "", message: `is larger than ${MOST_BYTES / 1000} kB` }]);
      const [before, entry] = await Promise.all([readDraft(id), settings.get("flows", id)]);
      requireMatch(`the draft of ${nameOf("flows", id)}`, before, change);
      const doc: FlowDraftDoc = {
        id: draftId(id),
        type: "flowDraft",
        flow: id,
        value: { ...value, id },
        basedOn: before?.doc.basedOn ?? entry?.revision ?? 0,
        at: clock.now(),
        by: change.by,
      };
      const etag = await writeDraft(
        before === undefined ? { do: "create", doc } : { do: "replace", doc, etag: before.etag },
      );
      return toDraft({ doc, etag }, entry);
    },

    async dropDraft(id: string, change: Change): Promise<void> {
      const before = await readDraft(id);
      if (before === undefined) throw missing(id, "draft");
      requireMatch(`the draft of ${nameOf("flows", id)}`, before, change);
      await writeDraft({ do: "delete", id: before.doc.id, etag: before.etag });
    },

    /**
     * The draft becomes the flow and is gone, both or neither. `over`: the revision that it may replace; the one that it is
     * based on when left out. Throws NotFound, InputError with its faults, or Conflict: the draft is not the one that
     * `ifMatch` names, or somebody else has published meanwhile.
     */
    async publish(
      id: string,
      change: Change & { over?: number | undefined },
    ): Promise<SettingsEntry<"flows">> {
      const [draft, entry] = await Promise.all([readDraft(id), settings.get("flows", id)]);
      if (draft === undefined) throw missing(id, "draft");
      requireMatch(`the draft of ${nameOf("flows", id)}`, draft, change);
      const [over, present] = [change.over ?? draft.doc.basedOn, entry?.revision ?? 0];
      if (over !== present) {
        throw changed(
          `Revision ${present} of ${nameOf("flows", id)} was published since; the draft is of revision ${over}. ` +
            `Compare them, then publish with "over": ${present}.`,
        );
      }
      return settings.put("flows", id, draft.doc.value as unknown as FlowSettings, {
        ...(entry === undefined ? { ifNoneMatch: "*" } : { ifMatch: [entry.etag] }),
        by: change.by,
        also: [{ do: "delete", id: draft.doc.id, etag: draft.etag }],
      });
    },
  };
}

export type FlowVersions = ReturnType<typeof createFlowVersions>;

function toDraft({ doc, etag }: Stored<FlowDraftDoc>, entry: SettingsEntry<"flows"> | undefined): FlowDraft {
  return { doc, etag: bare(etag), published: entry?.revision };
}
