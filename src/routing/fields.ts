import type { WorkItemSeed } from "../core/conversation";
import type { FieldCatalogue, Scope } from "../expressions/compile";

/** Fields that routing rules may use, each with the attribute of the classic products that it serves. */
export const RULE_FIELDS = {
  "customer.name": "text", // Customer name
  "customer.firstName": "text",
  "customer.lastName": "text",
  "customer.id": "text", // User Page Scoped Id
  "customer.locale": "text", // Locale
  "customer.timezone": "number", // Timezone: hours from GMT, 5.5
  "customer.screenName": "text", // Customer screen name
  "customer.followers": "number", // Followers count
  "customer.friends": "number", // Friends count
  "customer.phone": "text", // Customer phone number
  "instance.id": "text",
  "instance.name": "text",
  "instance.number": "text", // Org phone number
  "instance.language": "text",
  channel: "text",
  "message.text": "text", // Customer first message
  "conversation.returning": "boolean",
  "context.*": "any", // variables from the helper
} as const satisfies FieldCatalogue;

export interface InstanceFacts {
  id: string;
  name: string;
  externalId: string;
  language?: string | undefined;
}

/** The values that rules see for one conversation. */
export function toRuleScope(
  seed: WorkItemSeed,
  instance: InstanceFacts | undefined,
  returning: boolean,
): Scope {
  const { customer } = seed;
  const [firstName = "", ...rest] = (customer.name ?? "").split(" ");
  return {
    customer: { ...customer, firstName, lastName: rest.join(" ") },
    instance: instance && { ...instance, number: instance.externalId },
    channel: seed.channel,
    message: { text: seed.lastText },
    conversation: { returning },
    context: seed.context ?? {},
  };
}
