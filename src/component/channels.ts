import { facebook } from "../adapters/facebook";
import { sms } from "../adapters/sms";
import { twitter } from "../adapters/twitter";
import { whatsapp } from "../adapters/whatsapp";
import type { Channel, ChannelDefinition, Field } from "../core/channel";

/** The channels that the component offers, by the name under which a bot's settings list their adapters. */
export const ADAPTERS: Readonly<Record<string, Channel>> = {
  "Switchboard.Facebook": facebook,
  "Switchboard.Twitter": twitter,
  "Switchboard.Sms": sms,
  "Switchboard.WhatsApp": whatsapp,
};

/** What only Switchboard's server does: tell people's files and tags from a bot's, and register webhooks. */
const SERVER_ONLY: ReadonlySet<string> = new Set([
  "agentAttachments",
  "customerAttachments",
  "environmentName",
  "humanAgentTag",
]);

/** Channels whose platform signs the address that it posts to. */
const SIGNS_ADDRESS: ReadonlySet<string> = new Set(["sms", "whatsapp"]);

const PUBLIC_URL: Field = {
  name: "publicUrl",
  title: "Public URL",
  kind: "text",
  required: true,
  pattern: "^https?://[^\\s?#]+$",
  help: "What stands before the path in the webhook's address, as the platform calls it: it is signed.",
};

/** Fields of a channel's account that an adapter alone makes use of. */
export function accountFieldsOf({ id, accountFields }: ChannelDefinition): readonly Field[] {
  const used = accountFields.filter(({ name }) => !SERVER_ONLY.has(name));
  return SIGNS_ADDRESS.has(id) ? [...used, PUBLIC_URL] : used;
}

/** Fields of a page, handle or number that an adapter alone makes use of, without its id. */
export function instanceFieldsOf({ instance }: ChannelDefinition): readonly Field[] {
  return instance.fields.filter(({ name }) => !SERVER_ONLY.has(name));
}

/** Other channels that have their instances in the same list: then each entry says whose it is. */
export function sharesList({ id, instance }: ChannelDefinition): boolean {
  return Object.values(ADAPTERS).some(
    ({ definition }) => definition.id !== id && definition.instance.listKey === instance.listKey,
  );
}
