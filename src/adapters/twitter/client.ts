import {
  type ChannelClient,
  type ClientPorts,
  type CustomerContext,
  type CustomerProfile,
  type PlatformRequest,
  type Reconciled,
  type SendContext,
  type SendResult,
  UPLOADED_ID,
} from "../../core/channel";
import { ChannelError } from "../../core/errors";
import type { OutboundMedia } from "../../core/media";
import { toList, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { type Calls, createCalls } from "./calls";
import { definition, isVersion1 } from "./definition";
import { isMediaRefused, toChannelError, toLookError } from "./errors";
import { idOf, toXId } from "./ids";
import { findSent, toListPath } from "./listed";
import { toMediaRequest } from "./mediaRequest";
import { toProfile } from "./profile";
import { toPauseUntil } from "./rates";
import { uploadMedia } from "./upload";

/** Faults of an upload after which the text still goes, with the file as a link. */
const GOES_AS_LINK = ["CHANNEL_REFUSED", "CHANNEL_PERMISSION"];

/** Sends and lists direct messages, uploads files and looks people up, with OAuth 1.0a in the handle's name. */
export function createClient(ports: ClientPorts): ChannelClient {
  const calls = createCalls(ports);
  return {
    async send(request, context) {
      const file = fileOf(request, context);
      if (file === undefined) return post(request.body, request, context, { calls, ports });
      const body = await withFile(request, file, context, { calls, ports });
      try {
        return await post(body, request, context, { calls, ports });
      } catch (error) {
        // The id had gone stale or the file was lost on X's side; the message itself was refused, so nothing doubles.
        if (!(error instanceof ChannelError) || !isMediaRefused(error)) throw error;
        const again = await withFile(request, file, context, { calls, ports });
        return post(again, request, context, { calls, ports });
      }
    },

    profile: (context) => lookUp(context, { calls, ports }),
    mediaRequest: (contentUrl, context) => toMediaRequest(contentUrl, context, calls),

    async signal(signal, context) {
      const { account, customerId, lastInboundId } = context;
      // Version 2 has neither for unencrypted messages.
      if (!isVersion1(account.values.apiFlavor)) return;
      if (signal === "read" && lastInboundId === undefined) return;
      const call =
        signal === "typing"
          ? { path: "indicate_typing", form: { recipient_id: customerId } }
          : {
              path: "mark_read",
              form: { last_read_event_id: lastInboundId ?? "", recipient_id: customerId },
            };
      const path = `/1.1/direct_messages/${call.path}.json`;
      const response = await calls.asHandle({ method: "POST", path, form: call.form }, context);
      if (response.status >= 300) throw toLookError(response, ports.clock.now());
    },

    async reconcile(request, context, sentAt): Promise<Reconciled> {
      const response = await calls.asHandle({ method: "GET", path: toListPath(context) }, context);
      if (response.status >= 300) throw toLookError(response, ports.clock.now());
      const providerId = findSent(response.body, request, context, sentAt);
      return providerId === undefined ? { outcome: "notSent" } : { outcome: "sent", providerId };
    },
  };
}

interface Parts {
  calls: Calls;
  ports: ClientPorts;
}

async function post(
  json: string,
  request: PlatformRequest,
  context: SendContext,
  { calls, ports }: Parts,
): Promise<SendResult> {
  const response = await calls.asHandle({ method: request.method, path: request.path, json }, context);
  const body = readJsonAnswer(response.body);
  const providerId = toXId(toObject(body.data)?.dm_event_id) ?? idOf(toObject(body.event));
  // A 200 may hold nothing but errors.
  const isRefused = response.status >= 300 || (providerId === undefined && toList(body.errors).length > 0);
  const error = isRefused ? toChannelError(response, ports.clock.now()) : undefined;
  if (error !== undefined) throw error;
  const pauseUntil = toPauseUntil(response.headers);
  return {
    ...(providerId === undefined ? {} : { providerId }),
    ...(pauseUntil === undefined ? {} : { pauseUntil }),
  };
}

function fileOf(request: PlatformRequest, context: SendContext): OutboundMedia | undefined {
  if (request.upload === undefined) return undefined;
  const file = context.media?.get(request.upload);
  if (file !== undefined) return file;
  throw new ChannelError("CHANNEL_REFUSED", "The attached file is not there any more. Attach it again.", {
    retryable: false,
  });
}

/** The body with X's id of the uploaded file; with its public link where X will not take it. */
async function withFile(
  request: PlatformRequest,
  file: OutboundMedia,
  context: SendContext,
  { calls, ports }: Parts,
): Promise<string> {
  try {
    const id = await uploadMedia(file, context, { calls, clock: ports.clock });
    // By place, not by text: a customer may be sent these very words.
    return replaceIn(request.body, (key, value) =>
      (key === "media_id" || key === "id") && value === UPLOADED_ID ? id : value,
    );
  } catch (error) {
    if (!(error instanceof ChannelError) || error.retryable || !GOES_AS_LINK.includes(error.code))
      throw error;
    const body = asLink(request.body, file.url);
    if (body === undefined) throw error;
    ports.log.warn({ messageId: context.messageId, error: error.message }, "X refused a file; its link goes");
    return body;
  }
}

/** undefined when the text leaves no room for the link. */
function asLink(body: string, url: string): string | undefined {
  const sent = readJsonAnswer(body);
  const data = toObject(toObject(toObject(sent.event)?.message_create)?.message_data);
  const said = toText(sent.text) ?? toText(data?.text) ?? "";
  const text = said === "" ? url : `${said}\n${url}`;
  if (text.length > definition.limits.textLength) return undefined;
  if (sent.event === undefined) return JSON.stringify({ text });
  return replaceIn(body, (key, value) => {
    if (key === "attachment") return undefined;
    return key === "message_data" ? { ...toObject(value), text } : value;
  });
}

function replaceIn(json: string, replace: (key: string, value: unknown) => unknown): string {
  return JSON.stringify(JSON.parse(json, (key, value: unknown) => replace(key, value)));
}

async function lookUp(
  context: CustomerContext,
  { calls, ports }: Parts,
): Promise<CustomerProfile | undefined> {
  const path = `/2/users/${encodeURIComponent(context.customerId)}?user.fields=name,public_metrics,username`;
  const response = await calls.asHandle({ method: "GET", path }, context);
  if (response.status === 404 || response.status === 400) return undefined;
  if (response.status >= 300) throw toLookError(response, ports.clock.now());
  // Of a suspended or deleted user a 200 tells only errors.
  return toProfile(readJsonAnswer(response.body).data);
}
