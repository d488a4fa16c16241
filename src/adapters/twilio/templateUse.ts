import type { Activity } from "../../core/activity";
import type { TemplateUse } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toObject, toText } from "../shared/narrow";

const TEMPLATE_SID = /^HX[0-9a-fA-F]{32}$/;
const LEFT_OPEN = /\{\{\s*([\w.-]{1,60})\s*\}\}/g;

/** The pairs of a call that sends a template. */
export interface TemplatePairs {
  contentSid: string;
  /** JSON; undefined when the template has no variables. */
  contentVariables: string | undefined;
}

/**
 * What `channelData.template` asks for; undefined when it asks for none. Throws ChannelError CHANNEL_REFUSED when the
 * template cannot be sent so: Twilio puts its sample into a variable without a value, and refuses an empty one or one
 * with line breaks (Twilio: errors 21655, 21656).
 */
export function readTemplateUse(activity: Activity): TemplatePairs | undefined {
  const template = toObject(activity.channelData)?.template;
  if (template === undefined || template === null) return undefined;
  const use: Partial<Record<keyof TemplateUse, unknown>> | undefined = toObject(template);
  const id = toText(use?.id) ?? "";
  if (!TEMPLATE_SID.test(id)) {
    throw refuse("This message template has no id of Twilio's (HX and 32 digits). Choose another one.");
  }
  const variables = toObject(use?.variables) ?? {};
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, value] of Object.entries(variables)) {
    const text = typeof value === "number" ? String(value) : (toText(value) ?? "");
    const line = text.replace(/\s+/g, " ").trim();
    if (line === "") missing.push(name);
    else values[name] = line;
  }
  for (const [, name = ""] of (activity.text ?? "").matchAll(LEFT_OPEN)) {
    if (!Object.hasOwn(variables, name)) missing.push(name);
  }
  if (missing.length > 0) {
    const names = [...new Set(missing)].map((name) => `{{${name.slice(0, 60)}}}`).join(", ");
    throw refuse(`The message template needs a value for ${names}. Fill it in and send again.`);
  }
  const isEmpty = Object.keys(values).length === 0;
  return { contentSid: id, contentVariables: isEmpty ? undefined : JSON.stringify(values) };
}

function refuse(words: string): ChannelError {
  return new ChannelError("CHANNEL_REFUSED", words, { retryable: false });
}
