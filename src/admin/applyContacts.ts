import { isDeepStrictEqual } from "node:util";
import type { Contact, ContactFields } from "../core/contact";
import type { ContactBook } from "../core/contactBook";
import { fieldsOf } from "../core/contactSchema";
import { ConfigError, InputError } from "../core/errors";
import type { Doc, Store, Stored } from "../core/store";
import type { Applied } from "./applyFile";
import type { SettingsBundle } from "./ports";
import { APPLIED_PARTITION } from "./settingsDoc";
import type { SettingsRepository } from "./settingsRepository";

/** A contact of a configuration file, as config/ reads it. */
export interface ContactInFile {
  id: string;
  fields: Partial<ContactFields>;
  /** A fault of it with its place, in words. */
  placeOf(inside: readonly (string | number)[], message: string): string;
}

/** The fields as the book keeps them. Throws InputError whose details name every faulty field: "phones.0.number". */
export type CheckContact = (fields: Partial<ContactFields>) => Promise<ContactFields>;

/** What a file would do to the contacts. */
interface ContactPlan {
  /** Those that somebody changed since a file made them: "contacts/gilda (edited since)". */
  conflicts: readonly string[];
  /** Names of those made and changed. */
  run(): Promise<{ created: string[]; changed: string[] }>;
}

/** The last file whose contacts all stand in the book. */
interface AppliedContactsDoc extends Doc {
  id: typeof MARKER;
  type: "appliedContacts";
  hash: string;
}

const MARKER = "contacts";
/** At a time: a file may have thousands. */
const TOGETHER = 8;

interface PlanRequest {
  bundle: { readonly hash: string; readonly contacts: readonly ContactInFile[] };
  force: boolean;
}

export interface ContactApplyPorts {
  store: Store;
  contacts: ContactBook;
  check: CheckContact;
}

/**
 * Makes settings and contacts what the file says; nothing happens to either when one has been edited since. Throws
 * ConfigError: CONFIG_CONFLICT, or CONFIG_INVALID.
 */
export async function applyWithContacts(
  ports: ContactApplyPorts & { settings: Pick<SettingsRepository, "applyFile"> },
  bundle: SettingsBundle & PlanRequest["bundle"],
  { force = false, by }: { force?: boolean; by: string },
): Promise<Applied> {
  const plan = await planContacts(ports, { bundle, force });
  const { conflicts } = plan;
  const applied = await ports.settings.applyFile(bundle, { force, by, conflicts });
  const { created, changed } = await plan.run();
  return {
    applied: applied.applied || created.length + changed.length > 0,
    created: [...applied.created, ...created],
    changed: [...applied.changed, ...changed],
    deleted: applied.deleted,
  };
}

/**
 * What the contacts of a file mean for the book: it makes them and brings them up to date, as long as nobody else has
 * changed them, and never deletes one. Done again after a crash, since the mark is written last. Throws ConfigError
 * CONFIG_INVALID with every contact that cannot be kept.
 */
async function planContacts(ports: ContactApplyPorts, { bundle, force }: PlanRequest): Promise<ContactPlan> {
  const { store, contacts } = ports;
  const wanted = await checkAll(ports.check, bundle.contacts);
  const marker = await store.read<AppliedContactsDoc>("settings", APPLIED_PARTITION, MARKER);
  if (marker?.doc.hash === bundle.hash && !force) return NOTHING;
  const steps = (await inTurns(wanted, (each) => toStep(contacts, each))).filter(
    (step) => step !== undefined,
  );
  const conflicts = steps.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict]));
  const by = { kind: "file", id: "configuration" } as const;

  return {
    conflicts,
    async run() {
      await inTurns(steps, ({ id, fields, before }) =>
        before === undefined
          ? contacts.create(fields, by, id)
          : contacts.replace(id, fields, { by, etag: before.etag }),
      );
      const doc: AppliedContactsDoc = { id: MARKER, type: "appliedContacts", hash: bundle.hash };
      await store.batch("settings", APPLIED_PARTITION, [{ do: "upsert", doc }], "settings");
      const names = (isNew: boolean) =>
        steps.filter(({ before }) => (before === undefined) === isNew).map(({ id }) => `contacts/${id}`);
      return { created: names(true), changed: names(false) };
    },
  };
}

const NOTHING: ContactPlan = { conflicts: [], run: async () => ({ created: [], changed: [] }) };

interface Wanted {
  id: string;
  fields: ContactFields;
}

interface Step extends Wanted {
  before: Stored<Contact> | undefined;
  conflict?: string;
}

/** Throws ConfigError CONFIG_INVALID with every contact that cannot be kept, and where it stands. */
async function checkAll(check: CheckContact, given: readonly ContactInFile[]): Promise<Wanted[]> {
  const { wanted, problems } = await checkContacts(check, given);
  if (problems.length === 0) return wanted;
  throw new ConfigError("CONFIG_INVALID", `The contacts have faults:\n  ${problems.join("\n  ")}`, {
    details: problems,
  });
}

/** Contacts as the book keeps them, and every fault of the others with its place. */
export async function checkContacts(
  check: CheckContact,
  given: readonly ContactInFile[],
): Promise<{ wanted: Wanted[]; problems: string[] }> {
  const problems: string[] = [];
  const wanted: Wanted[] = [];
  for (const { id, fields, placeOf } of given)
    try {
      wanted.push({ id, fields: await check(fields) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const faults = (error.details ?? []) as { path: string; message: string }[];
      problems.push(...faults.map(({ path, message }) => placeOf(toPath(path), message)));
    }
  return { wanted, problems };
}

const toPath = (path: string): (string | number)[] =>
  path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));

/** Undefined: it stands in the book as the file says. */
async function toStep(contacts: ContactBook, { id, fields }: Wanted): Promise<Step | undefined> {
  const before = await contacts.read(id);
  if (before === undefined) return { id, fields, before };
  const { doc } = before;
  if (isDeepStrictEqual(fieldsOf(doc), fields)) return undefined;
  // Whoever merged it decided what is true of the person now.
  if (doc.state === "merged") return undefined;
  const isOurs = doc.updatedBy.kind === "file";
  return { id, fields, before, ...(isOurs ? {} : { conflict: `contacts/${id} (edited since)` }) };
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += TOGETHER)
    done.push(...(await Promise.all(items.slice(at, at + TOGETHER).map(work))));
  return done;
}
