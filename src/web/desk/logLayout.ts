import type { MessageView } from "../../desk/contract";
import { dayName, isSameDay } from "../shared/time";
import { authorName } from "./people";
import { texts } from "./texts";

export interface LogEntry {
  message: MessageView;
  author: string;
  /** Day and part headings that stand above it. */
  dividers: string[];
  /** First of a run by one author: it carries the name. */
  startsGroup: boolean;
}

/** After a pause the author is named again. */
const GROUP_PAUSE_MS = 5 * 60_000;

/** Puts headings between days, before the helper's part and where an agent comes in. */
export function layOut(messages: MessageView[], me: string, customer: string): LogEntry[] {
  let agent: string | null = null;
  const withHelper = messages.findIndex((message) => message.author.kind === "bot");
  return messages.map((message, index) => {
    const before = messages[index - 1];
    const author = authorName(message.author, me, customer);
    const dividers: string[] = [];
    if (before === undefined || !isSameDay(before.occurredAt, message.occurredAt))
      dividers.push(dayName(message.occurredAt));
    if (index === withHelper) dividers.push(texts.panel.helperPart);
    if (message.author.kind === "agent" && message.author.id !== agent) {
      agent = message.author.id;
      dividers.push(texts.panel.agentPart(author));
    }
    return { message, author, dividers, startsGroup: dividers.length > 0 || !continues(before, message) };
  });
}

function continues(before: MessageView | undefined, message: MessageView): boolean {
  if (before === undefined || before.kind === "event") return false;
  const sameAuthor = before.author.kind === message.author.kind && before.author.id === message.author.id;
  return sameAuthor && Date.parse(message.occurredAt) - Date.parse(before.occurredAt) < GROUP_PAUSE_MS;
}
