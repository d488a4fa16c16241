import type { CustomerProfile } from "../../core/channel";
import { BUSINESS_SCOPED_ID, type Form, firstOf, isWhatsApp, withoutPrefix } from "./wire";

const PHONE = /^\+[1-9]\d{6,14}$/;
const MAX_NAME = 200;

/** The customer's id: the phone number where there is one, else the business-scoped id, without "whatsapp:". */
export function toCustomerId(address: string, form: Form): string {
  const id = withoutPrefix(address);
  if (!isWhatsApp(address) || !BUSINESS_SCOPED_ID.test(id)) return id;
  const digits = firstOf(form, "WaId");
  return digits !== undefined && /^\d{6,15}$/.test(digits) ? `+${digits}` : id;
}

/**
 * What a webhook tells about the customer; undefined when that is nothing. On SMS the place names of Twilio describe
 * the number, not the person, so they are no facts about anybody (Twilio: Webhooks, "FromCity").
 */
export function toProfile(address: string, form: Form): CustomerProfile | undefined {
  const customerId = toCustomerId(address, form);
  const name = clean(firstOf(form, "ProfileName"));
  // The parameter's name differs between Twilio's accounts.
  const screenName = clean(firstOf(form, "ProfileUsername") ?? firstOf(form, "Username"))?.replace(/^@/, "");
  const aliases = isWhatsApp(address) ? aliasesOf(address, form, customerId) : [];
  const profile: CustomerProfile = {
    ...(name === undefined ? {} : { name }),
    ...(screenName === undefined || screenName === "" ? {} : { screenName }),
    ...(PHONE.test(customerId) ? { phone: customerId } : {}),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
  return Object.keys(profile).length === 0 ? undefined : profile;
}

/** Business-scoped ids beside the one in use: of our own business and of the group it belongs to. */
function aliasesOf(address: string, form: Form, customerId: string): string[] {
  const given = [address, firstOf(form, "ExternalUserId"), firstOf(form, "ParentExternalUserId")];
  const ids = given.map((id) => withoutPrefix(id ?? ""));
  return [...new Set(ids)].filter((id) => id !== customerId && BUSINESS_SCOPED_ID.test(id));
}

/** Without NUL, which some telephones send, and at a length that a page can show. */
export function clean(text: string | undefined): string | undefined {
  const kept = text?.replaceAll("\0", "").trim().slice(0, MAX_NAME).trim();
  return kept === "" ? undefined : kept;
}
