import type { Contact, ContactFields } from "../../core/contact";
import type { ContactBook, Merge } from "../../core/contactBook";
import { fieldsOf } from "../../core/contactSchema";
import { Conflict, InputError, StoreError } from "../../core/errors";
import { newId } from "../../core/ids";
import type { OwedStep } from "../../core/owed";
import type { Doc, Op, Stored } from "../../core/store";
import {
  type BookPorts,
  checkFree,
  creates,
  isSameEtag,
  owedFor,
  stamp,
  tellOf,
  withFields,
} from "./contacts";
import { checkFields } from "./fields";
import { contactKey } from "./keys";
import { spansOf } from "./links";
import { differingFields, mergedFields } from "./mergeFields";
import { owe } from "./owing";
import { allBeginning, familyOf, missing, needContact, readContact } from "./records";
import { fieldsWithout, isStanding, mergesWithout } from "./undoFields";

/** Who merges has so long to get from the first of the three writes to the last, ms; then it is taken up or taken back. */
const MERGE_GRACE_MS = 30_000;
const MOST_RACES = 100;
const MERGE = "merge~";
/** Of merges that stand, in the one write that undoes another. */
const MOST_REWRITTEN = 80;

/** Stands in the place of a merge that was given up, so that one who is slow cannot go on with it. */
interface GivenUp extends Doc {
  type: "mergeGivenUp";
}
const GIVEN_UP_S = 86_400;

/**
 * A merge is three writes: the other contact is marked, and is nobody's survivor from then on; the survivor takes it in, which
 * it may only when it is not marked itself; the other becomes "merged". So two merges that would make a ring cannot both get
 * past the second write, whatever their order, and until it nothing is visible.
 */
export function createMerging(ports: BookPorts): Pick<
  ContactBook,
  "previewMerge" | "merge" | "merges" | "undoMerge"
> & {
  /** The owed step "merge". */
  finish(step: Extract<OwedStep, { kind: "merge" }>): Promise<void>;
} {
  const { store, clock } = ports;

  async function readBoth(survivorId: string, otherId: string): Promise<[Stored<Contact>, Stored<Contact>]> {
    if (survivorId === otherId) throw new InputError("CONTACT_MERGE_SELF");
    const both = await Promise.all([needContact(store, survivorId), needContact(store, otherId)]);
    for (const { doc } of both) checkFree(doc);
    return both;
  }

  /** First write. Throws Conflict CHANGED_MEANWHILE. */
  async function mark(
    other: Stored<Contact>,
    { id, survivorId }: { id: string; survivorId: string },
  ): Promise<Contact> {
    const { contactId, state } = other.doc;
    const key = contactKey(contactId);
    const marked = { ...other.doc, merge: { id, into: survivorId, state: state as "active" | "inactive" } };
    const step: OwedStep = { kind: "merge", mergeId: id, survivorId, otherId: contactId, undo: false };
    const written = await store.batch(
      "contacts",
      key,
      [
        { do: "replace", doc: marked, etag: other.etag },
        { do: "create", doc: { ...owe(key, clock.now(), step, MERGE_GRACE_MS), id: stepId(id) } },
      ],
      "mergeMark",
    );
    if (!written.ok) throw new Conflict("CHANGED_MEANWHILE");
    return marked;
  }

  /** Second write. Throws Conflict, InputError: nothing has happened then, save the mark. */
  async function takeIn(
    id: string,
    other: Contact,
    {
      survivorId,
      fields,
      etag,
      by,
    }: { survivorId: string; fields: ContactFields | undefined; etag: string | undefined; by: Merge["by"] },
  ): Promise<Merge> {
    for (let race = 0; race < MOST_RACES; race++) {
      const survivor = await needContact(store, survivorId);
      if (etag !== undefined && !isSameEtag(etag, survivor.etag)) throw new Conflict("CHANGED_MEANWHILE");
      checkFree(survivor.doc);
      const before = fieldsOf(survivor.doc);
      const after = await checkFields(fields ?? mergedFields(before, other));
      const now = clock.now();
      const next = stamp(
        {
          ...withFields(survivor.doc, after, survivor.doc.state),
          merged: [...survivor.doc.merged, other.contactId],
        },
        now,
        by,
      );
      const merge: Merge = {
        id,
        type: "merge",
        contactId: survivorId,
        otherId: other.contactId,
        at: now,
        by,
        fields: { before, after, other: fieldsOf(other) },
      };
      const written = await store.batch(
        "contacts",
        contactKey(survivorId),
        [
          { do: "replace", doc: next, etag: survivor.etag },
          ...creates([merge, ...owedFor(survivor.doc, next, "contact.changed")]),
        ],
        "merge",
      );
      if (written.ok) return merge;
      if (written.reason === "exists") break;
    }
    throw new Conflict("CHANGED_MEANWHILE", "The merge took too long and was taken back; do it again.");
  }

  /** Changes the contact that is merged, or was, as long as this merge has it. */
  async function settle(
    otherId: string,
    mergeId: string,
    purpose: string,
    change: (other: Contact) => { next: Contact; owed: Doc[] } | undefined,
  ): Promise<void> {
    const key = contactKey(otherId);
    for (let race = 0; race < MOST_RACES; race++) {
      const other = await readContact(store, otherId);
      const changed = other?.doc.merge?.id === mergeId ? change(other.doc) : undefined;
      if (other === undefined || changed === undefined) return;
      const step = await store.read("contacts", key, stepId(mergeId));
      const written = await store.batch(
        "contacts",
        key,
        [
          { do: "replace", doc: changed.next, etag: other.etag },
          ...creates(changed.owed),
          ...(step === undefined ? [] : [{ do: "delete", id: step.doc.id, etag: step.etag } as const]),
        ],
        purpose,
      );
      if (written.ok) return;
    }
    throw new Conflict("CHANGED_MEANWHILE");
  }

  /** Third write. */
  function redirect({ id, contactId, otherId, by, at }: Merge): Promise<void> {
    return settle(otherId, id, "mergeRedirect", (other) => {
      if (other.state === "merged") return undefined;
      const next = stamp({ ...other, state: "merged", mergedInto: contactId }, at, by);
      return {
        next,
        owed: [
          owe(contactKey(otherId), clock.now(), { kind: "refresh", contactId }),
          tellOf(other, next, "contact.merged"),
        ],
      };
    });
  }

  /** The other contact is its own again: the mark, or the redirect, is gone. */
  function release(otherId: string, mergeId: string, undone?: Merge): Promise<void> {
    return settle(otherId, mergeId, undone === undefined ? "mergeGiveUp" : "mergeRelease", (other) => {
      const { merge, mergedInto: _into, ...rest } = other;
      const free: Contact = { ...rest, state: merge?.state ?? "active" };
      if (undone === undefined || other.state !== "merged") return { next: free, owed: [] };
      const next = stamp(free, clock.now(), undone.undoneBy ?? undone.by);
      return {
        next,
        owed: [
          owe(contactKey(otherId), clock.now(), { kind: "refresh", contactId: otherId }),
          tellOf(other, next, "contact.unmerged"),
        ],
      };
    });
  }

  /** After this nobody can go on with the merge; false when it has happened. */
  async function giveUp(mergeId: string, survivorId: string): Promise<boolean> {
    const doc: GivenUp = { id: mergeId, type: "mergeGivenUp", ttl: GIVEN_UP_S };
    const written = await store.batch(
      "contacts",
      contactKey(survivorId),
      [{ do: "create", doc }],
      "mergeGiveUp",
    );
    return (
      written.ok ||
      (await store.read("contacts", contactKey(survivorId), mergeId))?.doc.type === "mergeGivenUp"
    );
  }

  return {
    async previewMerge(survivorId, otherId) {
      const [survivor, other] = (await readBoth(survivorId, otherId)).map(({ doc }) => doc) as [
        Contact,
        Contact,
      ];
      const family = await familyOf(store, other);
      const spans = await Promise.all(family.map((member) => spansOf(store, member.contactId)));
      return {
        survivor,
        other,
        result: mergedFields(survivor, other),
        differing: differingFields(survivor, other),
        profiles: new Set(spans.flat().map(({ profile }) => profile.threadId)).size,
      };
    },

    async merge({ survivorId, otherId, fields, etag }, by) {
      const [survivor, other] = await readBoth(survivorId, otherId);
      const decided = fields === undefined ? undefined : await checkFields(fields, ports.countryOf?.());
      await checkFields(decided ?? mergedFields(survivor.doc, other.doc));
      if (etag !== undefined && !isSameEtag(etag, survivor.etag)) throw new Conflict("CHANGED_MEANWHILE");
      const id = newId("merge");
      const marked = await mark(other, { id, survivorId });
      let merge: Merge;
      try {
        merge = await takeIn(id, marked, { survivorId, fields: decided, etag, by });
      } catch (error) {
        if (await giveUp(id, survivorId)) await release(otherId, id);
        throw error;
      }
      await redirect(merge).catch(leaveToOwed);
      return merge;
    },

    async merges(contactId) {
      return (await allBeginning<Merge>(store, contactKey(contactId), MERGE))
        .map(({ doc }) => doc)
        .filter(({ type }) => type === "merge")
        .sort((a, b) => b.at - a.at);
    },

    async undoMerge(contactId, mergeId, by) {
      for (let race = 0; race < MOST_RACES; race++) {
        const survivor = await needContact(store, contactId);
        const all = (await allBeginning<Merge>(store, contactKey(contactId), MERGE)).filter(
          ({ doc }) => doc.type === "merge",
        );
        const merge = all.find(({ doc }) => doc.id === mergeId) ?? missing("merge");
        if (!isStanding(merge.doc)) throw new Conflict("MERGE_UNDONE");
        checkFree(survivor.doc);
        const now = clock.now();
        const fields = fieldsWithout(
          survivor.doc,
          all.map(({ doc }) => doc),
          merge.doc,
        );
        const { otherId } = merge.doc;
        const merged = survivor.doc.merged.filter((id) => id !== otherId);
        const next = stamp({ ...withFields(survivor.doc, fields, survivor.doc.state), merged }, now, by);
        const { rewritten, undone } = forgetting(all, merge, { undoneAt: now, undoneBy: by });
        const key = contactKey(contactId);
        const step: OwedStep = { kind: "merge", mergeId, survivorId: contactId, otherId, undo: true };
        const written = await store.batch(
          "contacts",
          key,
          [
            { do: "replace", doc: next, etag: survivor.etag },
            ...rewritten,
            { do: "replace", doc: undone, etag: merge.etag },
            ...creates([owe(key, now, step), ...owedFor(survivor.doc, next, "contact.changed")]),
          ],
          "mergeUndo",
        );
        if (!written.ok) continue;
        await release(otherId, mergeId, undone).catch(leaveToOwed);
        return undone;
      }
      throw new Conflict("CHANGED_MEANWHILE");
    },

    async finish({ mergeId, survivorId, otherId }) {
      const merge = await store.read<Merge | GivenUp>("contacts", contactKey(survivorId), mergeId);
      if (merge?.doc.type === "merge")
        return isStanding(merge.doc as Merge)
          ? redirect(merge.doc as Merge)
          : release(otherId, mergeId, merge.doc as Merge);
      if (await giveUp(mergeId, survivorId)) return release(otherId, mergeId);
      throw new Conflict("CHANGED_MEANWHILE");
    },
  };
}

/**
 * The merge undone, without what it brought, and those that stand, as if it had never been: what is another person's again
 * shall not be found with the survivor when that person is erased.
 */
function forgetting(
  all: readonly Stored<Merge>[],
  { doc }: Stored<Merge>,
  undone: Pick<Merge, "undoneAt" | "undoneBy">,
): { rewritten: Op[]; undone: Merge } {
  const { fields: _fields, ...bare } = doc;
  const etags = new Map(all.map((stored) => [stored.doc.id, stored.etag]));
  const changed = mergesWithout(
    all.map((stored) => stored.doc),
    doc,
  );
  // More than one write takes: then it keeps what it brought, or the others could not be undone any more.
  if (changed.length > MOST_REWRITTEN) return { rewritten: [], undone: { ...doc, ...undone } };
  const rewritten = changed.map((next): Op => ({ do: "replace", doc: next, etag: etags.get(next.id) ?? "" }));
  return { rewritten, undone: { ...bare, ...undone } };
}

/** It is decided, and will be done: a store that is away now changes nothing about that. */
function leaveToOwed(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}

/** Of the step that is owed with the mark. */
const stepId = (mergeId: string): string => `owed~${mergeId}`;
