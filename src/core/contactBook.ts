import type { Actor } from "./actor";
import type { Contact, ContactFields } from "./contact";
import type { Doc, Page, Stored } from "./store";
import type { Customer } from "./workItem";

/** What a profile's conversations belong to: those numbered `from` to `to` (the newest when left out). */
export interface ProfileLink {
  contactId: string;
  from: number;
  to?: number;
  how: "agent" | "phone" | "created" | "automatic" | "plugin" | "file";
  at: number;
  by: Actor;
}

/**
 * A social profile: one customer on one instance (channel, instance, external id make its thread). Id "profile" in the
 * partition `profile~<threadId>`, beside what the person was told and agreed to. The truth about links.
 */
export interface Profile extends Doc {
  id: "profile";
  type: "profile";
  threadId: string;
  channel: string;
  instanceId: string;
  /** As the platform last told. */
  customer: Customer;
  /** Oldest first, never overlapping; the last is the present one when it has no `to`. */
  links: readonly ProfileLink[];
  /** Contacts that an agent said it does not belong to: never linked again by themselves. */
  refused: readonly string[];
  /** While linked the platform told another phone number: an agent may want to look who it is. */
  phoneChanged?: { from?: string; to: string; at: number };
  version: number;
  createdAt: number;
}

/** Somebody who may be the same person, with the reason in words. Never linked without an agent. */
export interface Suggestion {
  contactId: string;
  name: string;
  reason: "phone" | "email" | "name";
}

/** A part of a contact's history: conversations `from` to `to` of one profile. */
export interface ProfileSpan {
  profile: Profile;
  link: ProfileLink;
}

/** What merging two contacts would make, and where they differ. */
export interface MergePreview {
  survivor: Contact;
  other: Contact;
  /** As the survivor would read without choices: its own values, the other's where it has none, all phones and e-mails. */
  result: ContactFields;
  /** Fields in which both have a value, and not the same. */
  differing: readonly string[];
  /** What comes with the other contact. */
  profiles: number;
  /** Left out by the book, which keeps none: who shows the preview counts them. */
  tickets?: number;
}

/** A merge that happened: id `merge~…` in the survivor's partition. */
export interface Merge extends Doc {
  type: "merge";
  contactId: string;
  otherId: string;
  at: number;
  by: Actor;
  undoneAt?: number;
  undoneBy?: Actor;
  /** Absent once it is undone: what it brought is another person's again. */
  fields?: MergedFields;
}

/** What a merge was made of. */
export interface MergedFields {
  /** The survivor's fields before and after: undo takes back what nobody changed since. */
  before: ContactFields;
  after: ContactFields;
  /** What the other contact said: stays as long as one of the merges that brought it does. */
  other: ContactFields;
}

/**
 * The book of contacts and profiles. Methods that change take who does it, throw InputError with the field, Conflict when
 * somebody was faster (read again), NotFound; a failure leaves nothing half done: what is owed is taken up again.
 */
export interface ContactBook {
  /** The contact as it stands, merged or not. */
  read(contactId: string): Promise<Stored<Contact> | undefined>;
  /** The contact that counts: follows merges. */
  resolve(contactId: string): Promise<Stored<Contact> | undefined>;
  /** `contactId`: a new one when left out. Throws Conflict CONTACT_EXISTS. */
  create(
    fields: Partial<ContactFields>,
    by: Actor,
    contactId?: string,
    more?: { state?: "active" | "inactive" },
  ): Promise<Stored<Contact>>;
  /** Replaces all fields; `etag`: only in that version. Throws Conflict CONTACT_MERGED for one that stands for another. */
  replace(
    contactId: string,
    fields: Partial<ContactFields>,
    change: { by: Actor; etag?: string; state?: "active" | "inactive" },
  ): Promise<Stored<Contact>>;
  /** Active and inactive ones that fit all words: name, e-mail, phone, external id; beginnings of words are enough. */
  search(text: string, options: { limit: number; cursor?: string }): Promise<Page<Contact>>;
  /** All, the last changed first. */
  list(options: { limit: number; cursor?: string }): Promise<Page<Stored<Contact>>>;
  /** Active contacts with this phone number (E.164), merges followed, without repeats; at most ten. */
  byPhone(number: string, options?: { mobileOnly?: boolean }): Promise<Contact[]>;
  byEmail(email: string): Promise<Contact[]>;

  profile(threadId: string): Promise<Stored<Profile> | undefined>;
  /** Keeps what a platform tells; makes the profile when there is none. */
  seen(profile: Pick<Profile, "threadId" | "channel" | "instanceId" | "customer">): Promise<Stored<Profile>>;
  /**
   * Conversations from number `from` on belong to the contact. Throws Conflict PROFILE_LINKED (with `details.contactId`)
   * when another contact has it, CONTACT_MERGED, PROFILE_REFUSED ("phone" and "automatic" only), NotFound. Conversations of
   * an earlier link stay where they are: `from` then counts from the one after.
   */
  link(
    threadId: string,
    contactId: string,
    how: { from: number; how: ProfileLink["how"]; by: Actor },
  ): Promise<Stored<Profile>>;
  /**
   * Ends the present link. `until`: the number of the last conversation that stays with the contact (the number changed
   * hands); left out: it never was theirs, and the contact is not linked by itself again.
   */
  unlink(threadId: string, change: { by: Actor; until?: number }): Promise<Stored<Profile>>;
  /** Every part of a contact's history, those of contacts merged into it too. */
  spans(contactId: string): Promise<ProfileSpan[]>;
  /** Whom an unlinked profile may belong to; at most ten. */
  suggestions(profile: Profile): Promise<Suggestion[]>;

  previewMerge(survivorId: string, otherId: string): Promise<MergePreview>;
  /**
   * `fields`: the result as somebody decided, the preview's when left out. Throws InputError CONTACT_MERGE_SELF, Conflict
   * CONTACT_MERGED (one of them stands for another already, so also a ring), Conflict CHANGED_MEANWHILE.
   */
  merge(
    merge: { survivorId: string; otherId: string; fields?: Partial<ContactFields>; etag?: string },
    by: Actor,
  ): Promise<Merge>;
  merges(contactId: string): Promise<Merge[]>;
  /** Throws NotFound, Conflict MERGE_UNDONE. */
  undoMerge(contactId: string, mergeId: string, by: Actor): Promise<Merge>;
}
