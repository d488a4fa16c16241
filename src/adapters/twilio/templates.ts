import type { Account, MessageTemplate } from "../../core/channel";
import { type Json, toId, toList, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import type { CallTwilio } from "./api";

const FIRST_PAGE = "/v1/ContentAndApprovals?PageSize=50";
/** An account with more templates than this has a wrong list: better a short one than a call without end. */
const MAX_PAGES = 40;
const VARIABLE = /\{\{\s*([\w.-]{1,60})\s*\}\}/g;
const MAX_REASON = 300;

/** What an approval that is not given means (Twilio: ApprovalRequest status). */
const STATUS_WORDS: Readonly<Record<string, string>> = {
  unsubmitted: "Not submitted to WhatsApp for approval.",
  received: "WhatsApp has not decided yet.",
  pending: "WhatsApp has not decided yet.",
  rejected: "WhatsApp rejected it.",
  paused: "WhatsApp paused it because customers complained.",
  disabled: "WhatsApp disabled it because customers complained.",
};

/** All content templates of the account with their approvals (Twilio: Content API). Throws ChannelError. */
export async function listTemplates(call: CallTwilio, account: Account): Promise<MessageTemplate[]> {
  const templates: MessageTemplate[] = [];
  const seen = new Set<string>();
  let path: string | undefined = FIRST_PAGE;
  for (let pages = 0; path !== undefined && !seen.has(path) && pages < MAX_PAGES; pages++) {
    seen.add(path);
    const response = await call(account, { host: "content", method: "GET", path });
    const answer = readJsonAnswer(response.body);
    for (const entry of toList(answer.contents)) {
      const template = toTemplate(toObject(entry));
      if (template !== undefined) templates.push(template);
    }
    path = toNextPath(toObject(answer.meta)?.next_page_url);
  }
  return templates;
}

/** Path and query of the next page; its host is ours to choose, so that credentials go nowhere else. */
export function toNextPath(url: unknown): string | undefined {
  if (typeof url !== "string" || !URL.canParse(url, "https://content.twilio.com")) return undefined;
  const { pathname, search } = new URL(url, "https://content.twilio.com");
  return pathname + search;
}

function toTemplate(content: Json | undefined): MessageTemplate | undefined {
  const id = toText(content?.sid);
  if (content === undefined || id === undefined || id === "") return undefined;
  const text = textOf(toObject(content.types) ?? {});
  const approval = approvalOf(content.approval_requests);
  return {
    id,
    name: toText(content.friendly_name) ?? id,
    language: toText(content.language) ?? "",
    text,
    variables: variablesOf(toObject(content.variables) ?? {}, text),
    ...approval,
  };
}

/** The account's approvals come as one object, or as a list where there are several channels. */
function approvalOf(given: unknown): Pick<MessageTemplate, "approved" | "reason"> {
  const requests = Array.isArray(given) ? given : [given];
  const approvals = requests.map((request) => toObject(request)).filter((one) => one !== undefined);
  const approval = approvals.find(({ status }) => status === "approved") ?? approvals[0];
  const status = toText(approval?.status)?.toLowerCase() ?? "unsubmitted";
  if (status === "approved") return { approved: true };
  const reason = toText(approval?.rejection_reason)?.slice(0, MAX_REASON);
  if (reason !== undefined && reason !== "") return { approved: false, reason };
  const words = Object.hasOwn(STATUS_WORDS, status) ? STATUS_WORDS[status] : undefined;
  return { approved: false, reason: words ?? `WhatsApp's status: ${status.slice(0, 40)}.` };
}

/**
 * What a customer reads. A template may have several types for several channels; WhatsApp's own comes first, plain
 * text last (Twilio: Content types).
 */
function textOf(types: Json): string {
  const names = Object.keys(types).sort((one, other) => rankOf(one) - rankOf(other));
  for (const name of names) {
    const text = readableOf(toObject(types[name]) ?? {});
    if (text !== "") return text;
  }
  return "";
}

function rankOf(type: string): number {
  if (type.startsWith("whatsapp/")) return 0;
  return type === "twilio/text" ? 2 : 1;
}

function readableOf(type: Json): string {
  const lines = [type.header_text, type.title, type.body, type.subtitle, type.footer, type.label];
  const buttons = [...toList(type.actions), ...toList(type.items)].map((action) => {
    const { title, item } = toObject(action) ?? {};
    const name = title ?? item;
    return typeof name === "string" && name !== "" ? `[${name}]` : "";
  });
  const cards = toList(type.cards).map((card) => readableOf(toObject(card) ?? {}));
  return [...lines, ...cards, ...buttons]
    .filter((line): line is string => typeof line === "string" && line.trim() !== "")
    .join("\n");
}

/** Declared ones with their samples, and those that stand in the text alone; numbers in their order. */
function variablesOf(samples: Json, text: string): MessageTemplate["variables"] {
  const names = new Set(Object.keys(samples));
  for (const [, name] of text.matchAll(VARIABLE)) if (name !== undefined) names.add(name);
  return [...names]
    .sort((one, other) => Number(one) - Number(other) || 0)
    .map((name) => ({ name, sample: toId(samples[name]) ?? "" }));
}
