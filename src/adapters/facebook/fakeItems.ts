import { randomBytes } from "node:crypto";
import type { Account } from "../../core/channel";
import type { FakeFile, FakeMessage, FakeSent } from "../shared/fakePlatform";
import { type Json, toObject, toText } from "../shared/narrow";

/** What a customer wrote, tapped or attached, as Meta's item of a webhook. `toUrl` says where the fake serves a file. */
export function toMessageItem(
  message: FakeMessage,
  pageId: string,
  at: number,
  toUrl: (file: FakeFile) => string,
): Json {
  const { customerId, text, media = [], location, choice, replyTo } = message;
  const attachments = [
    ...media.map((file) => ({ type: kindOf(file), payload: { url: toUrl(file) } })),
    ...(location === undefined ? [] : [toLocation(location)]),
  ];
  const said = choice?.title ?? text;
  return {
    sender: { id: customerId },
    recipient: { id: pageId },
    timestamp: at,
    message: {
      mid: message.id ?? newMid(),
      ...(said === "" ? {} : { text: said }),
      ...(choice === undefined ? {} : { quick_reply: { payload: choice.value } }),
      ...(attachments.length === 0 ? {} : { attachments }),
      ...(replyTo === undefined ? {} : { reply_to: { mid: replyTo } }),
    },
  };
}

/** The echo of something we sent; files come back under Meta's own addresses. */
export function toEchoItem(account: Account, sent: FakeSent, toUrl: (file: FakeFile) => string): Json {
  const metadata = toText(toObject(toObject(sent.raw)?.message)?.metadata);
  const attachments = (sent.media ?? []).map((file) => ({
    type: kindOf(file),
    payload: { url: file.url ?? toUrl(file) },
  }));
  return {
    sender: { id: sent.instanceId },
    recipient: { id: sent.customerId },
    timestamp: sent.at,
    message: {
      mid: sent.id,
      is_echo: true,
      app_id: Number(account.values.applicationId) || 0,
      ...(sent.text === "" ? {} : { text: sent.text }),
      ...(attachments.length === 0 ? {} : { attachments }),
      ...(metadata === undefined ? {} : { metadata }),
    },
  };
}

export function newMid(): string {
  return `m_${randomBytes(24).toString("base64url")}`;
}

function toLocation({ latitude, longitude, name }: NonNullable<FakeMessage["location"]>): Json {
  const coordinates = { lat: latitude, long: longitude };
  return { type: "location", ...(name === undefined ? {} : { title: name }), payload: { coordinates } };
}

function kindOf({ contentType }: FakeFile): string {
  const kind = contentType.split("/", 1)[0] ?? "";
  return kind === "image" || kind === "video" || kind === "audio" ? kind : "file";
}
