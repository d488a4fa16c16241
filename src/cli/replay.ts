import { isoTime, systemClock } from "../core/clock";
import type { InboundMessage } from "../core/conversation";
import { NotFound } from "../core/errors";
import type { Store } from "../core/store";
import { createDeadLetters } from "../pipeline/deadLetters";
import { type Command, UsageError } from "./command";
import { needStore, readSettings, withStore } from "./dataFolder";
import { findServer, type RunningServer } from "./operator";

/** A dead letter in one line; what the customer wrote stays out of the terminal. */
interface DeadLetter {
  threadId: string;
  messageId: string;
  channel: string;
  instance: string;
  deadAt: string;
  reason: { code: string; message: string };
  correlationId: string | null;
}

interface DeadLetters {
  page(cursor: string | undefined): Promise<{ items: DeadLetter[]; next?: string | null }>;
  replay(letter: DeadLetter): Promise<void>;
}

export const replay: Command = {
  name: "replay",
  usage: "[--list] [ID… | --all]",
  summary: "Puts dead letters (messages nobody could work) back into the inbox.",
  details: [
    "  --list   tells them with their reasons, newest first; so does the command without anything",
    "  --all    replays every one",
    "",
    "A running server works them at once; without one they are worked when it starts.",
  ].join("\n"),
  options: { list: { type: "boolean" }, all: { type: "boolean" } },
  words: { min: 0, max: 1000 },
  async run({ words, options, environment, say }) {
    const all = options.all === true;
    if (all && words.length > 0) throw new UsageError("give IDs or --all, not both");
    const config = readSettings(environment);
    const server = await findServer(config.dataFolder);
    const job = (letters: DeadLetters) =>
      options.list === true || (!all && words.length === 0)
        ? list(letters, say)
        : replayEach(letters, all ? undefined : words, say);
    if (server !== undefined) return job(overApi(server));
    needStore(config);
    await withStore(config, async ({ store }) => job(await inStore(store)));
  },
};

async function list(letters: DeadLetters, say: (line: string) => void): Promise<void> {
  let count = 0;
  for await (const letter of everyOne(letters)) {
    const { messageId, deadAt, channel, instance, reason, correlationId } = letter;
    const found = correlationId === null ? "" : `  (${correlationId})`;
    say(`${messageId}  ${deadAt}  ${channel} ${instance}  ${reason.code}: ${reason.message}${found}`);
    count += 1;
  }
  if (count === 0) say("There are no dead letters.");
}

async function replayEach(
  letters: DeadLetters,
  ids: readonly string[] | undefined,
  say: (line: string) => void,
): Promise<void> {
  const found: DeadLetter[] = [];
  for await (const letter of everyOne(letters))
    if (ids?.includes(letter.messageId) ?? true) found.push(letter);
  const missing = ids?.filter((id) => !found.some((letter) => letter.messageId === id)) ?? [];
  for (const letter of found) {
    await letters.replay(letter);
    say(`replayed ${letter.messageId}`);
  }
  if (missing.length > 0) throw new NotFound("NOT_FOUND", `There is no dead letter ${missing.join(", ")}.`);
  if (found.length === 0) say("There are no dead letters.");
}

async function* everyOne(letters: DeadLetters): AsyncGenerator<DeadLetter> {
  let cursor: string | undefined;
  do {
    const page = await letters.page(cursor);
    yield* page.items;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

function overApi(server: RunningServer): DeadLetters {
  return {
    async page(cursor) {
      const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      return (await server.call("GET", `/api/admin/dead-letters${query}`)) as {
        items: DeadLetter[];
        next: string | null;
      };
    },
    async replay({ threadId, messageId }) {
      await server.call("POST", "/api/admin/dead-letters/replay", { threadId, messageId });
    },
  };
}

/** Without a server nobody works the message now: the next one finds it in the inbox. */
async function inStore(store: Store): Promise<DeadLetters> {
  const instances = await store.query("settings", "all", { partition: "instances", limit: 1000 });
  const known = new Set(instances.items.map(({ doc }) => doc.id));
  const dead = createDeadLetters(
    { store, clock: systemClock, isConfigured: (id) => known.has(id) },
    { add() {} },
  );
  return {
    async page(cursor) {
      const page = await dead.list({ limit: 100, ...(cursor === undefined ? {} : { cursor }) });
      const items = page.items.map(({ doc }) => toDeadLetter(doc));
      return page.next === undefined ? { items } : { items, next: page.next };
    },
    replay: ({ threadId, messageId }) => dead.replay(threadId, messageId),
  };
}

function toDeadLetter(doc: InboundMessage): DeadLetter {
  return {
    threadId: doc.threadId,
    messageId: doc.id,
    channel: doc.channel,
    instance: doc.instanceExternalId,
    deadAt: isoTime(doc.deadAt ?? doc.storedAt),
    reason: doc.deadReason ?? { code: "TURN_FAILED", message: "" },
    correlationId: doc.correlationId ?? null,
  };
}
