import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { NotAllowed } from "../core/errors";

/** scrypt's parameters: memory is 128 * N * r bytes. */
export interface ScryptCost {
  N: number;
  r: number;
  p: number;
}

/** What is stored of a password. */
export interface PasswordHash extends ScryptCost {
  algorithm: "scrypt";
  /** base64url, as is `hash`. */
  salt: string;
  hash: string;
}

/** OWASP's row for 32 MB: about a third of a second on a small machine. */
const COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** Each holds 32 MB and a thread that file access and look-ups of names need as well. */
const AT_ONCE = 2;
const MOST_WAITING = 100;

/** Hashes and compares passwords; a crowd of strangers gets 429 before it takes the server's memory. */
export function createHasher(cost: ScryptCost = COST) {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function inTurn<R>(work: () => Promise<R>): Promise<R> {
    if (running >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING)
        throw new NotAllowed("TOO_MANY_ATTEMPTS", undefined, { details: { retryAfterSeconds: 20 } });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    hash: (password: string): Promise<PasswordHash> =>
      inTurn(async () => {
        const salt = randomBytes(SALT_BYTES);
        const hash = await derive(password, salt, cost);
        return {
          algorithm: "scrypt",
          ...cost,
          salt: salt.toString("base64url"),
          hash: hash.toString("base64url"),
        };
      }),

    /** False without a hash, after the same time: nobody learns who has a password. */
    verify: (password: string, known: PasswordHash | undefined): Promise<boolean> =>
      inTurn(async () => {
        const salt = known === undefined ? randomBytes(SALT_BYTES) : Buffer.from(known.salt, "base64url");
        const hash = await derive(password, salt, known ?? cost);
        const wanted = known === undefined ? randomBytes(HASH_BYTES) : Buffer.from(known.hash, "base64url");
        return wanted.length === hash.length && timingSafeEqual(wanted, hash) && known !== undefined;
      }),

    /** False when today's parameters are others: the password is then hashed again at the next sign-in. */
    isCurrent: ({ N, r, p }: PasswordHash): boolean => N === cost.N && r === cost.r && p === cost.p,
  };
}
export type Hasher = ReturnType<typeof createHasher>;

function derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) =>
    // The same letters may come composed or not, as the keyboard has it.
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  );
}
