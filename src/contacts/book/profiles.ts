import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../core/clock";
import type { ContactBook, Profile, ProfileLink } from "../../core/contactBook";
import { Conflict } from "../../core/errors";
import type { Store, Stored } from "../../core/store";
import { profileKey } from "../consent/consents";

export const MOST_RACES = 100;

export function readProfile(store: Store, threadId: string): Promise<Stored<Profile> | undefined> {
  return store.read<Profile>("contacts", profileKey(threadId), "profile");
}

/** The link of the profile's newest conversation. */
export function presentLink({ links }: Pick<Profile, "links">): ProfileLink | undefined {
  const last = links.at(-1);
  return last?.to === undefined ? last : undefined;
}

/** Profiles as platforms tell them. */
export function createProfiles({
  store,
  clock,
}: {
  store: Store;
  clock: Clock;
}): Pick<ContactBook, "profile" | "seen"> {
  return {
    profile: (threadId) => readProfile(store, threadId),

    async seen({ threadId, channel, instanceId, customer }) {
      for (let race = 0; race < MOST_RACES; race++) {
        const before = await readProfile(store, threadId);
        const next =
          before === undefined
            ? newProfile({ threadId, channel, instanceId, customer }, clock.now())
            : withCustomer(before.doc, customer, clock.now());
        if (before !== undefined && next === before.doc) return before;
        const written = await store.batch(
          "contacts",
          profileKey(threadId),
          [
            before === undefined
              ? { do: "create", doc: next }
              : { do: "replace", doc: next, etag: before.etag },
          ],
          "profileSeen",
        );
        if (written.ok) return { doc: next, etag: written.etags[0] ?? "" };
      }
      throw new Conflict("CHANGED_MEANWHILE");
    },
  };
}

function newProfile(
  profile: Pick<Profile, "threadId" | "channel" | "instanceId" | "customer">,
  now: number,
): Profile {
  return { id: "profile", type: "profile", ...profile, links: [], refused: [], version: 1, createdAt: now };
}

/** What a platform leaves out this time it has not taken back. */
function withCustomer(profile: Profile, told: Profile["customer"], now: number): Profile {
  const customer = { ...profile.customer, ...told };
  if (isDeepStrictEqual(customer, profile.customer)) return profile;
  const { phone } = customer;
  const from = profile.customer.phone;
  const isNewPhone = phone !== undefined && phone !== from && presentLink(profile) !== undefined;
  return {
    ...profile,
    customer,
    ...(isNewPhone ? { phoneChanged: { ...(from === undefined ? {} : { from }), to: phone, at: now } } : {}),
    version: profile.version + 1,
  };
}
