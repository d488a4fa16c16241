import type { Inbound } from "../../core/channel";
import { toCustomerId } from "./customer";
import { type Form, type TwilioChannel, toRaw, withoutPrefix } from "./wire";

/** Twilio left out what we need: kept whole for a person to look at. `customer` and `instance` are addresses. */
export function toIncomplete(item: {
  form: Form;
  channel: TwilioChannel;
  customer: string | undefined;
  instance: string | undefined;
  key: string;
  reason: string;
}): Inbound {
  const { form, channel, customer, instance, key, reason } = item;
  return {
    kind: "unsupported",
    channel,
    ...(instance === undefined ? {} : { instanceExternalId: withoutPrefix(instance) }),
    ...(customer === undefined ? {} : { customerId: toCustomerId(customer, form) }),
    key,
    reason,
    raw: toRaw(form),
  };
}
