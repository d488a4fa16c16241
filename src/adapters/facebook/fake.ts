import { randomBytes } from "node:crypto";
import { type Account, type Instance, secretOf } from "../../core/channel";
import {
  createFakePlatform,
  type FakeAnswer,
  type FakeCall,
  type FakeMessage,
  type FakeOptions,
  type FakeParts,
  type FakePlatform,
  type FakeSent,
  type FakeWebhooks,
  fakeInstance,
  type SignedWebhook,
} from "../shared/fakePlatform";
import { type Json, toId, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { afterPrefix, hmac } from "../shared/signature";
import { escapeUnicode } from "./webhook";

const DAY_MS = 86_400_000;
const MESSAGES_PATH = /^\/v\d+\.\d+\/([^/]+)\/messages$/;

/** Plays Meta: the Send API with its checks, and signed webhooks of the object "page". */
export function createFake(options: FakeOptions): FakePlatform {
  const { account, clock } = options;
  /** When each customer last wrote, for the 24-hour window; unknown customers are not held to it. */
  const lastSaid = new Map<string, number>();

  function toEntry(message: FakeMessage): { pageId: string; item: Json } {
    const pageId = fakeInstance(account, "facebook", message.instance).externalId;
    const at = message.at ?? clock.now();
    lastSaid.set(`${pageId} ${message.customerId}`, at);
    return {
      pageId,
      item: {
        sender: { id: message.customerId },
        recipient: { id: pageId },
        timestamp: at,
        message: { mid: message.id ?? newMid(), text: message.text },
      },
    };
  }

  function signItems(entries: readonly { pageId: string; item: Json }[]): SignedWebhook {
    const pages = new Map<string, Json[]>();
    for (const { pageId, item } of entries) pages.set(pageId, [...(pages.get(pageId) ?? []), item]);
    const entry = [...pages].map(([id, messaging]) => ({ id, time: clock.now(), messaging }));
    return sign(account, escapeUnicode(JSON.stringify({ object: "page", entry })));
  }

  const webhook: FakeWebhooks = {
    say: (message) => signItems([toEntry(message)]),
    batch: (messages) => (messages.length === 0 ? [] : [signItems(messages.map(toEntry))]),
    receipt({ customerId, sent, status, at }) {
      const report = toReport(status, sent);
      if (report === undefined) return undefined;
      const pageId = sent.instanceId;
      const parties = { sender: { id: customerId }, recipient: { id: pageId } };
      return signItems([{ pageId, item: { ...parties, timestamp: at ?? clock.now(), ...report } }]);
    },
    echo: (sent) => signItems([{ pageId: sent.instanceId, item: toEchoItem(account, sent) }]),
    sign: (body) => sign(account, body),
  };

  const parts: FakeParts = {
    webhook,
    errorBody,
    answer(call, take) {
      const url = new URL(call.path, "http://graph");
      const pageId = MESSAGES_PATH.exec(url.pathname)?.[1];
      const page = account.instances.find((one) => one.channel === "facebook" && one.externalId === pageId);
      if (pageId === undefined || page === undefined || call.method !== "POST") {
        return refuse(400, 2500, `Unknown path components: ${url.pathname}`);
      }
      const denied = checkCredentials(call, url.searchParams, account, page);
      if (denied !== undefined) return denied;
      const body = readJsonAnswer(call.body);
      const customerId = toId(toObject(body.recipient)?.id) ?? toId(toObject(body.recipient)?.user_ref);
      if (customerId === undefined) return refuse(400, 100, "(#100) param recipient must be non-empty.");
      const text = toText(toObject(body.message)?.text) ?? "";
      const refused =
        checkMessage(body, text) ?? checkWindow(body, lastSaid.get(`${pageId} ${customerId}`), clock.now());
      if (refused !== undefined) return refused;
      const id = newMid();
      take({ id, instanceId: pageId, customerId, text, raw: body });
      return { status: 200, body: { recipient_id: customerId, message_id: id } };
    },
  };
  return createFakePlatform(options, parts);
}

function checkCredentials(
  call: FakeCall,
  query: URLSearchParams,
  account: Account,
  page: Instance,
): FakeAnswer | undefined {
  const token = afterPrefix(call.headers.authorization, "Bearer ") ?? query.get("access_token") ?? "";
  if (token === "" || !(page.secrets.pageAccessToken ?? []).includes(token)) {
    return refuse(401, 190, "Invalid OAuth access token - Cannot parse access token");
  }
  const secrets = account.secrets.applicationSecret ?? [];
  const proof = query.get("appsecret_proof");
  if (!secrets.some((secret) => hmac("sha256", secret, token).toString("hex") === proof)) {
    return refuse(400, 100, "Invalid appsecret_proof provided in the API argument");
  }
  if (!(call.headers["content-type"] ?? "").startsWith("application/json")) {
    return refuse(400, 100, "(#100) The parameter recipient is required");
  }
  return undefined;
}

function checkMessage(body: Json, text: string): FakeAnswer | undefined {
  const type = body.messaging_type ?? "RESPONSE";
  if (type !== "RESPONSE" && type !== "UPDATE" && type !== "MESSAGE_TAG") {
    return refuse(
      400,
      100,
      "(#100) Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG, UTILITY}",
    );
  }
  // The other tags were retired on 2026-04-27.
  if ((type === "MESSAGE_TAG") !== (body.tag === "HUMAN_AGENT"))
    return refuse(400, 100, "Invalid parameter", 1893061);
  if (text === "")
    return refuse(400, 100, "(#100) Message cannot be empty, must provide valid attachment or text");
  if (text.length >= 2000) {
    return refuse(400, 100, "(#100) Length of param message[text] must be less than or equal to 2000");
  }
  const metadata = toObject(body.message)?.metadata ?? "";
  if (typeof metadata !== "string" || metadata.length >= 1000)
    return refuse(400, 100, "(#100) Invalid metadata");
  return undefined;
}

function checkWindow(body: Json, saidAt: number | undefined, now: number): FakeAnswer | undefined {
  const days = body.tag === "HUMAN_AGENT" ? 7 : 1;
  if (saidAt === undefined || now - saidAt <= days * DAY_MS) return undefined;
  return refuse(400, 10, "(#10) This message is sent outside of allowed window.", 2018278);
}

function refuse(status: number, code: number, message: string, subcode?: number): FakeAnswer {
  const error = { message, type: "OAuthException", code, fbtrace_id: "A1b2C3d4E5f" };
  return { status, body: { error: subcode === undefined ? error : { ...error, error_subcode: subcode } } };
}

function errorBody(status: number): unknown {
  if (status === 429)
    return refuse(status, 613, "(#613) Calls to this api have exceeded the rate limit.").body;
  if (status === 401)
    return refuse(status, 190, "Error validating access token: Session has expired.", 463).body;
  if (status === 403)
    return refuse(status, 200, "(#200) Requires pages_messaging permission to manage the object").body;
  if (status >= 500) return refuse(status, 2, "Service temporarily unavailable").body;
  return refuse(status, 100, "Invalid parameter").body;
}

function toReport(status: string, sent: FakeSent): Json | undefined {
  if (status === "delivered") return { delivery: { mids: [sent.id], watermark: sent.at } };
  return status === "read" ? { read: { watermark: sent.at } } : undefined;
}

function toEchoItem(account: Account, sent: FakeSent): Json {
  const metadata = toText(toObject(toObject(sent.raw)?.message)?.metadata);
  const message = {
    mid: sent.id,
    is_echo: true,
    app_id: Number(account.values.applicationId) || 0,
    text: sent.text,
  };
  return {
    sender: { id: sent.instanceId },
    recipient: { id: sent.customerId },
    timestamp: sent.at,
    message: metadata === undefined ? message : { ...message, metadata },
  };
}

function sign(account: Account, body: string | Buffer): SignedWebhook {
  const bytes = Buffer.from(body as string);
  const secret = secretOf(account, "applicationSecret");
  return {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "facebookexternalua",
      "x-hub-signature": `sha1=${hmac("sha1", secret, bytes).toString("hex")}`,
      "x-hub-signature-256": `sha256=${hmac("sha256", secret, bytes).toString("hex")}`,
    },
    body: bytes,
  };
}

function newMid(): string {
  return `m_${randomBytes(24).toString("base64url")}`;
}
