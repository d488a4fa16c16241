import type { MediaRequest } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import type { Calls, Holder } from "./calls";

/** Where X keeps files of direct messages: photos on the first, videos and GIFs below the second. */
const HOSTS = ["ton.twitter.com", ".twimg.com"];

/**
 * How to fetch a file out of a direct message. Since September 2018 each such GET carries the handle's OAuth 1.0a
 * signature over the exact address (X: changelog). The newer route `GET /2/dm_conversations/media/{dm id}/{media id}/
 * {resource id}` names the same file by the last three parts of a photo's address, but it wants an OAuth 2.0 user
 * token, which a handle here does not have. Throws CHANNEL_UNSUPPORTED for an address that is not X's.
 */
export function toMediaRequest(contentUrl: string, holder: Holder, calls: Calls): MediaRequest {
  const url = URL.canParse(contentUrl) ? new URL(contentUrl) : undefined;
  const trusted = trustedOriginOf(holder);
  const isOurs = url !== undefined && url.username === "" && url.password === "";
  if (url === undefined || !isOurs || !(isOnHost(url) || url.origin === trusted)) {
    throw new ChannelError(
      "CHANNEL_UNSUPPORTED",
      "The file's address is not one of X's. It is not fetched.",
      {
        retryable: false,
      },
    );
  }
  url.hash = "";
  return {
    url: url.href,
    headers: { authorization: calls.signGet(url, holder) },
    hosts: HOSTS,
    ...(trusted === undefined ? {} : { trustedOrigin: trusted }),
  };
}

function isOnHost(url: URL): boolean {
  if (url.protocol !== "https:" || url.port !== "") return false;
  return HOSTS.some((host) => (host.startsWith(".") ? url.hostname.endsWith(host) : url.hostname === host));
}

function trustedOriginOf({ account }: Holder): string | undefined {
  const { apiUrl } = account;
  return apiUrl !== undefined && URL.canParse(apiUrl) ? new URL(apiUrl).origin : undefined;
}
