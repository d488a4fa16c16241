import { ConfigError } from "../core/errors";

/** What a call to the vault was for: chooses the words. */
export interface Asked {
  /** Host of the vault. */
  vault: string;
  deed: "read" | "list" | "write";
  /** As the vault knows it; absent for a list of all. */
  secret?: string;
}

/**
 * missing, deleted, disabled: the vault's definite answer about one secret. denied: no right to this one thing.
 * The others say that the vault cannot be asked at all now.
 */
type Kind =
  | "missing"
  | "deleted"
  | "disabled"
  | "changing"
  | "denied"
  | "walled"
  | "noVault"
  | "identity"
  | "throttled"
  | "unreachable"
  | "late"
  | "strange";

const DEFINITE: ReadonlySet<Kind> = new Set(["missing", "deleted", "disabled"]);
const WHOLE: ReadonlySet<Kind> = new Set([
  "walled",
  "noVault",
  "identity",
  "throttled",
  "unreachable",
  "late",
]);

/** Why the vault did not do what it was asked, in words for the operator. SECRET_MISSING or VAULT_UNAVAILABLE. */
export class VaultFault extends ConfigError {
  readonly kind: Kind;
  /** The vault's own wish, from Retry-After. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: Kind, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(DEFINITE.has(kind) ? "SECRET_MISSING" : "VAULT_UNAVAILABLE", message, { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The secret is not to be had; values read before must not be used any more. */
  get definite(): boolean {
    return DEFINITE.has(this.kind);
  }

  /** No other secret could be asked for either. */
  get wholeVault(): boolean {
    return WHOLE.has(this.kind);
  }
}

const CREDENTIAL_ERRORS =
  /^(CredentialUnavailable|Authentication|AuthenticationRequired|AggregateAuthentication)Error$/;

/** Anything that a call to the vault throws, as a VaultFault. */
export function toVaultFault(error: unknown, asked: Asked): VaultFault {
  if (error instanceof VaultFault) return error;
  const { name, message = "", statusCode, code } = error as Partial<Record<string, string>>;
  const status = Number(statusCode);
  if (CREDENTIAL_ERRORS.test(name ?? "")) return identityFault(asked, message, error);
  // Its challenge is for another host, or what it answers is no vault's JSON.
  const noVault = /challenge (resource|contains)/.test(message) || code === "PARSE_ERROR";
  if (noVault || (code === undefined && !(status >= 400))) {
    const words = `${asked.vault} does not answer as a key vault does: check KEY_VAULT_URL.`;
    return new VaultFault("noVault", words, { cause: error });
  }
  if (!(status >= 400)) return networkFault(asked, code, error);
  return statusFault(asked, status, error);
}

function statusFault(asked: Asked, status: number, error: unknown): VaultFault {
  const { code, inner } = codesOf(error);
  const cause = { cause: error };
  if (status === 401) {
    const cure = "check AZURE_CLIENT_ID, and that the vault belongs to the identity's tenant";
    return new VaultFault("identity", `The vault ${asked.vault} does not know this server; ${cure}.`, cause);
  }
  if (status === 403) return refusal(asked, inner, error);
  if (status === 404) {
    return new VaultFault("missing", `${subject(asked)}: the vault has no such secret; add it there.`, cause);
  }
  if (status === 409) return conflict(asked, inner, error);
  if (status === 429) {
    const retryAfterMs = retryAfterOf(error);
    const words = `The vault ${asked.vault} asks for fewer requests; it is asked again later.`;
    return new VaultFault(
      "throttled",
      words,
      retryAfterMs === undefined ? cause : { ...cause, retryAfterMs },
    );
  }
  const words = `The vault ${asked.vault} answers ${status}${code === undefined ? "" : ` ${code}`}`;
  if (status >= 500 || status === 408)
    return new VaultFault("unreachable", `${words}; it is asked again later.`, cause);
  return new VaultFault("strange", `${subject(asked)}: ${words.replace(/^T/, "t")}.`, cause);
}

function refusal(asked: Asked, code: string | undefined, error: unknown): VaultFault {
  const cause = { cause: error };
  if (code === "SecretDisabled") return noVersionFault(asked, "it is disabled; enable it", error);
  if (code === "ForbiddenByFirewall" || code === "ForbiddenByConnection") {
    const cure = "open the vault's network settings for it, or give it a private endpoint";
    return new VaultFault(
      "walled",
      `The vault ${asked.vault} shuts out this server's address; ${cure}.`,
      cause,
    );
  }
  const role = asked.deed === "write" ? "Key Vault Secrets Officer" : "Key Vault Secrets User";
  const deed = { read: "read", list: "list secrets", write: "write" }[asked.deed];
  // Without a code it may be the network as well.
  const wall = code === undefined ? ", and see that its network settings let this server in" : "";
  const cure = `give its identity the role ${role} on the vault${wall}; a new role takes some minutes to count`;
  return new VaultFault("denied", `${subject(asked)}: this server may not ${deed} there; ${cure}.`, cause);
}

/** None of the secret's versions can be used. */
export function noVersionFault(asked: Asked, reason: string, cause?: unknown): VaultFault {
  return new VaultFault("disabled", `${subject(asked)}: ${reason}.`, { cause });
}

/** The secret is deleted but can be recovered: its name stays taken until it is purged. */
export function deletedFault(asked: Asked, cause?: unknown): VaultFault {
  const [vaultName = asked.vault] = asked.vault.split(".");
  const cure = `az keyvault secret recover --vault-name ${vaultName} --name ${asked.secret ?? ""}`;
  return new VaultFault("deleted", `${subject(asked)}: it was deleted; recover it first: ${cure}`, { cause });
}

function conflict(asked: Asked, code: string | undefined, error: unknown): VaultFault {
  if (code === "ObjectIsDeletedButRecoverable") return deletedFault(asked, error);
  const words = `${subject(asked)}: it is being deleted or recovered; try again in a minute.`;
  return new VaultFault("changing", words, { cause: error });
}

function identityFault(asked: Asked, message: string, error: unknown): VaultFault {
  const cure =
    "assign the managed identity to this server and name it in AZURE_CLIENT_ID; a developer signs in with `az login`";
  // The first line: the SDK adds a page of advice.
  const [reason = ""] = message.split("\n", 1);
  const words = `No token for the vault ${asked.vault}; ${cure}. (${reason.slice(0, 200)})`;
  return new VaultFault("identity", words, { cause: error });
}

function networkFault(asked: Asked, code: string | undefined, error: unknown): VaultFault {
  const cure = code === "ENOTFOUND" ? "check KEY_VAULT_URL and DNS" : "check KEY_VAULT_URL and the network";
  const reason = code === undefined || code === "REQUEST_SEND_ERROR" ? "" : ` (${code})`;
  const words = `The vault ${asked.vault} cannot be reached${reason}; ${cure}.`;
  return new VaultFault("unreachable", words, { cause: error });
}

function subject({ vault, secret }: Asked): string {
  return secret === undefined ? `The vault ${vault}` : `Secret ${secret} in ${vault}`;
}

/** The answer's code and the inner one, which tells most. A failed list has neither: the SDK drops its body. */
function codesOf(error: unknown): { code?: string; inner?: string } {
  const { code, details } = error as {
    code?: unknown;
    details?: { error?: { innerError?: { code?: unknown } } };
  };
  const inner = details?.error?.innerError?.code;
  return {
    ...(typeof code === "string" && { code: code.slice(0, 60) }),
    ...(typeof inner === "string" && { inner }),
  };
}

/** Seconds or a date, as HTTP has it; at most an hour. */
function retryAfterOf(error: unknown): number | undefined {
  const { response } = error as { response?: { headers?: { get?(name: string): string | undefined } } };
  const text = response?.headers?.get?.("retry-after")?.trim() ?? "";
  if (text === "") return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 3_600_000) : undefined;
}
