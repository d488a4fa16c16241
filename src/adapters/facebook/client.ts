import type {
  ChannelClient,
  ClientPorts,
  CustomerContext,
  CustomerProfile,
  HttpResponse,
  MediaRequest,
  PlatformRequest,
  SendContext,
  SendResult,
} from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { type Json, toText } from "../shared/narrow";
import { RecentMap } from "../shared/recentMap";
import { toRegainMs } from "./errors";
import { createGraph, toGraphPath } from "./graph";
import { toActionRequest } from "./outbound";
import { USER_REF_PREFIX } from "./wire";

const DAY_MS = 86_400_000;
/** Meta fetches a file before it answers, a video for up to 75 s (Meta: Send API, "Timeouts"). */
const MEDIA_TIMEOUT_MS = 90_000;

/** Asking for one that the application may not see fails the whole call (Meta: User Profile API). */
const BASE_FIELDS = "first_name,last_name,profile_pic";
const ALL_FIELDS = `${BASE_FIELDS},locale,timezone`;
const FIELD_REFUSED = "100/2018247";
/** No such profile: people who signed up by telephone, and ids that the page may not look up. */
const NO_PROFILE: ReadonlySet<string> = new Set(["2018218", "100/2018218", "100/33", FIELD_REFUSED]);

/** Where Meta keeps files that customers send; the links are signed and need no credentials. */
const MEDIA_HOSTS = [".fbcdn.net", ".facebook.com", ".fbsbx.com", ".cdninstagram.com"];

/** Sends and asks through the Graph API with the page's token and its proof. */
export function createClient(ports: ClientPorts): ChannelClient {
  const graph = createGraph(ports);
  /** Pages that may not see every field of a profile, and until when we believe that, ms. */
  const baseOnlyUntil = new RecentMap<number>(1_000);

  async function send(request: PlatformRequest, context: SendContext): Promise<SendResult> {
    const { response, answer } = await graph.call({
      method: request.method as "POST",
      path: request.path,
      account: context.account,
      page: context.instance,
      body: request.body,
      contentType: request.contentType,
      ...(request.body.includes('"is_reusable":') ? { timeoutMs: MEDIA_TIMEOUT_MS } : {}),
    });
    return toResult(response, answer, ports.clock.now());
  }

  async function ask(context: CustomerContext, fields: string): Promise<Json | undefined> {
    const { account, instance, customerId } = context;
    try {
      const path = toGraphPath(account, customerId);
      return (await graph.call({ method: "GET", path, account, page: instance, query: { fields } })).answer;
    } catch (error) {
      const code = error instanceof ChannelError ? (error.platformCode ?? "") : "";
      if (code === FIELD_REFUSED && fields !== BASE_FIELDS) {
        baseOnlyUntil.set(instance.externalId, ports.clock.now() + DAY_MS);
        return ask(context, BASE_FIELDS);
      }
      if (NO_PROFILE.has(code)) return undefined;
      throw error;
    }
  }

  return {
    send,
    async profile(context) {
      // Somebody behind a plugin's reference has no profile.
      if (context.customerId.startsWith(USER_REF_PREFIX)) return undefined;
      const isLimited = (baseOnlyUntil.get(context.instance.externalId) ?? 0) > ports.clock.now();
      const answer = await ask(context, isLimited ? BASE_FIELDS : ALL_FIELDS);
      return answer === undefined ? undefined : toProfile(answer);
    },
    mediaRequest: (contentUrl, { account }) => toMediaRequest(contentUrl, account.apiUrl),
    async signal(signal, context) {
      await send(toActionRequest(signal === "typing" ? "typing_on" : "mark_seen", context), context);
    },
    // Meta keeps no list that we may read; the echo with our message id in its metadata decides.
    reconcile: async () => ({ outcome: "unknown" }),
  };
}

function toResult(response: HttpResponse, answer: Json, now: number): SendResult {
  const result: SendResult = {};
  const providerId = toText(answer.message_id);
  if (providerId !== undefined) result.providerId = providerId;
  const regainMs = toRegainMs(response);
  if (regainMs !== undefined) result.pauseUntil = now + regainMs;
  return result;
}

/** undefined when nothing of use stands in it. */
function toProfile(answer: Json): CustomerProfile | undefined {
  const firstName = toText(answer.first_name)?.trim() || undefined;
  const lastName = toText(answer.last_name)?.trim() || undefined;
  const name = [firstName, lastName].filter((part) => part !== undefined).join(" ") || toText(answer.name);
  const locale = toText(answer.locale) || undefined;
  const { timezone } = answer;
  const profile: CustomerProfile = {
    ...(name ? { name } : {}),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(locale === undefined ? {} : { locale }),
    ...(typeof timezone === "number" && Math.abs(timezone) <= 14 ? { timezone } : {}),
  };
  return Object.keys(profile).length === 0 ? undefined : profile;
}

function toMediaRequest(contentUrl: string, apiUrl: string | undefined): MediaRequest {
  const url = URL.canParse(contentUrl) ? new URL(contentUrl) : undefined;
  const isMeta = url?.protocol === "https:" && MEDIA_HOSTS.some((host) => url.hostname.endsWith(host));
  const isTrusted = apiUrl !== undefined && URL.canParse(apiUrl) && url?.origin === new URL(apiUrl).origin;
  if (!isMeta && !isTrusted) {
    throw new ChannelError("CHANNEL_UNSUPPORTED", "The file lies on a server that is not Facebook's.", {
      retryable: false,
    });
  }
  const request: MediaRequest = { url: contentUrl, headers: {}, hosts: MEDIA_HOSTS };
  if (apiUrl !== undefined) request.trustedOrigin = apiUrl;
  return request;
}
