import { randomBytes } from "node:crypto";
import path from "node:path";
import { NotFound } from "../core/errors";
import { CHECK_NAME, type Content, createContentReader, type Entry, SECRETS_FILE } from "./fileSecrets";
import { type KeyOptions, loadMasterKey } from "./masterKey";
import { replaceFile } from "./replaceFile";
import { seal, unseal } from "./sealed";

/**
 * Seals every secret of the data folder's file under another master key, those that are accepted for a while too; how many
 * there are. The file is replaced whole: a crash leaves it under one key or the other. Throws NotFound when there is no file,
 * ConfigError when the file is damaged, the present key is wrong or the new one too short. No server may run: it would go on with the old key.
 */
export async function rekeySecrets(options: KeyOptions, newKey: string): Promise<number> {
  const file = path.join(options.dataFolder, SECRETS_FILE);
  const content = await createContentReader(file)();
  if (content === undefined)
    throw new NotFound("NOT_FOUND", `There is no ${file}: nothing is sealed under a master key.`);
  const from = await loadMasterKey(options, Buffer.from(content.salt, "base64"));
  unseal(from, CHECK_NAME, content.check);
  const salt = randomBytes(16);
  const to = await loadMasterKey({ ...options, masterKey: newKey }, salt);
  const again = (name: string, sealed: string) => seal(to, name, unseal(from, name, sealed));
  const secrets: Record<string, Entry> = {};
  for (const [name, entry] of Object.entries(content.secrets)) {
    const old = entry.old === undefined ? {} : { old: again(name, entry.old) };
    secrets[name] = { ...entry, value: again(name, entry.value), ...old };
  }
  const check = seal(to, CHECK_NAME, "switchboard");
  const next: Content = { version: 1, salt: salt.toString("base64"), check, secrets };
  await replaceFile(file, `${JSON.stringify(next, undefined, 2)}\n`);
  return Object.keys(secrets).length;
}
