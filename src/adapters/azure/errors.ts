import type { HttpResponse } from "../../core/channel";
import { ChannelError, type ChannelFault, type ErrorCode, messageOf } from "../../core/errors";
import { toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { toRetryAfterMs } from "../shared/retryAfter";

const MAX_WORDS = 300;

/** Refusals with 403 that are about this customer alone (Teams: Status codes from bot conversational APIs). */
const CUSTOMER_CODES: ReadonlySet<string> = new Set([
  "BotDisabledByAdmin",
  "BotNotInConversationRoster",
  "ConversationBlockedByUser",
  "MessageWritesBlocked",
]);

/** The bot has no credentials that Microsoft takes. */
export const AUTH_TEXT =
  "Azure Bot Service refuses the bot's credentials. An admin must check MicrosoftAppId and MicrosoftAppPassword; held messages then go out.";

/** The connector's refusal of a call, for the agent. `now` is for Retry-After as a date. */
export function toChannelError(response: HttpResponse, now: number): ChannelError {
  const { status } = response;
  const error = toObject(readJsonAnswer(response.body).error);
  const platformCode = toText(error?.code) || `HTTP ${status}`;
  const meaning = meaningOf(status, platformCode, toText(error?.message) ?? "");
  const retryAfterMs = toRetryAfterMs(response.headers["retry-after"], now);
  const fault: ChannelFault = {
    retryable: meaning.retryable ?? false,
    scope: meaning.scope ?? "customer",
    platformCode,
    ambiguous: meaning.ambiguous ?? false,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  return new ChannelError(meaning.code, meaning.words, fault);
}

interface Meaning extends Partial<Pick<ChannelFault, "retryable" | "scope" | "ambiguous">> {
  code: ErrorCode;
  words: string;
}

function meaningOf(status: number, platformCode: string, platformWords: string): Meaning {
  if (status === 403 && CUSTOMER_CODES.has(platformCode)) {
    return {
      code: "CHANNEL_UNDELIVERABLE",
      words: "The customer or their organisation has blocked or removed the bot.",
    };
  }
  if (status === 401 || status === 403) {
    return { code: "CHANNEL_AUTH", words: AUTH_TEXT, retryable: true, scope: "instance" };
  }
  if (status === 404) {
    return {
      code: "CHANNEL_UNDELIVERABLE",
      words: "The conversation no longer exists; the customer must write again.",
    };
  }
  if (status === 429) {
    const words = "Azure Bot Service asks us to slow down. The message goes out by itself later.";
    return { code: "CHANNEL_RATE_LIMITED", words, retryable: true, scope: "instance" };
  }
  // 412: another message of the conversation was being taken; 503: nothing was taken. The rest may have arrived.
  if (status === 412 || status === 408 || status >= 500) {
    const words = "Azure Bot Service has a passing fault. The message is tried again by itself.";
    return {
      code: "CHANNEL_UNAVAILABLE",
      words,
      retryable: true,
      ambiguous: status !== 412 && status !== 503,
    };
  }
  const words = platformWords === "" ? "It does not say why" : platformWords.slice(0, MAX_WORDS);
  return {
    code: "CHANNEL_REFUSED",
    words: `Azure Bot Service refuses this message: ${words} (${platformCode})`,
  };
}

/**
 * Anything thrown on the way out. What is no ChannelError yet went wrong before the call: no token for it could be had
 * from Microsoft Entra.
 */
export function toSendError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  const code = toText((error as { errorCode?: unknown } | null)?.errorCode);
  const isRefusal = code !== undefined && !/network|endpoints_resolution|timeout/i.test(code);
  const words = `No token for the bot could be had from Microsoft Entra (${code ?? messageOf(error).slice(0, MAX_WORDS)}). It is tried again.`;
  return new ChannelError(isRefusal ? "CHANNEL_AUTH" : "CHANNEL_UNAVAILABLE", isRefusal ? AUTH_TEXT : words, {
    retryable: true,
    scope: "instance",
    cause: error,
    ...(code === undefined ? {} : { platformCode: code }),
  });
}
