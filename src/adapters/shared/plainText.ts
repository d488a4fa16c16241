import type { Activity } from "../../core/activity";

/**
 * All of an activity that plain text can say: its text, its suggested actions as a numbered list, its attachments as
 * links. "" when there is nothing to send.
 */
export function toPlainText(activity: Activity): string {
  const text = activity.text ?? "";
  if (activity.suggestedActions === undefined && activity.attachments === undefined) return text;
  const choices = (activity.suggestedActions?.actions ?? []).map(
    ({ title }, index) => `${index + 1}. ${title}`,
  );
  const links = (activity.attachments ?? []).flatMap(({ contentUrl, name }) => {
    if (contentUrl === undefined || !/^https?:/.test(contentUrl)) return [];
    return [name === undefined ? contentUrl : `${name}: ${contentUrl}`];
  });
  return [text, ...choices, ...links].filter((line) => line !== "").join("\n");
}
