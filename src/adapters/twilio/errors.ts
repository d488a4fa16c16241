import type { HttpResponse } from "../../core/channel";
import { ChannelError, type ChannelFault, type ErrorCode } from "../../core/errors";
import { toId, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { toRetryAfterMs } from "../shared/retryAfter";

/** Said when the reply window is shut, by us or by WhatsApp. */
export const WINDOW_CLOSED_TEXT =
  "This conversation has exceeded the 24 hour limit to respond to the customer.";

/** A full queue drains in minutes; Twilio names no time. */
const QUEUE_FULL_WAIT_MS = 60_000;
const HOUR_MS = 3_600_000;
const MAX_WORDS = 300;

interface Meaning {
  code: ErrorCode;
  words: string;
  retryable?: true;
  scope?: "instance";
  /** Used when the answer has no Retry-After. */
  waitMs?: number;
}

const undeliverable = (words: string): Meaning => ({ code: "CHANNEL_UNDELIVERABLE", words });
const refused = (words: string): Meaning => ({ code: "CHANNEL_REFUSED", words });
/** An admin must mend something in Twilio's console before anything leaves by this number. */
const mendAtTwilio = (words: string): Meaning => ({ code: "CHANNEL_PERMISSION", words, scope: "instance" });
const slowDown = (words: string, waitMs?: number): Meaning => ({
  code: "CHANNEL_RATE_LIMITED",
  words,
  retryable: true,
  scope: "instance",
  ...(waitMs === undefined ? {} : { waitMs }),
});

const AUTH: Meaning = {
  code: "CHANNEL_AUTH",
  words:
    "Twilio refuses the account SID or the auth token. An admin must renew the token in the account; held messages then go out.",
  scope: "instance",
};
const RATE = slowDown("Twilio asks us to slow down. The message goes out by itself later.");
const BUSY: Meaning = {
  code: "CHANNEL_UNAVAILABLE",
  words: "Twilio has a passing fault. The message is tried again by itself.",
  retryable: true,
};
const QUEUE_FULL = slowDown(
  "Twilio's queue for our number is full. The message goes out by itself later.",
  QUEUE_FULL_WAIT_MS,
);
const NOT_OUR_NUMBER = mendAtTwilio(
  "Our number does not belong to the Twilio account or cannot send to this customer. An admin must check it in Twilio's console.",
);
const BAD_RECIPIENT = undeliverable("The customer's number is not valid, so nothing can be sent to it.");
const NO_TEXT_NUMBER = undeliverable("The customer's number cannot receive text messages (a landline).");
const BLOCKED = undeliverable("The customer's carrier or telephone blocks our messages.");
const BAD_MEDIA = refused("Twilio cannot fetch the file. Send it again or send a link.");
const NO_TEMPLATE = refused(
  "Twilio does not know this message template: it was deleted or belongs to another account. Choose another one.",
);
const BAD_VARIABLES = refused(
  "A variable of the message template is missing or cannot be used. Fill in every variable, without line breaks.",
);
const TEMPLATE_SHUT = refused(
  "WhatsApp has rejected, paused or disabled this message template. Choose another one.",
);
const BAD_CONTENT = refused("WhatsApp refuses the content of this message. Change the message.");
const WHATSAPP_DECLINED = undeliverable(
  "WhatsApp declined to deliver this message to the customer. Do not send it again; reach the customer another way.",
);
const SENDER_LOCKED = mendAtTwilio(
  "WhatsApp has not accepted our number or has locked it. An admin must look at the sender in Twilio's console.",
);
const NO_CHANNEL = mendAtTwilio(
  "Our number is no WhatsApp sender of this Twilio account. An admin must check the sender in Twilio's console.",
);

/** Twilio: Error and warning dictionary. Codes come and go, so anything else has Twilio's own words. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "20003": AUTH,
  "20429": RATE,
  "21211": BAD_RECIPIENT,
  "21212": NOT_OUR_NUMBER,
  "21408": {
    code: "CHANNEL_PERMISSION",
    words:
      "The Twilio account may not send to this customer's country. An admin must enable it under Messaging > Geo permissions.",
  },
  "21606": NOT_OUR_NUMBER,
  "21610": undeliverable(
    "The customer opted out with STOP. Nothing can be sent until the customer writes START.",
  ),
  "21611": QUEUE_FULL,
  "21612": undeliverable("Twilio has no route from our number to the customer's number."),
  "21614": NO_TEXT_NUMBER,
  "21617": refused("The message is too long. Send it in parts of at most 1600 characters."),
  "21620": BAD_MEDIA,
  "21635": NO_TEXT_NUMBER,
  "21654": NO_TEMPLATE,
  "21655": NO_TEMPLATE,
  "21656": BAD_VARIABLES,
  "21659": NOT_OUR_NUMBER,
  "21661": NOT_OUR_NUMBER,
  "30001": QUEUE_FULL,
  "30002": mendAtTwilio("Twilio has suspended the account. An admin must speak to Twilio."),
  "30003": undeliverable("The customer's telephone is switched off or out of reach. Try again later."),
  "30004": BLOCKED,
  "30005": undeliverable("The customer's number is unknown or no longer in use."),
  "30006": NO_TEXT_NUMBER,
  "30007": refused("The carrier filtered this message as unwanted. Change its wording or leave out links."),
  "30008": undeliverable("The carrier could not deliver the message and says no reason. Try once more."),
  "30034": mendAtTwilio(
    "Our number is not registered for A2P 10DLC, so US carriers refuse it. An admin must register it in Twilio's console.",
  ),
  "30036": undeliverable("The message expired before the customer's telephone could be reached."),
  "63001": NO_CHANNEL,
  "63003": BAD_RECIPIENT,
  "63005": BAD_CONTENT,
  "63007": NO_CHANNEL,
  "63014": undeliverable("The customer has blocked our number on WhatsApp."),
  "63015": mendAtTwilio(
    "Our number is Twilio's WhatsApp sandbox, and the customer has not joined it (or left more than 3 days ago).",
  ),
  "63016": { code: "CHANNEL_WINDOW_CLOSED", words: WINDOW_CLOSED_TEXT },
  "63017": RATE,
  "63018": slowDown(
    "WhatsApp's limit for our number is reached. The message goes out by itself later.",
    60_000,
  ),
  "63019": BAD_MEDIA,
  "63020": SENDER_LOCKED,
  "63021": BAD_CONTENT,
  "63024": BAD_RECIPIENT,
  "63027": NO_TEMPLATE,
  "63028": BAD_VARIABLES,
  "63030": refused("Twilio does not allow this combination of text, file and template."),
  "63032": WHATSAPP_DECLINED,
  "63038": slowDown("The account's daily message limit is reached. Sending goes on tomorrow.", HOUR_MS),
  "63040": TEMPLATE_SHUT,
  "63041": TEMPLATE_SHUT,
  "63042": TEMPLATE_SHUT,
  "63049": WHATSAPP_DECLINED,
  "63051": SENDER_LOCKED,
};

/** Twilio's refusal of a call, in words for the agent or admin. `now` is for Retry-After as a date. */
export function toChannelError(
  response: HttpResponse,
  now: number,
  what: "message" | "request" = "message",
): ChannelError {
  const { status } = response;
  const answer = readJsonAnswer(response.body);
  const code = toId(answer.code);
  const meaning = meaningOf(code) ?? meaningOfStatus(status);
  const retryAfterMs = toRetryAfterMs(response.headers["retry-after"], now) ?? meaning?.waitMs;
  const fault: ChannelFault = {
    retryable: meaning?.retryable ?? false,
    scope: meaning?.scope ?? "customer",
    platformCode: code ?? `HTTP ${status}`,
    // It may have been queued before the fault; the message list tells.
    ambiguous: status >= 500 || status === 408,
  };
  if (retryAfterMs !== undefined) fault.retryAfterMs = retryAfterMs;
  const words = meaning?.words ?? unknownWords(toText(answer.message), fault.platformCode ?? "", what);
  return new ChannelError(meaning?.code ?? "CHANNEL_REFUSED", words, fault);
}

/** What the error code of a status callback means, for the agent. `platformWords` is its ErrorMessage. */
export function wordsOf(code: string | undefined, platformWords: string | undefined): string {
  return meaningOf(code)?.words ?? unknownWords(platformWords, code ?? "");
}

function meaningOf(code: string | undefined): Meaning | undefined {
  return code !== undefined && Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
}

/** An answer without a code that we know; a proxy on the way gives none at all. */
function meaningOfStatus(status: number): Meaning | undefined {
  if (status === 401) return AUTH;
  if (status === 429) return RATE;
  return status >= 500 || status === 408 ? BUSY : undefined;
}

function unknownWords(
  platformWords: string | undefined,
  code: string,
  what: "message" | "request" = "message",
): string {
  const suffix = code === "" ? "" : ` (${code})`;
  if (platformWords !== undefined && platformWords !== "") {
    return `Twilio refuses this ${what}: ${platformWords.slice(0, MAX_WORDS)}${suffix}`;
  }
  const outcome = what === "message" ? "The message was not delivered" : "Twilio refuses this request";
  return `${outcome}; Twilio does not say why${suffix}.`;
}
