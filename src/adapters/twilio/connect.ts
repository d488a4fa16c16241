import type {
  Account,
  ChannelConnect,
  Check,
  ConnectPorts,
  HttpResponse,
  Instance,
} from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { checked, clockCheck } from "../shared/checks";
import { type Json, toList, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { isEqualText } from "../shared/signature";
import { type CallTwilio, createCall, type TwilioCall } from "./api";
import type { TwilioChannel } from "./wire";

/** What the checks of one instance need. */
export interface Look {
  account: Account;
  instance: Instance;
  /** The URL that Twilio should call. */
  callbackUrl: string;
  /** A call's answer as an object. Throws ChannelError. */
  ask(call: TwilioCall): Promise<Json>;
}

/** The looks of one channel at one of its numbers. */
interface NumberChecks {
  channel: TwilioChannel;
  validate(look: Look): Promise<Check[]>;
  register(look: Look): Promise<Check[]>;
}

const CURE_CREDENTIALS =
  "Copy Account SID and Auth Token from Account Info on the first page of Twilio's console; the primary token, not an API key.";

/**
 * The admin's Validate button for one of the two channels: the account, then each number of the channel. Both channels
 * look at the account; `token`, `clock` and `callbackUrl` are the same checks for both.
 */
export function createConnect({ channel, validate, register }: NumberChecks): ChannelConnect {
  async function eachNumber(
    account: Account,
    ports: ConnectPorts,
    check: (look: Look) => Promise<Check[]>,
  ): Promise<Check[]> {
    const call = createCall(ports);
    const found: Check[] = [];
    for (const instance of account.instances.filter((one) => one.channel === channel)) {
      const ask = async (asked: TwilioCall) => readJsonAnswer((await call(account, asked)).body);
      found.push(...(await check({ account, instance, callbackUrl: ports.callbackUrl, ask })));
    }
    return found;
  }

  return {
    async validate(account, ports) {
      const { checks, isUsable } = await checkAccount(createCall(ports), account, ports);
      checks.push(checkCallbackUrl(account, ports.callbackUrl));
      // Without credentials every further look would say the same.
      return isUsable ? [...checks, ...(await eachNumber(account, ports, validate))] : checks;
    },
    register: (account, ports) => eachNumber(account, ports, register),
  };
}

/**
 * Runs one look at a number; `missing` says what it means when Twilio knows no such thing. What else Twilio refuses
 * becomes a failed check in its words.
 */
export function checkNumber(
  { instance }: Look,
  check: { id: string; title: string; cure: string; missing?: string },
  look: () => Promise<Pick<Check, "state" | "text" | "cure">>,
): Promise<Check> {
  const { id, title, cure, missing } = check;
  const named = { id, title: `${title} ${instance.externalId}`, instanceId: instance.id };
  return checked(named, cure, async () => {
    try {
      return await look();
    } catch (error) {
      const isUnknown = error instanceof ChannelError && /^(20404|HTTP 404)$/.test(error.platformCode ?? "");
      if (!isUnknown || missing === undefined) throw error;
      return { state: "failed", text: missing, cure };
    }
  });
}

/** Entries of a list that Twilio answers. */
export function entriesOf(answer: Json, name: string): Json[] {
  return toList(answer[name])
    .map((entry) => toObject(entry))
    .filter((entry) => entry !== undefined);
}

/**
 * Is `found` what stands in Twilio's console for our webhook? Connection overrides behind "#" are Twilio's alone.
 * `null` and "" mean that nothing is set.
 */
export function isSameUrl(found: unknown, wanted: string): boolean {
  const url = toText(found) ?? "";
  return withoutFragment(url) === withoutFragment(wanted);
}

/** "nothing", or the URL that was found. */
export function shownUrl(found: unknown): string {
  const url = toText(found)?.trim() ?? "";
  return url === "" ? "nothing" : url.slice(0, 300);
}

const withoutFragment = (url: string): string => url.split("#", 1)[0] ?? "";

async function checkAccount(
  call: CallTwilio,
  account: Account,
  ports: ConnectPorts,
): Promise<{ checks: Check[]; isUsable: boolean }> {
  let answer: HttpResponse | undefined;
  const sid = account.values.accountSid ?? "";
  const token = await checked(
    { id: "token", title: "Account SID and auth token" },
    CURE_CREDENTIALS,
    async () => {
      if (!/^AC[0-9a-fA-F]{32}$/.test(sid)) {
        return {
          state: "failed",
          text: `"${sid.slice(0, 40)}" is no Account SID: one begins with AC and has 32 digits or letters from a to f.`,
          cure: CURE_CREDENTIALS,
        };
      }
      const path = `/2010-04-01/Accounts/${encodeURIComponent(sid)}.json`;
      answer = await call(account, { host: "api", method: "GET", path });
      return toAccountState(readJsonAnswer(answer.body), account);
    },
  );
  const clock = answer === undefined ? undefined : clockCheck(answer, ports.clock);
  const checks = clock === undefined ? [token] : [token, clock];
  return { checks, isUsable: answer !== undefined };
}

/** Twilio's answer holds the auth token: nothing of it but what is named here goes on. */
function toAccountState(answer: Json, account: Account): Pick<Check, "state" | "text" | "cure"> {
  const status = toText(answer.status) ?? "unknown";
  if (status !== "active") {
    return {
      state: "failed",
      text: `Twilio takes them, but the account is ${status.slice(0, 40)}.`,
      cure: "Look at the account in Twilio's console or speak to Twilio's support.",
    };
  }
  const primary = toText(answer.auth_token);
  if (primary !== undefined && /^[0-9a-f]{32}$/.test(primary) && !isOurToken(account, primary)) {
    return {
      state: "failed",
      text: "Twilio takes the token, but it is not the account's primary one, with which webhooks are signed.",
      cure: "Enter the primary Auth Token, or promote the secondary one in Twilio's console.",
    };
  }
  if (answer.type === "Trial") {
    return {
      state: "warning",
      text: "They work. It is a trial account: only verified telephones can be written to.",
      cure: "Verify the telephones under Phone Numbers > Verified Caller IDs, or upgrade the account.",
    };
  }
  return { state: "ok", text: "Twilio takes them, and the account is active." };
}

/** During a rotation the older one still counts: a webhook signed with either is taken. */
function isOurToken(account: Account, primary: string): boolean {
  return (account.secrets.authToken ?? []).some((token) => isEqualText(token, primary));
}

/** Twilio calls from the open internet and refuses host names with an underscore (Twilio: StatusCallback). */
function checkCallbackUrl(account: Account, callbackUrl: string): Check {
  const check = { id: "callbackUrl", title: "Address of this server" };
  const url = URL.canParse(callbackUrl) ? new URL(callbackUrl) : undefined;
  const cure = "Set PUBLIC_URL to the https address under which the internet reaches this server.";
  if (url === undefined) return { ...check, state: "failed", text: `"${callbackUrl}" is no URL.`, cure };
  if (account.apiUrl !== undefined) {
    return { ...check, state: "skipped", text: "The account talks to a simulated Twilio.", cure: "Nothing." };
  }
  const isLocal = /^(localhost|127\..*|10\..*|192\.168\..*|\[::1\])$/.test(url.hostname);
  if (isLocal) {
    return { ...check, state: "failed", text: `Twilio cannot reach ${url.origin}.`, cure };
  }
  if (url.hostname.includes("_")) {
    const text = "Twilio refuses addresses whose host name has an underscore.";
    return { ...check, state: "failed", text, cure: "Give the server a host name without an underscore." };
  }
  if (url.protocol !== "https:") {
    return { ...check, state: "warning", text: `${url.origin} is not encrypted.`, cure };
  }
  return { ...check, state: "ok", text: `Twilio should call ${callbackUrl}.` };
}
