import type { Inbound } from "../../core/channel";
import { hashId } from "../../core/ids";
import { type Json, toId, toObject, toText, toTimeMs } from "../shared/narrow";
import type { Entry } from "./origin";
import { isPrimary } from "./threadControl";
import { CHANNEL } from "./wire";

/** What Meta tells the page's owner, not out of a conversation; undefined for everything else. */
export function toNotice(item: Json, entry: Entry): Inbound | undefined {
  const policy = toObject(item.policy_enforcement) ?? toObject(item["policy-enforcement"]);
  if (policy !== undefined) return build(item, entry, { ...toPolicy(policy), code: "policyEnforcement" });
  const roles = toObject(item.app_roles);
  // With a customer beside it, it is about one conversation.
  if (roles === undefined || toId(toObject(item.sender)?.id) !== undefined) return undefined;
  const words = isPrimary(roles, entry.applicationId)
    ? ({ level: "info", text: "This application is first for new conversations of the page." } as const)
    : ({
        level: "warning",
        text:
          "Another application is first for new conversations of the page, so customers who write get no answer from here. " +
          "On Facebook, under the page's settings > Advanced messaging > Conversation routing, make this one the default application.",
      } as const);
  return build(item, entry, { ...words, code: "applicationRoles" });
}

type Words = Pick<Inbound & { kind: "notice" }, "level" | "text">;

/** A warning, a block or its end (Meta: messaging_policy_enforcement). */
function toPolicy({ action, reason }: Json): Words {
  const why = toText(reason)?.trim().replace(/\.$/, "") || "Meta gives no reason";
  if (action === "unblock")
    return { level: "info", text: `Facebook lets the page send messages again: ${why}.` };
  if (action === "block") {
    return {
      level: "error",
      text:
        `Facebook has blocked the page from sending messages: ${why}. ` +
        "Look at Page Quality and the Support Inbox on Facebook and request a review there.",
    };
  }
  return {
    level: "warning",
    text:
      `Facebook warns the page for a breach of its messaging policy: ${why}. ` +
      "Look at Page Quality on Facebook; after further warnings the page is blocked from sending.",
  };
}

function build(item: Json, entry: Entry, words: Words & { code: string }): Inbound {
  const pageId = entry.pageId ?? toId(toObject(item.recipient)?.id);
  const occurredAt = toTimeMs(item.timestamp) ?? entry.time;
  return {
    kind: "notice",
    channel: CHANNEL,
    ...(pageId === undefined ? {} : { instanceExternalId: pageId }),
    ...(occurredAt === undefined ? {} : { occurredAt }),
    key: hashId("", pageId ?? "", String(occurredAt ?? ""), JSON.stringify(item)),
    ...words,
  };
}
