import type { Announcement, Head, OutboundMessage, WorkItem } from "../core/conversation";
import { ROUTING_GROUP } from "../core/conversation";
import { ChannelError, messageOf } from "../core/errors";
import { hashId, threadOf } from "../core/ids";
import type { TextByLanguage } from "../core/settingFields";
import { fillSlugs } from "../core/slugs";
import type { Change } from "../core/store";
import { transact } from "../core/transact";
import { automatedText } from "../routing/automatedMessages";
import { inLanguage, languageOf } from "../routing/language";
import type { Deliverer } from "./deliver";
import type { Look } from "./look";
import type { PipelinePorts } from "./ports";
import { beginSurvey } from "./surveys";
import { toSystemMessage } from "./systemMessage";
import type { Threads } from "./threads";
import { prepare } from "./transmit";

const MAX_RACES = 20;

/**
 * Tells customers what happened without a person: each announcement is written to the thread's outbox under an id made
 * from its own, so that one that is worked twice is said once. Nothing is said where the reply window is shut, where the
 * customer has opted out, or where an admin switched the text off meanwhile.
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
      if (head === undefined || head.doc.optedOut === true) return;
      const plan = toPlan(ports, head.doc, announcement);
      if (plan === undefined || !(await isSendable(plan.head, plan.message))) return;
      const [begun] = parts.deliverer.begin(plan.head, [plan.message]);
      const doc = begun ?? plan.message;
      const result = await parts.threads.commit(head, plan.head, [{ do: "create", doc }], "announce");
      if (result.ok) return parts.deliverer.add(plan.head, [{ doc, etag: result.etags[1] ?? "" }]);
      if (result.reason === "exists") return;
    }
  }

  /** A shut window, or an account that cannot send: it is not said. Automated texts never wait for better times. */
  async function isSendable(head: Head, message: OutboundMessage): Promise<boolean> {
    try {
      await prepare(ports, head, message);
      return true;
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      ports.log.info({ threadId: head.threadId, reason: error.message }, "an automated message was not sent");
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

/** The message and the head as it will be; undefined when nothing is to be said (any more). */
function toPlan(ports: PipelinePorts, head: Head, announcement: Announcement): Plan | undefined {
  const { conversationId, trigger, values } = announcement;
  const settings = ports.settings.current();
  const where = {
    channel: head.channel,
    instanceId: head.instanceId,
    workstreamId: head.live?.workstreamId ?? settings.instances.get(head.instanceId)?.workstream ?? "",
  } satisfies Pick<WorkItem, "channel" | "instanceId" | "workstreamId">;
  const language = languageOf(settings, head.customer, head.instanceId);
  if (trigger === "survey")
    return beginSurvey({
      settings,
      head,
      conversationId,
      id: messageId(announcement),
      surveyId: String(values.survey),
      language,
      now: ports.clock.now(),
    });
  const text = automatedText(settings, trigger, where);
  if (text === undefined) return undefined;
  return {
    head: { ...head, seq: head.seq + 1 },
    message: toSystemMessage({
      head,
      conversationId,
      id: messageId(announcement),
      text: fill(text, language, head, values),
      now: ports.clock.now(),
    }),
  };
}

const messageId = (announcement: Announcement): string => hashId("out", announcement.id);

function fill(
  text: TextByLanguage,
  language: string,
  head: Head,
  values: Record<string, string | number>,
): string {
  return fillSlugs(
    inLanguage(text, language),
    { CustomerName: head.customer.name ?? "", ...values },
    head.live?.context,
  );
}
