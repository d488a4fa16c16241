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
const RIGHTS: Meaning = {
  code: "CHANNEL_PERMISSION",
  words:
    'The X application may not send direct messages. An admin must set "Read, Write and Direct Messages" and make new tokens.',
  scope: "instance",
};
const PLAN: Meaning = {
  code: "CHANNEL_PERMISSION",
  words:
    "The X developer plan does not include direct messages. An admin must look at the plan in the X console.",
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
const UNKNOWN_USER: Meaning = {
  code: "CHANNEL_UNDELIVERABLE",
  words: "X does not know this person any more. Reach them another way.",
};
const REFUSED: Meaning = { code: "CHANNEL_REFUSED", words: "X refuses this message" };

/** X's numbered codes (X: response codes; Direct Messages). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "88": RATE,
  "130": BUSY,
  "131": BUSY,
  "32": TOKEN,
  "89": TOKEN,
  "99": TOKEN,
  "135": TOKEN,
  "215": TOKEN,
  "93": RIGHTS,
  "261": RIGHTS,
  "200": PLAN,
  "453": PLAN,
  "150": UNDELIVERABLE,
  "151": UNDELIVERABLE,
  "349": UNDELIVERABLE,
  "476": UNDELIVERABLE,
  "34": UNKNOWN_USER,
  "50": UNKNOWN_USER,
  "64": LOCKED,
  "226": LOCKED,
  "326": LOCKED,
  "416": LOCKED,
  "324": { code: "CHANNEL_REFUSED", words: "X cannot use the attached file. Send it again or as a link." },
  "325": { code: "CHANNEL_REFUSED", words: "X no longer has the attached file. Send it again." },
  "354": { code: "CHANNEL_REFUSED", words: "The message is too long for X. Send it in parts." },
};

/** The code that X gives a message it already has: our earlier try arrived. */
const DUPLICATE = "187";

/** A refusal of either API version in words; undefined when X already has the message. */
export function toChannelError(response: HttpResponse, now: number): ChannelError | undefined {
  const body = readJsonAnswer(response.body);
  const first = toObject(toList(body.errors)[0]);
  const code = toId(first?.code) ?? toId(body.code) ?? "";
  if (code === DUPLICATE) return undefined;
  const slug = (toText(body.type) ?? "").split("/").at(-1) ?? "";
  const meaning = meaningOf(code, slug, response.status);
  const words = meaning === REFUSED ? `${REFUSED.words}: ${platformWords(body, first)}` : meaning.words;
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

function meaningOf(code: string, slug: string, status: number): Meaning {
  if (Object.hasOwn(MEANINGS, code)) return MEANINGS[code] as Meaning;
  if (status === 429) return RATE;
  if (status === 401) return TOKEN;
  if (status === 402) return PLAN;
  if (status === 403)
    return slug.startsWith("client-") || slug === "unsupported-authentication" ? PLAN : UNDELIVERABLE;
  if (status === 404) return UNKNOWN_USER;
  return status >= 500 || status === 408 ? BUSY : REFUSED;
}

/** "Over capacity" is said before the work; after any other fault X may have taken the message. */
function isAmbiguous(code: string, status: number): boolean {
  return (status >= 500 || status === 408) && status !== 503 && code !== "130";
}

function platformWords(body: Json, first: Json | undefined): string {
  const words = toText(first?.message) ?? toText(body.detail) ?? toText(body.title) ?? "no reason given";
  return words.slice(0, 300);
}
