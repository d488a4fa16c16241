import { messageOf } from "../../core/errors";

/** What went wrong with the container, for people. */
export interface BlobFault {
  /** What happened and what to do, without the last full stop. */
  words: string;
  /** Goes away by itself: a server may start nevertheless. False: an operator must mend something. */
  passing: boolean;
  /** HTTP status; absent when nothing was answered. */
  status?: number;
  /** Azure's word, or Node's: "ContainerNotFound", "ECONNRESET". */
  code?: string;
  /** What Azure's support asks for. */
  requestId?: string;
  /** From Retry-After. */
  retryAfterMs?: number;
}

/** The parts of the SDK's RestError that we read. */
interface Foreign {
  name?: string;
  code?: string;
  statusCode?: number;
  details?: { errorCode?: string };
  response?: { headers?: { get(name: string): string | undefined } };
}

const ROLE = 'Give its identity the role "Storage Blob Data Contributor" on the container';
const BUSY = new Set([408, 429, 500, 502, 503, 504]);

/** Azure: "Blob service error codes", "Common REST API error codes". `it` is a Place's label. */
const WORDS = new Map<string, (it: string) => string>([
  [
    "ContainerNotFound",
    (it) =>
      `There is no container ${it}. Create it (az storage container create --auth-mode login) or mend MEDIA_URL`,
  ],
  [
    "ContainerBeingDeleted",
    (it) =>
      `The container ${it} is being deleted. Create it again in some minutes, or name another in MEDIA_URL`,
  ],
  ["ContainerDisabled", (it) => `The container ${it} is disabled. Enable it, or name another in MEDIA_URL`],
  ["AccountIsDisabled", (it) => `The account of ${it} is disabled. Enable it, or name another in MEDIA_URL`],
  [
    "AuthorizationFailure",
    (it) => `The container ${it} refuses this server. Let it through the account's network rules. ${ROLE}`,
  ],
  ["AuthorizationPermissionMismatch", (it) => `The container ${it} refuses this server. ${ROLE}`],
  [
    "KeyBasedAuthenticationNotPermitted",
    (it) => `The container ${it} takes no keys. Leave the signature out of MEDIA_URL. ${ROLE}`,
  ],
  [
    "AuthenticationFailed",
    (it) =>
      `The container ${it} does not believe who this server is. Check its clock, and the signature in MEDIA_URL if there is one`,
  ],
  [
    "BlobArchived",
    (it) => `A file in ${it} was moved to the archive tier. Bring it back to the hot or cool tier`,
  ],
  ["BlobBeingRehydrated", (it) => `A file in ${it} is coming back from the archive tier. Wait some hours`],
  [
    "BlobImmutableDueToPolicy",
    (it) => `A policy of ${it} keeps files from being deleted. Remove it: customers may ask for that`,
  ],
  ["LeaseIdMissing", (it) => `Somebody holds a lease on a file in ${it}. Break it`],
]);
/** Of the above, those that mend themselves. */
const PASSING_CODES = new Set(["ContainerBeingDeleted", "BlobBeingRehydrated"]);

/** Azure's word for what is wrong; "BlobNotFound" for a file that is not there. */
export function codeOf(error: unknown): string | undefined {
  const { code, details } = (error ?? {}) as Foreign;
  // A HEAD has no body to tell it, only the header.
  return details?.errorCode ?? code;
}

/** Anything thrown by the SDK or by signing in, in words. */
export function toBlobFault(error: unknown, label: string): BlobFault {
  const { statusCode: status, response } = (error ?? {}) as Foreign;
  const code = codeOf(error);
  const requestId = response?.headers?.get("x-ms-request-id");
  const retryAfterMs = waitOf(response?.headers?.get("retry-after"));
  return {
    ...(status === undefined ? judgeSilence(error, code, label) : judgeAnswer(status, code, label)),
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

type Judgement = Pick<BlobFault, "words" | "passing">;

function judgeAnswer(status: number, code: string | undefined, label: string): Judgement {
  const known = WORDS.get(code ?? "");
  if (known !== undefined) return { words: known(label), passing: PASSING_CODES.has(code ?? "") };
  const answer = `HTTP ${status}${code === undefined ? "" : ` ${code}`}`;
  if (BUSY.has(status))
    return { words: `The container ${label} is busy or has a fault (${answer})`, passing: true };
  if (status === 401 || status === 403)
    return { words: `The container ${label} refuses this server (${answer}). ${ROLE}`, passing: false };
  return {
    words: `The container ${label} refuses what was asked (${answer}). Check MEDIA_URL`,
    passing: false,
  };
}

/** Nothing came back from the storage: no token, no name, no connection. */
function judgeSilence(error: unknown, code: string | undefined, label: string): Judgement {
  const { name = "" } = (error ?? {}) as Foreign;
  // Of @azure/identity: CredentialUnavailableError, AuthenticationError, AggregateAuthenticationError.
  if (/Credential|Authentication/.test(name))
    return {
      words:
        `This server cannot sign in to Azure for the container ${label}. Give it a managed identity, ` +
        "name a user-assigned one in AZURE_CLIENT_ID, or use az login in development",
      passing: false,
    };
  if (code === "ENOTFOUND")
    return {
      words: `No such host: the container ${label}. Mend MEDIA_URL or the name service`,
      passing: false,
    };
  const why = code ?? messageOf(error).slice(0, 200);
  return { words: `The container ${label} cannot be reached (${why})`, passing: true };
}

/** Retry-After in seconds, at most ten of them: somebody may be waiting. */
function waitOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\s*\d{1,6}\s*$/.test(header)
    ? Math.min(Number(header), 10) * 1000
    : undefined;
}
