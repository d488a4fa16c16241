import type { ChannelDefinition, Field } from "../../core/channel";
import { withoutPrefix } from "./wire";

/** Characters of one message's Body, both channels (Twilio: error 21617). */
export const BODY_LENGTH = 1600;

/** What both channels of an account have in common: one account SID, one list of numbers. */
export const twilioDefinition = {
  provider: "twilio",
  providerTitle: "Twilio",
  accountFields: [
    {
      name: "accountSid",
      title: "Account SID",
      kind: "text",
      required: true,
      pattern: "^AC[0-9a-fA-F]{32}$",
      help: "Account Info on the first page of Twilio's console.",
    },
    {
      name: "authToken",
      title: "Auth Token",
      kind: "secret",
      required: true,
      help: "Account Info on the first page of Twilio's console; the primary token, not an API key. Webhooks are checked with it.",
    },
  ],
} as const satisfies Pick<ChannelDefinition, "provider" | "providerTitle" | "accountFields">;

/** Switches of a number that both channels have; the pipeline keeps to them. */
export const attachmentFields: readonly Field[] = [
  {
    name: "customerAttachments",
    title: "File attachments from customers",
    kind: "text",
    required: false,
    options: ["on", "off"],
    default: "on",
    help: "off: customers can still send files, but agents get none and see that one was sent.",
  },
  {
    name: "agentAttachments",
    title: "File attachments from agents",
    kind: "text",
    required: false,
    options: ["on", "off"],
    default: "on",
    help: "off: agents cannot attach files. Which files work depends on the channel; others go as links.",
  },
];

/** Settings that both channels' numbers share. */
export const numberIdentity = {
  noun: "number",
  listKey: "numbers",
  idField: "number",
  normaliseId: normaliseNumber,
} as const;

/**
 * A configured number as Twilio writes it in webhooks: "14252306549", "whatsapp:+1 425-230-6549" and "001425…" become
 * "+14252306549". Short codes and alphanumeric senders stay as they are, and so does what is no number at all.
 */
export function normaliseNumber(text: string): string {
  const trimmed = text.trim();
  const address = withoutPrefix(trimmed.replace(/^whatsapp:\s*/i, "whatsapp:")).trim();
  if (/[^\d\s()+./-]/.test(address)) return address;
  const digits = address.replace(/\D/g, "").replace(/^00/, "");
  // Twilio's numbers have at least 7 digits; shorter ones are short codes.
  if (/^[1-9]\d{6,14}$/.test(digits)) return `+${digits}`;
  return address.replace(/[\s().-]/g, "");
}
