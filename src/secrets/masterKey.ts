import { randomBytes, scrypt } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ConfigError } from "../core/errors";
import { MIN_PASSPHRASE } from "../core/guessable";

export interface KeyOptions {
  dataFolder: string;
  masterKey?: string;
  production: boolean;
}

/** The key of the secrets file: from the setting, else (in development) from `<data>/master.key`, made on first use. */
export async function loadMasterKey(options: KeyOptions, salt: Buffer): Promise<Buffer> {
  const text = options.masterKey ?? (await developmentKey(options));
  return rawKey(text) ?? derive(text, salt);
}

/** 32 bytes in hex or base64; undefined for a passphrase. */
function rawKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, "base64") : undefined;
}

async function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  if (passphrase.length < MIN_PASSPHRASE) {
    const cure = `give 32 bytes as base64 or hex, or at least ${MIN_PASSPHRASE} characters`;
    throw new ConfigError("SETTING_INVALID", `SWITCHBOARD_MASTER_KEY is too short: ${cure}.`);
  }
  return new Promise((resolve, reject) => {
    // N=32768 needs exactly Node's default limit of memory, and is refused at it.
    const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
    scrypt(passphrase.normalize("NFC"), salt, 32, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

async function developmentKey({ dataFolder, production }: KeyOptions): Promise<string> {
  if (production) {
    const cure = "give 32 random bytes as base64 or hex, or a passphrase";
    throw new ConfigError(
      "SETTING_INVALID",
      `SWITCHBOARD_MASTER_KEY is needed for file: secrets in production; ${cure}.`,
    );
  }
  const file = path.join(dataFolder, "master.key");
  await mkdir(dataFolder, { recursive: true });
  try {
    await writeFile(file, randomBytes(32).toString("base64"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unusable(file, error);
  }
  return (await readFile(file, "utf8")).trim();
}

function unusable(file: string, cause: unknown): ConfigError {
  return new ConfigError(
    "SECRET_UNREADABLE",
    `${file} cannot be used; check the rights of the data folder.`,
    { cause },
  );
}
