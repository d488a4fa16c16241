import type { ConversationView, MessageView } from "../../desk/contract";
import { texts } from "./texts";

/** What to call a customer: the best name that the channel gave. */
export function customerName(customer: ConversationView["customer"]): string {
  return customer.name ?? customer.screenName ?? customer.phone ?? customer.id;
}

/** A second name beside the first, for example the handle or the number. */
export function customerDetail(customer: ConversationView["customer"]): string | null {
  const detail = customer.screenName ?? customer.phone;
  return detail === customerName(customer) ? null : detail;
}

/** "GM" for "Gilda Moore"; a number's last two digits. */
export function initials(name: string): string {
  const words = name.match(/\p{L}+/gu);
  if (words === null) return name.slice(-2);
  const last = words.length > 1 ? words.at(-1) : undefined;
  return `${words[0]?.charAt(0) ?? ""}${last?.charAt(0) ?? ""}`.toUpperCase();
}

/** Who wrote a message, in words. */
export function authorName(author: MessageView["author"], me: string, customer: string): string {
  if (author.kind === "agent" && author.id === me) return texts.authors.you;
  if (author.name !== null && author.name !== "") return author.name;
  return author.kind === "customer" ? customer : texts.authors[author.kind];
}
