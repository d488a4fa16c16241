import type { SettingsSnapshot } from "../core/settings";
import type { QUICK_REPLY_SLUGS } from "../core/slugs";
import { fillSlugs } from "../core/slugs";
import type { QuickReplyView } from "./contract";
import type { Masking } from "./masking";
import type { ItemFacts } from "./present";

export interface QuickReplyWish {
  settings: SettingsSnapshot;
  item: ItemFacts;
  agentName: string;
  masking: Masking;
  /** Words that title, text or tags must hold, each of them; "#word": a tag that begins so. */
  search?: string | undefined;
  /** Those of this language first; else the customer's, else English. */
  language?: string | undefined;
}

/** Ready answers for one conversation, filled in: those of the language first, then by title. */
export function quickRepliesFor(wish: QuickReplyWish): QuickReplyView[] {
  const { settings, item, search = "" } = wish;
  const language = wish.language ?? languageOf(item.customer.locale) ?? "en";
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const fill = filler(wish);
  return [...settings.quickReplies.values()]
    .filter(({ workstreams }) => workstreams.length === 0 || workstreams.includes(item.workstreamId))
    .map(({ id, title, language: own, text, tags }) => ({ id, title, language: own, text: fill(text), tags }))
    .filter((reply) => words.every((word) => holds(reply, word)))
    .sort(
      (a, b) =>
        distance(a.language, language) - distance(b.language, language) || a.title.localeCompare(b.title),
    );
}

/** What the helper wrote down of the customer's words is hidden from agents like the words themselves. */
function filler({ settings, item, agentName, masking }: QuickReplyWish): (text: string) => string {
  const values: Record<(typeof QUICK_REPLY_SLUGS)[number], string | undefined> = {
    CustomerName: item.customer.name,
    AgentName: agentName,
    QueueName: settings.queues.get(item.queueId ?? "")?.name,
  };
  const variables = Object.fromEntries(
    Object.entries(item.context ?? {}).map(([name, value]) => [
      name,
      masking.mask(String(value), "customer"),
    ]),
  );
  return (text) => fillSlugs(text, values, variables);
}

function holds({ title, text, tags }: QuickReplyView, word: string): boolean {
  if (word.startsWith("#")) return tags.some((tag) => tag.toLowerCase().startsWith(word.slice(1)));
  return [title, text, ...tags].some((part) => part.toLowerCase().includes(word));
}

/** Platforms write "pt_BR", settings "pt-BR". */
const languageOf = (locale: string | undefined): string | undefined =>
  locale === undefined || locale === "" ? undefined : locale.replaceAll("_", "-");

/** 0: the same language; 1: another country's; 2: another language. */
function distance(language: string, wanted: string): number {
  const [a, b] = [language.toLowerCase(), wanted.toLowerCase()];
  if (a === b) return 0;
  return a.split("-", 1)[0] === b.split("-", 1)[0] ? 1 : 2;
}
