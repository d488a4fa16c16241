import type { HttpResponse } from "../../core/channel";
import { ChannelError, type ChannelFault, type ErrorCode } from "../../core/errors";
import { type Json, toId, toList, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { toRetryAfterMs } from "../shared/retryAfter";
import { toPauseUntil } from "./rates";

interface Meaning {
  code: ErrorCode;
  words: string;
  retryable?: true;
  scope?: "instance";
}

const RATE: Meaning = {
  code: "CHANNEL_RATE_LIMITED",
  words: "X allows no more direct messages for now. The message goes out by itself later.",
  retryable: true,
  scope: "instance",
};
const BUSY: Meaning = {
  code: "CHANNEL_UNAVAILABLE",
  words: "X has a passing fault. The message is tried again by itself.",
  retryable: true,
};
const TOKEN: Meaning = {
  code: "CHANNEL_AUTH",
  words:
    "X refuses the keys or the access token. An admin must renew them in the account; held messages then go out.",
  scope: "instance",
};
/** X shows tokens once, and "Regenerate" kills the old ones at once. */
const DEAD_TOKEN: Meaning = {
  code: "CHANNEL_AUTH",
  words:
    "X no longer knows the handle's access token: it was regenerated or taken back. An admin must put the newest Access Token and Secret into the handle; held messages then go out.",
  scope: "instance",
};
const CLOCK: Meaning = {
  code: "CHANNEL_AUTH",
  words:
    "X refuses the time of our calls. An admin must set this server's clock by NTP; held messages then go out.",
  scope: "instance",
};
const RIGHTS: Meaning = {
  code: "CHANNEL_PERMISSION",
  words:
    'The X application may not send direct messages. An admin must set "Read, Write and Direct Messages" and make new tokens.',
  scope: "instance",
};
const PLAN: Meaning = {
  code: "CHANNEL_PERMISSION",
  words:
    "The X developer plan does not include this, or its credit is used up. An admin must look at plan and credit in the X console.",
  scope: "instance",
};
const LOCKED: Meaning = {
  code: "CHANNEL_PERMISSION",
  words: "X has locked or suspended the handle or the application. An admin must unlock it on X.",
  scope: "instance",
};
const UNDELIVERABLE: Meaning = {
  code: "CHANNEL_UNDELIVERABLE",
  words: "This person does not accept direct messages from the handle. Reach them another way.",
};
const VERIFIED_ONLY: Meaning = {
  code: "CHANNEL_UNDELIVERABLE",
  words: "This person takes message requests from verified accounts only. Reach them another way.",
};
const UNKNOWN_USER: Meaning = {
  code: "CHANNEL_UNDELIVERABLE",
  words: "X does not know this person any more. Reach them another way.",
};
const REFUSED: Meaning = { code: "CHANNEL_REFUSED", words: "X refuses this message" };
const WEBHOOK: Meaning = { code: "CHANNEL_REFUSED", words: "X refuses the webhook or a value of the call" };

/** X's numbered codes (X: response codes; Direct Messages). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "88": RATE,
  "130": BUSY,
  "131": BUSY,
  "32": TOKEN,
  "89": DEAD_TOKEN,
  "99": TOKEN,
  "135": CLOCK,
  "215": TOKEN,
  "93": RIGHTS,
  "261": RIGHTS,
  "200": PLAN,
  "453": PLAN,
  "150": UNDELIVERABLE,
  "151": UNDELIVERABLE,
  "349": UNDELIVERABLE,
  "476": VERIFIED_ONLY,
  "17": UNKNOWN_USER,
  "34": UNKNOWN_USER,
  "50": UNKNOWN_USER,
  "63": UNKNOWN_USER,
  "108": UNKNOWN_USER,
  "64": LOCKED,
  "226": LOCKED,
  "326": LOCKED,
  "416": LOCKED,
  "214": WEBHOOK,
  "324": { code: "CHANNEL_REFUSED", words: "X cannot use the attached file. Send it again or as a link." },
  "325": { code: "CHANNEL_REFUSED", words: "X no longer has the attached file. Send it again." },
  "354": { code: "CHANNEL_REFUSED", words: "The message is too long for X. Send it in parts." },
};

/** Last parts of v2's problem types (X: error troubleshooting). */
const PROBLEMS: Readonly<Record<string, Meaning>> = {
  "client-forbidden": PLAN,
  "client-not-enrolled": PLAN,
  "unsupported-authentication": PLAN,
  credits: PLAN,
  "usage-capped": PLAN,
  "oauth1-permissions": RIGHTS,
  "resource-not-found": UNKNOWN_USER,
};

/** The code that X gives a message it already has: our earlier try arrived. */
const DUPLICATE = "187";
/** The file was not usable or too old. */
const MEDIA_CODES = ["324", "325"];

/** A refusal of a message, by either API version, in words; undefined when X already has the message. */
export function toChannelError(response: HttpResponse, now: number): ChannelError | undefined {
  const refusal = read(response);
  if (refusal.code === DUPLICATE) return undefined;
  const meaning = meaningOf(refusal, response.status, UNDELIVERABLE, UNKNOWN_USER);
  const own = meaning === REFUSED || meaning === WEBHOOK;
  return build(meaning, own ? `${meaning.words}: ${refusal.words}` : meaning.words, refusal, response, now);
}

/** A refusal of any other call (a look-up, an upload, a subscription), in X's words and ours. */
export function toLookError(response: HttpResponse, now: number): ChannelError {
  const refusal = read(response);
  const unnamed: Meaning = { code: "CHANNEL_REFUSED", words: "X refuses the call" };
  const meaning = meaningOf(refusal, response.status, { ...unnamed, code: "CHANNEL_PERMISSION" }, unnamed);
  const words = meaning === RATE || meaning === BUSY ? LOOK_WORDS[meaning.code] : meaning.words;
  return build(meaning, `${words ?? meaning.words}: ${refusal.words}`, refusal, response, now);
}

/** True when the file of a message, not the message, was refused: it may be uploaded once more. */
export function isMediaRefused(error: ChannelError): boolean {
  return MEDIA_CODES.includes(error.platformCode ?? "");
}

/** True when X says that what we ask for is there already: `DuplicateSubscriptionFailed`, 355, or a 409. */
export function isDuplicate(response: HttpResponse): boolean {
  const { code } = read(response);
  return (
    response.status === 409 ||
    code === "355" ||
    (response.status >= 300 && /DuplicateSubscriptionFailed|already (exists|subscribed)/i.test(response.body))
  );
}

const LOOK_WORDS: Partial<Record<ErrorCode, string>> = {
  CHANNEL_RATE_LIMITED: "X allows no more such calls for now; try again later",
  CHANNEL_UNAVAILABLE: "X has a passing fault; try again",
};

interface Refusal {
  /** X's number; "" where it gives none. */
  code: string;
  slug: string;
  words: string;
}

function read(response: HttpResponse): Refusal {
  const body = readJsonAnswer(response.body);
  const first = toObject(toList(body.errors)[0]);
  const type = toText(body.type) ?? toText(first?.type) ?? "";
  return {
    code: toId(first?.code) ?? toId(body.code) ?? "",
    slug: type.split("/").at(-1) ?? "",
    words: platformWords(body, first),
  };
}

function build(
  meaning: Meaning,
  words: string,
  { code, slug }: Refusal,
  response: HttpResponse,
  now: number,
): ChannelError {
  const fault: ChannelFault = {
    retryable: meaning.retryable ?? false,
    scope: meaning.scope ?? "customer",
    platformCode: code || (slug !== "" && slug !== "about:blank" ? slug : `HTTP ${response.status}`),
    ambiguous: isAmbiguous(code, response.status),
  };
  const pauseUntil = toPauseUntil(response.headers);
  const wait = toRetryAfterMs(response.headers["retry-after"], now);
  const retryAfterMs = pauseUntil === undefined ? wait : Math.max(pauseUntil - now, wait ?? 0);
  if (retryAfterMs !== undefined) fault.retryAfterMs = retryAfterMs;
  return new ChannelError(meaning.code, words, fault);
}

/** `forbidden` and `missing`: what a 403 and a 404 mean that say nothing more. */
function meaningOf({ code, slug }: Refusal, status: number, forbidden: Meaning, missing: Meaning): Meaning {
  if (Object.hasOwn(MEANINGS, code)) return MEANINGS[code] as Meaning;
  // A spent plan is a 429 too, but no wait of minutes mends it.
  if (Object.hasOwn(PROBLEMS, slug) && status !== 404) return PROBLEMS[slug] as Meaning;
  if (status === 429) return RATE;
  if (status === 401) return TOKEN;
  if (status === 402) return PLAN;
  if (status === 403) return slug.startsWith("client-") ? PLAN : forbidden;
  if (status === 404) return missing;
  return status >= 500 || status === 408 ? BUSY : REFUSED;
}

/** "Over capacity" is said before the work; after any other fault X may have taken the message. */
function isAmbiguous(code: string, status: number): boolean {
  return (status >= 500 || status === 408) && status !== 503 && code !== "130";
}

function platformWords(body: Json, first: Json | undefined): string {
  const words =
    toText(first?.message) ??
    toText(first?.detail) ??
    toText(body.detail) ??
    toText(first?.title) ??
    toText(body.title) ??
    toText(body.error);
  return (words ?? "no reason given").slice(0, 300);
}
