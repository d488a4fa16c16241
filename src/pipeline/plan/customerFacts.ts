import type { CustomerProfile } from "../../core/channel";
import type { InboundMessage } from "../../core/conversation";
import type { Customer } from "../../core/workItem";

/** The customer with what a message's webhook tells; the same object when that is nothing new. */
export function withFacts(customer: Customer, inbound: InboundMessage): Customer {
  const { profile, author } = inbound;
  const named = profile?.name === undefined && author.name !== undefined ? { name: author.name } : undefined;
  return withProfile(customer, named === undefined ? profile : { ...profile, ...named });
}

/** The customer with a profile's facts over the older ones. */
export function withProfile(customer: Customer, profile: CustomerProfile | undefined): Customer {
  if (profile === undefined) return customer;
  const known = customer as unknown as Record<string, unknown>;
  const fresh = Object.entries(profile).filter(
    ([name, value]) =>
      value !== undefined && value !== "" && JSON.stringify(known[name]) !== JSON.stringify(value),
  );
  return fresh.length === 0 ? customer : { ...customer, ...Object.fromEntries(fresh) };
}
