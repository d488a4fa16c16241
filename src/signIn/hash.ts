import { createHash, randomBytes } from "node:crypto";

/** What is stored of a token, a cookie or a link. Looking up a hash tells nothing about tokens by its timing. */
export const hashOf = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** A fresh secret of 256 bits, 43 characters. */
export const newSecret = (): string => randomBytes(32).toString("base64url");
