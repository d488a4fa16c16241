import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { ConfigError } from "../core/errors";

/** `<nonce>.<tag>.<data>` in base64url. */
type Sealed = string;

/** AES-256-GCM under a fresh nonce; `name` is bound to the value, so entries cannot be swapped in the file. */
export function seal(key: Buffer, name: string, value: string): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return [nonce, cipher.getAuthTag(), data].map((part) => part.toString("base64url")).join(".");
}

/** Throws ConfigError SECRET_UNREADABLE for another key, another name or a changed file. */
export function unseal(key: Buffer, name: string, sealed: Sealed): string {
  const [nonce, tag, data] = sealed.split(".").map((part) => Buffer.from(part, "base64url"));
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce ?? Buffer.alloc(0), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(tag ?? Buffer.alloc(0));
    return Buffer.concat([decipher.update(data ?? Buffer.alloc(0)), decipher.final()]).toString("utf8");
  } catch (cause) {
    const cure = "check SWITCHBOARD_MASTER_KEY: it must be the key it was stored with";
    throw new ConfigError("SECRET_UNREADABLE", `file:${name} cannot be decrypted; ${cure}.`, { cause });
  }
}
