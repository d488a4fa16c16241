import type { MessageView } from "../../desk/contract";
import { dayName, isSameDay } from "../shared/time";
import { authorName } from "./people";
import { collectReactions, type ReactionMark } from "./reactions";
import { texts } from "./texts";
import { changesAnother } from "./transcript";

export interface LogEntry {
  message: MessageView;
  author: string;
  /** Day and part headings that stand above it. */
  dividers: string[];
  /** First of a run by one author: it carries the name. */
  startsGroup: boolean;
  /** Absent when there are none. */
  reactions: ReactionMark[] | undefined;
  /** The message it answers; "elsewhere" when that is not in this transcript. */
  answers: { message: MessageView; author: string } | "elsewhere" | undefined;
}

/** After a pause the author is named again. */
const GROUP_PAUSE_MS = 5 * 60_000;

/**
 * Puts headings between days, before the helper's part and where an agent comes in. `all` is the whole transcript,
 * `shown` its end that is drawn: what only changes a drawn message (a reaction, an edit) shows there and not by itself.
 */
export function layOut(
  { all, shown }: { all: readonly MessageView[]; shown: readonly MessageView[] },
  me: string,
  customer: string,
): LogEntry[] {
  const nameOf = (message: MessageView) => authorName(message.author, me, customer);
  const drawn = new Set(shown.map((message) => message.id));
  const byId = new Map(all.map((message) => [message.id, message]));
  const reactions = collectReactions(all, nameOf);
  const rows = shown.filter((message) => !standsElsewhere(message, drawn));

  let agent: string | null = null;
  const withHelper = rows.findIndex((message) => message.author.kind === "bot");
  return rows.map((message, index) => {
    const before = rows[index - 1];
    const author = nameOf(message);
    const dividers: string[] = [];
    if (before === undefined || !isSameDay(before.occurredAt, message.occurredAt))
      dividers.push(dayName(message.occurredAt));
    if (index === withHelper) dividers.push(texts.panel.helperPart);
    const isEvent = message.kind === "event";
    // Who takes it from the helper again has joined again.
    if (message.event === "handoff.status") agent = null;
    if (!isEvent && message.author.kind === "agent" && message.author.id !== agent) {
      agent = message.author.id;
      dividers.push(texts.panel.agentPart(author));
    }
    const marks = reactions.get(message.id);
    return {
      message,
      author,
      dividers,
      startsGroup: dividers.length > 0 || !continues(before, message),
      reactions: marks?.length === 0 ? undefined : marks,
      answers: answered(message, byId, nameOf),
    };
  });
}

function standsElsewhere(message: MessageView, drawn: ReadonlySet<string>): boolean {
  if (message.replyToId === null || !drawn.has(message.replyToId)) return false;
  return message.reaction !== null || changesAnother(message);
}

function answered(
  { kind, replyToId }: MessageView,
  byId: ReadonlyMap<string, MessageView>,
  nameOf: (message: MessageView) => string,
): LogEntry["answers"] {
  if (kind === "event" || replyToId === null) return undefined;
  const message = byId.get(replyToId);
  return message === undefined ? "elsewhere" : { message, author: nameOf(message) };
}

function continues(before: MessageView | undefined, message: MessageView): boolean {
  if (before === undefined || before.kind === "event") return false;
  const sameAuthor = before.author.kind === message.author.kind && before.author.id === message.author.id;
  return sameAuthor && Date.parse(message.occurredAt) - Date.parse(before.occurredAt) < GROUP_PAUSE_MS;
}
