import type { Account, MediaRequest } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toAuthorization } from "./api";

/** Where Twilio keeps files, and where it redirects to (Twilio: Media resource). */
const HOSTS = ["api.twilio.com", ".twilio.com", ".twiliocdn.com", ".amazonaws.com"] as const;
/** "api.twilio.com", "api.de1.twilio.com", "api.dublin.ie1.twilio.com" (Twilio: Global infrastructure). */
const API_HOST = /^api(\.[a-z0-9-]{1,30}){0,2}\.twilio\.com$/;
const FILES_HOST = /^([a-z0-9-]{1,60}\.){1,3}twiliocdn\.com$/;

/**
 * How to fetch a file that a customer sent. The account's credentials go to Twilio's API alone, and only for media of
 * a message: a forged address must neither learn them nor read anything else of the account.
 * Throws ChannelError CHANNEL_UNSUPPORTED for a foreign URL.
 */
export function toMediaRequest(contentUrl: string, account: Account): MediaRequest {
  const url = URL.canParse(contentUrl) ? new URL(contentUrl) : undefined;
  const trustedOrigin = account.apiUrl === undefined ? undefined : originOf(account.apiUrl);
  const rest = {
    url: contentUrl,
    hosts: HOSTS,
    ...(trustedOrigin === undefined ? {} : { trustedOrigin }),
  };
  if (url !== undefined && url.username === "" && url.password === "") {
    const isOurs = url.origin === trustedOrigin;
    const isApi = url.protocol === "https:" && url.port === "" && API_HOST.test(url.hostname);
    if ((isOurs || isApi) && isMediaPath(url.pathname, account)) {
      return { ...rest, headers: { authorization: toAuthorization(account) } };
    }
    if (url.protocol === "https:" && url.port === "" && FILES_HOST.test(url.hostname)) {
      return { ...rest, headers: {} };
    }
  }
  throw new ChannelError(
    "CHANNEL_UNSUPPORTED",
    "The address of this file is not Twilio's, so it is not fetched.",
    { retryable: false },
  );
}

/** "/2010-04-01/Accounts/AC…/Messages/MM…/Media/ME…" of this account. */
function isMediaPath(path: string, account: Account): boolean {
  const found = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages\/[^/]+\/Media\/[^/]+$/.exec(path);
  return found !== null && found[1] === account.values.accountSid;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
