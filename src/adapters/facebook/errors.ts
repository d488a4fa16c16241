import type { HttpResponse } from "../../core/channel";
import { ChannelError, type ChannelFault, type ErrorCode } from "../../core/errors";
import { type Json, toId, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { toRetryAfterMs } from "../shared/retryAfter";
import { definition } from "./definition";

const MINUTE_MS = 60_000;

interface Meaning {
  code: ErrorCode;
  words: string;
  retryable?: true;
  scope?: "instance";
}

const WINDOW: Meaning = { code: "CHANNEL_WINDOW_CLOSED", words: definition.window?.closedText ?? "" };
const UNDELIVERABLE: Meaning = {
  code: "CHANNEL_UNDELIVERABLE",
  words: "This person cannot receive messages from the page on Messenger now. Reach them another way.",
};
const RATE: Meaning = {
  code: "CHANNEL_RATE_LIMITED",
  words: "Messenger asks us to slow down. The message goes out by itself later.",
  retryable: true,
  scope: "instance",
};
const BUSY: Meaning = {
  code: "CHANNEL_UNAVAILABLE",
  words: "Messenger has a passing fault. The message is tried again by itself.",
  retryable: true,
};
const TOKEN: Meaning = {
  code: "CHANNEL_AUTH",
  words:
    "Facebook refuses the page access token. An admin must renew it in the account; held messages then go out.",
  scope: "instance",
};
const PERMISSION: Meaning = {
  code: "CHANNEL_PERMISSION",
  words:
    "The Facebook application lacks a permission for this page (pages_messaging). An admin must grant it.",
  scope: "instance",
};
const REFUSED: Meaning = { code: "CHANNEL_REFUSED", words: "Messenger refuses this message" };

/** By "code/sub-code" first, then by "code" (Meta: Send API error codes, Graph API error handling). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "1": BUSY,
  "2": BUSY,
  "1200": BUSY,
  "4": RATE,
  "17": RATE,
  "32": RATE,
  "341": RATE,
  "613": RATE,
  "80006": RATE,
  "10/2018278": WINDOW,
  "10/2018065": WINDOW,
  "10/2018108": UNDELIVERABLE,
  "551": UNDELIVERABLE,
  "200/1545041": UNDELIVERABLE,
  "100/2018001": {
    code: "CHANNEL_UNDELIVERABLE",
    words: "Messenger does not know this person on this page. Reach them another way.",
  },
  "10/2018300": {
    code: "CHANNEL_REFUSED",
    words:
      "Another application (or the page's own inbox) holds this conversation on Messenger. Take it back there first.",
  },
  "10/1893063": {
    code: "CHANNEL_PERMISSION",
    words: "Facebook has restricted this page. An admin must look at Page Quality on Facebook.",
    scope: "instance",
  },
  "368": {
    code: "CHANNEL_PERMISSION",
    words:
      "Facebook has blocked sending from this page for a breach of its policy. An admin must look at Page Quality.",
    scope: "instance",
  },
  "200/2018028": {
    code: "CHANNEL_PERMISSION",
    words:
      "The Facebook application is in development mode, so only its testers can be written to. An admin must publish it.",
    scope: "instance",
  },
  "10": PERMISSION,
  "200": PERMISSION,
  "230": PERMISSION,
  "100/2018109": {
    code: "CHANNEL_REFUSED",
    words: "The attachment is too large for Messenger. Send a link instead.",
  },
  "102": TOKEN,
  "190": TOKEN,
};

/** Sub-codes 458 to 467 say why a token died, whatever the code. */
const isTokenSubcode = (subcode: string) => /^4(5[89]|6[0-7])$/.test(subcode);

/** A refusal of the Graph API in words. `now` is for Retry-After as a date. */
export function toChannelError(response: HttpResponse, now: number): ChannelError {
  const error = toObject(readJsonAnswer(response.body).error);
  const retryAfterMs = toRetryAfterMs(response.headers["retry-after"], now) ?? toRegainMs(response);
  if (error === undefined) return toHttpError(response.status, retryAfterMs);
  const code = toId(error.code) ?? "";
  const subcode = toId(error.error_subcode) ?? "";
  const platformCode = subcode === "" ? code : `${code}/${subcode}`;
  const meaning = meaningOf(error, code, subcode, response.status);
  const words = meaning === REFUSED ? `${REFUSED.words}: ${platformWords(error)}` : meaning.words;
  return build(meaning, words, {
    platformCode,
    retryAfterMs,
    details: { fbtraceId: toText(error.fbtrace_id) },
  });
}

/** Until calls are allowed again; undefined in normal times (Meta: X-Business-Use-Case-Usage, in minutes). */
export function toRegainMs({ headers }: HttpResponse): number | undefined {
  const usage = headers["x-business-use-case-usage"];
  if (usage === undefined) return undefined;
  const minutes = /"estimated_time_to_regain_access"\s*:\s*([1-9]\d{0,5})/.exec(usage);
  return minutes === null ? undefined : Number(minutes[1]) * MINUTE_MS;
}

function meaningOf(error: Json, code: string, subcode: string, status: number): Meaning {
  const bySubcode = `${code}/${subcode}`;
  if (Object.hasOwn(MEANINGS, bySubcode)) return MEANINGS[bySubcode] as Meaning;
  if (isTokenSubcode(subcode)) return TOKEN;
  if (Object.hasOwn(MEANINGS, code)) return MEANINGS[code] as Meaning;
  if (status === 429) return RATE;
  if (error.is_transient === true || status >= 500) return BUSY;
  return status === 401 ? TOKEN : REFUSED;
}

/** An answer without Meta's error object comes from something in between. */
function toHttpError(status: number, retryAfterMs: number | undefined): ChannelError {
  const platformCode = `HTTP ${status}`;
  if (status === 429) return build(RATE, RATE.words, { platformCode, retryAfterMs });
  if (status === 401) return build(TOKEN, TOKEN.words, { platformCode });
  if (status >= 500 || status === 408) {
    // 503 is said before the work; after any other fault the message may have been taken.
    return build(BUSY, BUSY.words, { platformCode, retryAfterMs, ambiguous: status !== 503 });
  }
  return build(REFUSED, `${REFUSED.words} (HTTP ${status}).`, { platformCode });
}

interface Facts {
  platformCode: string;
  retryAfterMs?: number | undefined;
  ambiguous?: boolean;
  details?: unknown;
}

function build(meaning: Meaning, words: string, facts: Facts): ChannelError {
  const fault: ChannelFault = {
    retryable: meaning.retryable ?? false,
    scope: meaning.scope ?? "customer",
    platformCode: facts.platformCode,
    ambiguous: facts.ambiguous ?? false,
    details: facts.details,
  };
  if (facts.retryAfterMs !== undefined) fault.retryAfterMs = facts.retryAfterMs;
  return new ChannelError(meaning.code, words, fault);
}

function platformWords(error: Json): string {
  return (toText(error.error_user_msg) ?? toText(error.message) ?? "no reason given").slice(0, 300);
}
