import type { Head, OutboundMessage } from "../core/conversation";
import { Conflict, messageOf, StoreError } from "../core/errors";
import { hashId, threadOf } from "../core/ids";
import type { TextByLanguage } from "../core/settingFields";
import { fillSlugs } from "../core/slugs";
import type { Change } from "../core/store";
import { transact } from "../core/transact";
import type { Announcement, WorkItem } from "../core/workItem";
import { ROUTING_GROUP } from "../core/workItem";
import { openingWords } from "../routing/hours/openHours";
import { automatedText, surveyOf } from "../routing/texts/automatedMessages";
import { inLanguage, languageIn, languageOf } from "../routing/texts/language";
import { itemId } from "../routing/workItems";
import { hearsNothingAutomatic } from "./consent/optOut";
import type { Look } from "./look";
import { beginSurvey } from "./plan/surveys";
import type { PipelinePorts } from "./ports";
import type { Deliverer } from "./send/deliver";
import { screenedOrFailed } from "./send/screening";
import { prepare } from "./send/transmit";
import { toSystemMessage } from "./systemMessage";
import type { Threads } from "./threads";

const MAX_RACES = 20;
/** What a server that was away for long left over is not true any more; only a survey can still be asked. */
const TOO_OLD_MS = 60 * 60 * 1000;

/**
 * Tells customers what happened without a person: each announcement is written to the thread's outbox under an id made
 * from its own, so that one that is worked twice is said once. Nothing is said where the reply window is shut, where the
 * customer has opted out or begun another conversation, or where an admin switched the text off meanwhile.
 */
export function createAnnouncer(
  ports: PipelinePorts,
  parts: { threads: Threads; deliverer: Deliverer; look: Look },
) {
  const busy = new Set<string>();
  let stopped = false;
  let unsubscribe: (() => void) | undefined;

  async function work(announcement: Announcement): Promise<void> {
    const { id, conversationId } = announcement;
    const threadId = threadOf(conversationId);
    if (busy.has(id) || stopped) return;
    busy.add(id);
    try {
      if (threadId !== undefined) await parts.threads.serially(threadId, () => say(threadId, announcement));
      await transact(ports.store, "routing", ROUTING_GROUP, "announced", async (tx) => {
        if ((await tx.read(id)) !== undefined) tx.remove(id);
      });
    } catch (error) {
      ports.log.warn({ conversationId, error: messageOf(error) }, "an announcement waits for the sweep");
    } finally {
      busy.delete(id);
    }
  }

  async function say(threadId: string, announcement: Announcement): Promise<void> {
    for (let race = 0; race < MAX_RACES; race++) {
      const { head } = await parts.look(threadId);
      if (head === undefined || isPast(head.doc, announcement, ports.clock.now())) return;
      const plan = await toPlan(ports, head.doc, announcement);
      if (plan === undefined) return;
      const message = await screenedOrFailed(ports, plan.head, plan.message);
      if (message.status === "failed" || !(await isSendable(plan.head, message))) return;
      const [begun] = parts.deliverer.begin(plan.head, [message]);
      const doc = begun ?? message;
      const result = await parts.threads.commit(head, plan.head, [{ do: "create", doc }], "announce");
      if (result.ok) return parts.deliverer.add(plan.head, [{ doc, etag: result.etags[1] ?? "" }]);
      if (result.reason === "exists") return;
    }
    throw new Conflict("CHANGED_MEANWHILE");
  }

  /** A shut window, or an account that cannot send: it is not said. Automated texts never wait for better times. */
  async function isSendable(head: Head, message: OutboundMessage): Promise<boolean> {
    try {
      await prepare(ports, head, message);
      return true;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      ports.log.info(
        { threadId: head.threadId, reason: messageOf(error) },
        "an automated message was not sent",
      );
      return false;
    }
  }

  /** What this process commits it says at once; the sweep says what others left. */
  function watch(changes: Change[]): void {
    for (const { container, doc, elsewhere } of changes)
      if (container === "routing" && doc?.type === "announcement" && elsewhere !== true)
        void work(doc as Announcement);
  }

  return {
    start(): void {
      unsubscribe = ports.store.subscribe(watch);
    },
    work,
    busy: () => busy.size,
    stop(): void {
      stopped = true;
      unsubscribe?.();
    },
  };
}

export type Announcer = ReturnType<typeof createAnnouncer>;

interface Plan {
  head: Head;
  message: OutboundMessage;
}

/** Not to be said any more: the customer wants to hear nothing automatic, speaks of something new, or it is old. */
function isPast(head: Head, { conversationId, trigger, values, due }: Announcement, now: number): boolean {
  if (hearsNothingAutomatic(head)) return true;
  if (head.live !== undefined && head.live.id !== conversationId) return true;
  if (trigger !== "survey") return now - due > TOO_OLD_MS;
  return (head.lastInboundSeq ?? 0) > Number(values.seen ?? Number.POSITIVE_INFINITY);
}

/** The message and the head as it will be; undefined when nothing is to be said (any more). */
async function toPlan(
  ports: PipelinePorts,
  head: Head,
  announcement: Announcement,
): Promise<Plan | undefined> {
  const { conversationId, trigger, values } = announcement;
  const settings = ports.settings.current();
  const where = {
    channel: head.channel,
    instanceId: head.instanceId,
    workstreamId: head.live?.workstreamId ?? settings.instances.get(head.instanceId)?.workstream ?? "",
  } satisfies Pick<WorkItem, "channel" | "instanceId" | "workstreamId">;
  const language = languageOf(settings, head.customer, head.instanceId);
  const id = hashId("out", announcement.id);
  const now = ports.clock.now();
  if (trigger === "survey") {
    const surveyId = String(values.survey);
    if (surveyOf(settings, where) !== surveyId) return undefined;
    return beginSurvey({ settings, head, conversationId, id, surveyId, language, now });
  }
  const texts = automatedText(settings, trigger, where);
  if (texts === undefined) return undefined;
  const text = await fill(ports, head, announcement, texts, language);
  return {
    head: { ...head, seq: head.seq + 1 },
    message: toSystemMessage({ head, conversationId, id, text, now }),
  };
}

async function fill(
  ports: PipelinePorts,
  head: Head,
  { conversationId, values }: Announcement,
  texts: TextByLanguage,
  language: string,
): Promise<string> {
  const text = inLanguage(texts, language);
  const opening =
    typeof values.OpensAt === "number"
      ? {
          OpensAt: openingWords(
            values.OpensAt,
            String(values.TimeZone ?? "UTC"),
            // Not the customer's own language when the text has another one.
            sameLanguage(languageIn(texts, language), language),
            ports.clock.now(),
          ),
        }
      : {};
  const variables = text.includes("{$") ? await variablesOf(ports, head, conversationId) : {};
  return fillSlugs(text, { CustomerName: head.customer.name ?? "", ...values, ...opening }, variables);
}

/** The customer's own variety of the language that the text is in, else the text's. */
function sameLanguage(ofText: string, ofCustomer: string): string {
  const base = (name: string) => name.toLowerCase().split("-")[0];
  return base(ofText) === base(ofCustomer) ? ofCustomer : ofText;
}

/** The helper's variables, and those that routing found out. */
async function variablesOf(
  ports: PipelinePorts,
  head: Head,
  conversationId: string,
): Promise<Record<string, string | number>> {
  const item = await ports.store.read<WorkItem>("routing", ROUTING_GROUP, itemId(conversationId));
  return { ...head.live?.context, ...item?.doc.context };
}
