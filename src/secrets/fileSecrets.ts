import { randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Clock } from "../core/clock";
import { ConfigError, InputError } from "../core/errors";
import { type KeyOptions, loadMasterKey } from "./masterKey";
import { replaceFile } from "./replaceFile";
import { seal, unseal } from "./sealed";

const entrySchema = z.object({
  value: z.string(),
  /** The former value, accepted until `oldUntil` (ms). */
  old: z.string().optional(),
  oldUntil: z.number().optional(),
});
const fileSchema = z.object({
  version: z.literal(1),
  /** For passphrases. */
  salt: z.string(),
  /** Something known, sealed: tells a wrong key before anything is mixed under two keys. */
  check: z.string(),
  secrets: z.record(z.string(), entrySchema),
});
export type Entry = z.infer<typeof entrySchema>;
export type Content = z.infer<typeof fileSchema>;

export const CHECK_NAME = "(key check)";
/** In the data folder. */
export const SECRETS_FILE = "secrets.json";

/** The encrypted file `<data>/secrets.json`. */
export interface FileSecrets {
  /** Newest first. */
  read(name: string): Promise<string[]>;
  set(name: string, value: string, keepOldHours: number): Promise<void>;
  list(): Promise<string[]>;
}

/** Reads the file again whenever it has changed, so that the command line may write it while a server runs. */
export function createFileSecrets(options: KeyOptions & { clock: Clock }): FileSecrets {
  const file = path.join(options.dataFolder, SECRETS_FILE);
  const content = createContentReader(file);
  const keys = new Map<string, Promise<Buffer>>();
  let writing: Promise<unknown> = Promise.resolve();

  function keyFor(salt: string): Promise<Buffer> {
    const key = keys.get(salt) ?? loadMasterKey(options, Buffer.from(salt, "base64"));
    keys.set(salt, key);
    // A refusal must not be remembered: the data folder may become writable.
    key.catch(() => keys.delete(salt));
    return key;
  }

  async function write(name: string, value: string, keepOldHours: number): Promise<void> {
    const current = (await content()) ?? (await emptyContent(keyFor));
    const key = await keyFor(current.salt);
    unseal(key, CHECK_NAME, current.check);
    const entry: Entry = { value: seal(key, name, value) };
    const former = Object.hasOwn(current.secrets, name) ? current.secrets[name] : undefined;
    if (former !== undefined && keepOldHours > 0) {
      entry.old = former.value;
      entry.oldUntil = options.clock.now() + keepOldHours * 3_600_000;
    }
    const next: Content = { ...current, secrets: { ...current.secrets, [name]: entry } };
    await replaceFile(file, `${JSON.stringify(next, undefined, 2)}\n`);
  }

  return {
    async read(name) {
      const current = await content();
      const entry =
        current !== undefined && Object.hasOwn(current.secrets, name) ? current.secrets[name] : undefined;
      if (current === undefined || entry === undefined) {
        throw new ConfigError(
          "SECRET_MISSING",
          `file:${name}: add it with \`switchboard secret set ${name}\`.`,
        );
      }
      const key = await keyFor(current.salt);
      const values = [unseal(key, name, entry.value)];
      if (entry.old !== undefined && (entry.oldUntil ?? 0) > options.clock.now())
        values.push(unseal(key, name, entry.old));
      return values;
    },
    set(name, value, keepOldHours) {
      if (!/^[A-Za-z0-9_.-]{1,127}$/.test(name)) {
        const words = "A secret's name has letters, digits, dot, dash and underscore, at most 127.";
        return Promise.reject(new InputError("INPUT_INVALID", words));
      }
      if (value === "")
        return Promise.reject(new InputError("INPUT_INVALID", `The secret ${name} is empty.`));
      // One write after the other: each replaces the whole file.
      const done = writing.then(() => write(name, value, keepOldHours));
      writing = done.catch(() => undefined);
      return done;
    },
    async list() {
      return Object.keys((await content())?.secrets ?? {}).sort();
    },
  };
}

async function emptyContent(keyFor: (salt: string) => Promise<Buffer>): Promise<Content> {
  const salt = randomBytes(16).toString("base64");
  return { version: 1, salt, check: seal(await keyFor(salt), CHECK_NAME, "switchboard"), secrets: {} };
}

/** The file's content, parsed once for each change; undefined while there is no file. */
export function createContentReader(file: string): () => Promise<Content | undefined> {
  let seen: { stamp: string; content: Content } | undefined;
  return async () => {
    try {
      const { mtimeMs, size, ino } = await stat(file);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (seen?.stamp !== stamp)
        seen = { stamp, content: fileSchema.parse(JSON.parse(await readFile(file, "utf8"))) };
      return seen.content;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new ConfigError("SECRET_UNREADABLE", `${file} cannot be read or is damaged.`, { cause });
    }
  };
}
