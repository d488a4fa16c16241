import type { ConversationView, MessageView } from "../../desk/contract";
import { texts } from "./texts";

/** What to call a customer: the best name that the channel gave. */
export function customerName(customer: ConversationView["customer"]): string {
  return customer.name ?? customer.screenName ?? customer.phone ?? customer.id;
}

/** What to call who writes in a conversation: the contact's name, once somebody knows who it is. */
export function nameIn({ contact, customer }: Pick<ConversationView, "contact" | "customer">): string {
  return contact?.name ?? customerName(customer);
}

/** The handle beside the name: "@tomito"; null where the channel has none or it is the name already. */
export function customerHandle(customer: ConversationView["customer"]): string | null {
  const { screenName } = customer;
  return screenName === null || screenName === customerName(customer)
    ? null
    : `@${screenName.replace(/^@/, "")}`;
}

const languages = new Intl.DisplayNames("en", { type: "language" });

/** "American English" for "en_US"; the locale itself where it says nothing. */
export function languageName(locale: string): string {
  try {
    return languages.of(locale.replaceAll("_", "-")) ?? locale;
  } catch {
    return locale;
  }
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

/** The time of day where it is `hours` from GMT: "14:05". */
export function localTime(hours: number, now: number): string {
  return clock.format(now + hours * 3_600_000);
}

/** "GMT+5:30". */
export function zoneName(hours: number): string {
  const minutes = Math.round(Math.abs(hours) * 60);
  const rest = minutes % 60 === 0 ? "" : `:${String(minutes % 60).padStart(2, "0")}`;
  return minutes === 0 ? "GMT" : `GMT${hours < 0 ? "−" : "+"}${Math.floor(minutes / 60)}${rest}`;
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
