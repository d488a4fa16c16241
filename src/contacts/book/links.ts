import type { Clock } from "../../core/clock";
import type { ContactBook, Profile, ProfileLink, ProfileSpan } from "../../core/contactBook";
import { Conflict, InputError } from "../../core/errors";
import type { RecordEvent } from "../../core/owed";
import type { Doc, Store, Stored } from "../../core/store";
import { profileKey } from "../consent/consents";
import { checkFree, creates } from "./contacts";
import { contactKey, profileRefId } from "./keys";
import { owe, oweTelling } from "./owing";
import { MOST_RACES, presentLink, readProfile } from "./profiles";
import { allBeginning, familyOf, missing, needContact, readContact, resolveContact } from "./records";

/** Lists a profile in a contact's partition. Written before the link, so that none is ever missing; the link is the truth. */
interface ProfileRef extends Doc {
  type: "profileRef";
  threadId: string;
}

/** Ways of linking that nobody decided on. */
const BY_ITSELF: ReadonlySet<ProfileLink["how"]> = new Set(["phone", "automatic", "plugin"]);
const MOST_LINKS = 200;

/** Which conversations of a profile belong to which contact. */
export function createLinks({
  store,
  clock,
}: {
  store: Store;
  clock: Clock;
}): Pick<ContactBook, "link" | "unlink" | "spans"> {
  async function isSamePerson(contactId: string, otherId: string): Promise<boolean> {
    if (contactId === otherId) return true;
    const [one, other] = await Promise.all([
      resolveContact(store, contactId),
      resolveContact(store, otherId),
    ]);
    return one !== undefined && one.doc.contactId === other?.doc.contactId;
  }

  /** Throws unless the profile is free, or this person's already. */
  async function checkClaim(present: ProfileLink | undefined, contactId: string): Promise<void> {
    if (present === undefined || (await isSamePerson(present.contactId, contactId))) return;
    const holder = (await resolveContact(store, present.contactId))?.doc.contactId ?? present.contactId;
    throw new Conflict("PROFILE_LINKED", undefined, { details: { contactId: holder } });
  }

  /** Throws for a contact that an agent refused, or that had the number before. */
  async function checkByItself({ refused, links }: Profile, contactId: string): Promise<void> {
    const contact = await readContact(store, contactId);
    const ended = links.flatMap((link) => (link.to === undefined ? [] : link.contactId));
    const others = [...new Set([...refused, ...ended])];
    const isOther = await Promise.all(others.map((other) => isSamePerson(other, contactId)));
    if (contact?.doc.state === "inactive" || isOther.includes(true)) throw new Conflict("PROFILE_REFUSED");
  }

  async function write(
    before: Stored<Profile>,
    next: Profile,
    { contactIds, event }: { contactIds: string[]; event: Pick<RecordEvent, "type" | "contactId" | "by"> },
  ): Promise<Stored<Profile> | undefined> {
    const { threadId } = next;
    const key = profileKey(threadId);
    const now = clock.now();
    const written = await store.batch(
      "contacts",
      key,
      [
        { do: "replace", doc: next, etag: before.etag },
        ...creates([
          owe(key, now, { kind: "linked", threadId, contactIds }),
          oweTelling(key, { ...event, at: now, threadId, version: next.version }),
        ]),
      ],
      event.type === "contact.linked" ? "link" : "unlink",
    );
    return written.ok ? { doc: next, etag: written.etags[0] ?? "" } : undefined;
  }

  /** A stale entry does no harm: what it names is read. */
  async function list(contactId: string, threadId: string): Promise<void> {
    const ref: ProfileRef = { id: profileRefId(threadId), type: "profileRef", threadId };
    await store.batch("contacts", contactKey(contactId), [{ do: "create", doc: ref }], "profileRef");
  }

  return {
    async link(threadId, contactId, { from, how, by }) {
      checkNumber("from", from);
      checkFree((await needContact(store, contactId)).doc);
      await list(contactId, threadId);
      for (let race = 0; race < MOST_RACES; race++) {
        const before = (await readProfile(store, threadId)) ?? missing("profile");
        const present = presentLink(before.doc);
        await checkClaim(present, contactId);
        if (present === undefined && BY_ITSELF.has(how)) await checkByItself(before.doc, contactId);
        const next = withLink(before.doc, { contactId, from, how, at: clock.now(), by });
        if (next === before.doc) return before;
        const linked = await write(before, next, {
          contactIds: [contactId],
          event: { type: "contact.linked", contactId, by },
        });
        if (linked !== undefined) return linked;
      }
      throw new Conflict("CHANGED_MEANWHILE");
    },

    async unlink(threadId, { until, by }) {
      if (until !== undefined) checkNumber("until", until, 0);
      for (let race = 0; race < MOST_RACES; race++) {
        const before = (await readProfile(store, threadId)) ?? missing("profile");
        const present = presentLink(before.doc);
        if (present === undefined) return before;
        const { contactId } = present;
        const unlinked = await write(before, withoutLink(before.doc, present, until), {
          contactIds: [contactId],
          event: { type: "contact.unlinked", contactId, by },
        });
        if (unlinked !== undefined) return unlinked;
      }
      throw new Conflict("CHANGED_MEANWHILE");
    },

    async spans(contactId) {
      const contact = await readContact(store, contactId);
      if (contact === undefined) return [];
      const family = await familyOf(store, contact.doc);
      const spans = await Promise.all(family.map((member) => spansOf(store, member.contactId)));
      return spans.flat();
    },
  };
}

/** What the profiles themselves say. */
export async function spansOf(store: Store, contactId: string): Promise<ProfileSpan[]> {
  const refs = await allBeginning<ProfileRef>(store, contactKey(contactId), profileRefId(""));
  const profiles = await Promise.all(refs.map(({ doc }) => readProfile(store, doc.threadId)));
  return profiles.flatMap((profile) =>
    (profile?.doc.links ?? [])
      .filter((link) => link.contactId === contactId)
      .map((link) => ({ profile: profile?.doc as Profile, link })),
  );
}

/** The profile linked from a conversation on; the same one when it says so already. Earlier links keep their conversations. */
function withLink(profile: Profile, wanted: ProfileLink): Profile {
  const present = presentLink(profile);
  const ended = present === undefined ? profile.links : profile.links.slice(0, -1);
  const from = Math.max(wanted.from, (ended.at(-1)?.to ?? 0) + 1);
  if (present !== undefined && from >= present.from) return profile;
  if (ended.length >= MOST_LINKS)
    throw new Conflict(
      "WRONG_STATE",
      `This profile has changed hands ${MOST_LINKS} times; nobody can be meant.`,
    );
  const link = present === undefined ? { ...wanted, from } : { ...present, from };
  return {
    ...profile,
    links: [...ended, link],
    refused: profile.refused.filter((contactId) => contactId !== wanted.contactId),
    version: profile.version + 1,
  };
}

function withoutLink(profile: Profile, present: ProfileLink, until: number | undefined): Profile {
  const { phoneChanged: _seen, ...rest } = profile;
  const links = profile.links.slice(0, -1);
  const version = profile.version + 1;
  if (until === undefined)
    return {
      ...rest,
      links,
      refused: [...new Set([...profile.refused, present.contactId])].slice(-50),
      version,
    };
  // Nothing of it is theirs, yet it may be linked to them again.
  if (until < present.from) return { ...rest, links, version };
  const { id, phone } = profile.customer;
  return {
    ...rest,
    // Whoever comes next has the number, and neither name nor language of the one before.
    customer: { id, ...(phone === undefined ? {} : { phone }) },
    links: [...links, { ...present, to: until }],
    version,
  };
}

function checkNumber(path: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new InputError("INPUT_INVALID", `${path}: the number of a conversation, from ${least}`, {
    details: [{ path, message: `a whole number from ${least}` }],
  });
}
