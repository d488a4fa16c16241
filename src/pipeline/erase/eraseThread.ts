import type { ConversationDoc, Effect, Head, Message, OutboundMessage } from "../../core/conversation";
import type { Doc, Stored } from "../../core/store";
import type { Closing } from "../effects/closing";
import type { Effects } from "../effects/effects";
import { BESIDE } from "../effects/effects";
import type { PipelinePorts } from "../ports";
import type { Threads } from "../threads";
import { bareRow, dropOffers, markHours } from "./rows";
import { dropDocs, threadPages } from "./threadDocs";
import { conversationOf, isIn, type ThreadPart } from "./threadPart";

/** Each round takes what came while the one before was at work. */
const MAX_ROUNDS = 10;
/** Documents in memory at a time, about. */
const MOST_DOCS = 1_000;
/** So long it waits for steps that are owed elsewhere. */
const STEPS_MS = 5_000;

/** "done", or what must be waited for: a message on its way to its platform, a step that another server is at, a customer who goes on writing. */
export type Erased = "done" | "sending" | "steps" | "busy";

export interface ThreadEraser {
  /**
   * Erases a thread or conversations of it: closes what is live, withdraws what was not sent, leaves figures in history
   * under `alias`. Whoever writes after that begins anew. Done twice is done once; throws StoreError.
   */
  erase(threadId: string, part: ThreadPart, alias: string): Promise<Erased>;
}

export function createThreadEraser(
  ports: PipelinePorts,
  parts: { threads: Threads; effects: Effects; closing: Closing },
): ThreadEraser {
  const { store } = ports;

  const readHead = (threadId: string) => store.read<Head>("threads", threadId, "head");

  /** No automatic word leaves while it is erased, and no dialog goes on. */
  async function hush(threadId: string): Promise<void> {
    await parts.threads.serially(threadId, async () => {
      for (let race = 0; race < MAX_ROUNDS; race++) {
        const head = await readHead(threadId);
        if (head === undefined) return;
        if (head.doc.optedOut === true && head.doc.survey === undefined) return;
        const { survey: _survey, dialog: _dialog, ...rest } = head.doc;
        if ((await parts.threads.commit(head, { ...rest, optedOut: true }, [], "erase")).ok) return;
      }
    });
  }

  async function closeLive(threadId: string, part: ThreadPart): Promise<void> {
    const live = (await readHead(threadId))?.doc.live;
    if (live === undefined || !isIn(part, live.id)) return;
    // As the helper's: what nobody has read does not keep it open.
    await parts.closing.close({ conversationId: live.id, holder: "bot" }, "forceClosed");
  }

  /** When the conversations of a part were: dead letters name none, and their time tells whose they are. */
  async function timesOf(threadId: string, part: ThreadPart): Promise<[from: number, to: number][]> {
    if (part === "all") return [];
    const times: [number, number][] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await store.query<ConversationDoc>("threads", "conversations", {
        partition: threadId,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { doc } of page.items)
        if (doc.type === "conversation" && isIn(part, doc.conversationId))
          times.push([doc.openedAt, doc.closedAt ?? ports.clock.now()]);
      if (page.next === undefined) return times;
      cursor = page.next;
    }
  }

  /** Some of what stands in the thread and is meant. Records of conversations go last: they lead to the rest. */
  async function gather(threadId: string, part: ThreadPart): Promise<Stored[]> {
    const times = await timesOf(threadId, part);
    const isMeant = (doc: Doc): boolean => {
      const conversationId = conversationOf(doc);
      if (doc.id === "head") return false;
      if (part === "all") return true;
      if (conversationId !== undefined) return isIn(part, conversationId);
      const { type, storedAt } = doc as Message;
      return type === "message" && times.some(([from, to]) => storedAt >= from && storedAt <= to);
    };
    const found: Stored[] = [];
    const records: Stored[] = [];
    for await (const page of threadPages(store, threadId)) {
      for (const stored of page)
        if (isMeant(stored.doc)) (stored.doc.type === "conversation" ? records : found).push(stored);
      if (found.length >= MOST_DOCS) break;
    }
    return found.length > 0 ? found : records;
  }

  /** Steps owed elsewhere are done first: one that came after its thread would leave a row that nobody removes. */
  async function settleSteps(threadId: string, part: ThreadPart): Promise<boolean> {
    const isStep = ({ doc }: Stored<Effect>) =>
      isIn(part, doc.conversationId) && !BESIDE.has(doc.effect.kind);
    for (const isLast of [false, true]) {
      const page = await store.query<Effect>("threads", "all", {
        partition: threadId,
        after: "effect~",
        upTo: "effect\u007f",
        limit: 1000,
      });
      const steps = page.items.filter(isStep);
      if (steps.length === 0) return true;
      if (!isLast) await work(threadId, steps);
    }
    return false;
  }

  /** What fails is tried again for as long as it takes, and holds up no other erasure meanwhile. */
  async function work(threadId: string, steps: readonly Stored<Effect>[]): Promise<void> {
    // Those that are at work already are in this process's hands.
    if (!parts.effects.isBusy(threadId)) for (const step of steps) void parts.effects.add(step);
    await new Promise<void>((resolve) => {
      const cancel = ports.clock.after(STEPS_MS, resolve);
      void parts.effects.settled(threadId).then(() => {
        cancel();
        resolve();
      });
    });
  }

  function isOnItsWay(stored: Stored): boolean {
    const { status, sending } = stored.doc as OutboundMessage;
    return status === "sending" && (sending?.until ?? 0) > ports.clock.now();
  }

  async function leaveFigures(docs: readonly Stored[], alias: string): Promise<void> {
    for (const { doc } of docs) {
      if (doc.type !== "conversation") continue;
      const { conversationId, closedAt } = doc as ConversationDoc;
      if (closedAt !== undefined)
        await bareRow(store, { conversationId, closedAt }, ports.clock.now(), alias);
    }
  }

  /** The head goes last and in the version in which nothing else was left; of a part only what it tells of that. */
  async function endHead(threadId: string, part: ThreadPart): Promise<boolean> {
    return parts.threads.serially(threadId, async () => {
      const head = await readHead(threadId);
      if ((await gather(threadId, part)).length > 0) return false;
      if (head === undefined) return true;
      if (part !== "all") {
        const next = withoutPart(head.doc, part);
        if (next === head.doc) return true;
        return (await parts.threads.commit(head, next, [], "erase")).ok;
      }
      if (head.doc.live !== undefined) return false;
      const result = await store.batch(
        "threads",
        threadId,
        [{ do: "delete", id: "head", etag: head.etag }],
        "eraseHead",
      );
      parts.threads.forget(threadId);
      return result.ok;
    });
  }

  async function round(
    threadId: string,
    part: ThreadPart,
    alias: string,
  ): Promise<Erased | "more" | "again"> {
    if (part === "all") await hush(threadId);
    await closeLive(threadId, part);
    if (!(await settleSteps(threadId, part))) return "steps";
    const docs = await gather(threadId, part);
    const ready = docs.filter((stored) => !isOnItsWay(stored));
    await leaveFigures(ready, alias);
    await markHours(
      store,
      ready.map(({ doc }) => doc),
    );
    if ((await dropDocs({ store, media: ports.media.store }, threadId, ready)) > 0) return "more";
    if (ready.length < docs.length) return "sending";
    await dropOffers(store, (id) => id.startsWith(`${threadId}.`) && isIn(part, id));
    return (await endHead(threadId, part)) ? "done" : "again";
  }

  return {
    async erase(threadId, part, alias) {
      for (let idle = 0; idle < MAX_ROUNDS; ) {
        const result = await round(threadId, part, alias);
        if (result === "again") idle += 1;
        else if (result !== "more") return result;
      }
      return "busy";
    },
  };
}

const OF_A_PERSON = [
  "choices",
  "dialog",
  "helperEnded",
  "asked",
  "lastInboundId",
  "notice",
  "profileAt",
] as const satisfies readonly (keyof Head)[];

/** A head that tells nothing more of conversations that are gone; the same when it tells nothing of them. */
function withoutPart(head: Head, part: Exclude<ThreadPart, "all">): Head {
  const last = Math.max(...part.map(({ to }) => to));
  const isTheirs = head.conversations <= last;
  const survey = head.survey !== undefined && isIn(part, head.survey.conversationId);
  const contact = head.contact !== undefined && part.some(({ from }) => from === head.contactFrom);
  if (!isTheirs && !survey && !contact) return head;
  const next: Head = { ...head };
  if (survey) delete next.survey;
  if (contact) {
    delete next.contact;
    delete next.contactFrom;
  }
  if (!isTheirs) return next;
  for (const key of OF_A_PERSON) delete next[key];
  return { ...next, customer: { id: head.customer.id } };
}
