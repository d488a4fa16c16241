import type { ShownNotice } from "../../core/consent";
import type { Head } from "../../core/conversation";
import type { WorkItemSeed } from "../../core/workItem";

/** What agents see beside the conversation, as its row holds it. */
export function toConsentFacts({
  optedOut,
  optedOutAt,
  notice,
}: Head): Pick<WorkItemSeed, "optedOut" | "notice"> {
  return {
    ...(optedOut === true ? { optedOut: optedOutAt ?? 0 } : {}),
    ...(notice === undefined ? {} : { notice: toShown(notice) }),
  };
}

const toShown = ({ noticeId, version, at, answer }: ShownNotice): ShownNotice => ({
  noticeId,
  version,
  at,
  ...(answer === undefined ? {} : { answer }),
});
