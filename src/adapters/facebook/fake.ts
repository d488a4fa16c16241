import { type Account, secretOf } from "../../core/channel";
import {
  createFakePlatform,
  type FakeAnswer,
  type FakeCall,
  type FakeDeed,
  type FakeFile,
  type FakeMessage,
  type FakeOptions,
  type FakeParts,
  type FakePlatform,
  type FakeSent,
  type FakeWebhooks,
  fakeInstance,
  type SignedWebhook,
} from "../shared/fakePlatform";
import { type Json, toId, toObject } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { RecentMap } from "../shared/recentMap";
import { hmac } from "../shared/signature";
import { checkAction, checkSend, toShown } from "./fakeChecks";
import { answerGraph, checkPage, type GraphState, refuse } from "./fakeGraph";
import { newMid, toEchoItem, toMessageItem } from "./fakeItems";
import { escapeUnicode } from "./webhook";

const DAY_MS = 86_400_000;
const MESSAGES_PATH = /^\/v\d+\.\d+\/([^/]+)\/messages$/;
const FILE_PATH = /^\/cdn\/(\d+)\//;
/** The fake serves this many files of customers. */
const KEPT_FILES = 200;

/** Plays Meta: the Graph API with its checks, the files that customers send, and signed webhooks of the object "page". */
export function createFake(options: FakeOptions): FakePlatform {
  const { account, clock } = options;
  /** When each customer last wrote, for the 24-hour window; unknown customers are not held to it. */
  const lastSaid = new Map<string, number>();
  const state: GraphState = { names: new Map(), subscribed: new Map() };
  const files = new RecentMap<FakeFile>(KEPT_FILES);
  const edits = new Map<string, number>();
  let fileCount = 0;

  /** As Meta's own: a signed address that everybody may fetch who has it. */
  function toUrl(file: FakeFile): string {
    fileCount += 1;
    files.set(String(fileCount), file);
    return `${platform.url}/cdn/${fileCount}/${encodeURIComponent(file.name ?? "file")}`;
  }

  function toEntry(message: FakeMessage): Entry {
    const pageId = fakeInstance(account, "facebook", message.instance).externalId;
    const at = message.at ?? clock.now();
    lastSaid.set(`${pageId} ${message.customerId}`, at);
    if (message.name !== undefined) state.names.set(message.customerId, message.name);
    return { pageId, item: toMessageItem(message, pageId, at, toUrl) };
  }

  function signItems(entries: readonly Entry[]): SignedWebhook {
    const pages = new Map<string, Json[]>();
    for (const { pageId, item } of entries) pages.set(pageId, [...(pages.get(pageId) ?? []), item]);
    const entry = [...pages].map(([id, messaging]) => ({ id, time: clock.now(), messaging }));
    return sign(account, escapeUnicode(JSON.stringify({ object: "page", entry })));
  }

  function signDeed(deed: FakeDeed, what: Json): SignedWebhook {
    const pageId = fakeInstance(account, "facebook", deed.instance).externalId;
    const parties = { sender: { id: deed.customerId }, recipient: { id: pageId } };
    return signItems([{ pageId, item: { ...parties, timestamp: deed.at ?? clock.now(), ...what } }]);
  }

  const webhook: FakeWebhooks = {
    say: (message) => signItems([toEntry(message)]),
    batch: (messages) => (messages.length === 0 ? [] : [signItems(messages.map(toEntry))]),
    receipt({ customerId, sent, status, at }) {
      const report = toReport(status, sent);
      if (report === undefined) return undefined;
      const deed: FakeDeed = { customerId, messageId: sent.id, instance: sent.instanceId };
      return signDeed(at === undefined ? deed : { ...deed, at }, report);
    },
    echo: (sent) => signItems([{ pageId: sent.instanceId, item: toEchoItem(account, sent, toUrl) }]),
    react: (deed) => signDeed(deed, { reaction: toReaction(deed.messageId, deed.emoji) }),
    edit(deed) {
      const num_edit = (edits.get(deed.messageId) ?? 0) + 1;
      edits.set(deed.messageId, num_edit);
      return signDeed(deed, { message_edit: { mid: deed.messageId, text: deed.text, num_edit } });
    },
    unsend: (deed) => signDeed(deed, { message: { mid: deed.messageId, is_deleted: true } }),
    sign: (body) => sign(account, body),
  };

  function answerMessages(call: FakeCall, pageId: string, take: Take): FakeAnswer {
    const page = account.instances.find((one) => one.channel === "facebook" && one.externalId === pageId);
    const url = new URL(call.path, "http://graph");
    if (page === undefined || call.method !== "POST") return unknownPath(url.pathname);
    const denied = checkPage(call, url.searchParams, account, page);
    if (denied !== undefined) return denied;
    if (!(call.headers["content-type"] ?? "").startsWith("application/json"))
      return refuse(400, 100, "(#100) The parameter recipient is required");
    const body = readJsonAnswer(call.body);
    const recipient = toObject(body.recipient);
    const customerId = toId(recipient?.id) ?? toId(recipient?.user_ref);
    if (customerId === undefined) return refuse(400, 100, "(#100) param recipient must be non-empty.");
    if (body.sender_action !== undefined)
      return checkAction(body) ?? { status: 200, body: { recipient_id: customerId } };
    const refused =
      checkSend(body) ?? checkWindow(body, lastSaid.get(`${pageId} ${customerId}`), clock.now());
    if (refused !== undefined) return refused;
    const id = newMid();
    const { text, media, choices } = toShown(toObject(body.message) ?? {});
    take({
      id,
      instanceId: pageId,
      customerId,
      text,
      ...(media.length === 0 ? {} : { media }),
      ...(choices.length === 0 ? {} : { choices }),
      raw: body,
    });
    return { status: 200, body: { recipient_id: customerId, message_id: id } };
  }

  const parts: FakeParts = {
    webhook,
    errorBody,
    answer(call, take) {
      const { pathname } = new URL(call.path, "http://graph");
      const fileId = FILE_PATH.exec(pathname)?.[1];
      if (fileId !== undefined) return serveFile(files.get(fileId));
      const pageId = MESSAGES_PATH.exec(pathname)?.[1];
      if (pageId !== undefined) return answerMessages(call, pageId, take);
      return answerGraph(call, account, state) ?? unknownPath(pathname);
    },
  };
  const platform = createFakePlatform(options, parts);
  return platform;
}

interface Entry {
  pageId: string;
  item: Json;
}

type Take = Parameters<FakeParts["answer"]>[1];

function serveFile(file: FakeFile | undefined): FakeAnswer {
  if (file === undefined) return { status: 404, body: "URL signature expired" };
  return {
    status: 200,
    body: file.content ?? Buffer.alloc(0),
    headers: { "Content-Type": file.contentType },
  };
}

function unknownPath(pathname: string): FakeAnswer {
  return refuse(400, 2500, `Unknown path components: ${pathname}`);
}

function toReaction(mid: string, emoji: string | undefined): Json {
  if (emoji === undefined) return { mid, action: "unreact" };
  return { mid, action: "react", emoji, reaction: emoji.startsWith("❤") ? "love" : "other" };
}

function checkWindow(body: Json, saidAt: number | undefined, now: number): FakeAnswer | undefined {
  const days = body.tag === "HUMAN_AGENT" ? 7 : 1;
  if (saidAt === undefined || now - saidAt <= days * DAY_MS) return undefined;
  return refuse(400, 10, "(#10) This message is sent outside of allowed window.", 2018278);
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
