import type { OutboundMessage } from "../../core/conversation";
import { messageOf, NotFound } from "../../core/errors";
import { newId, threadOf } from "../../core/ids";
import type { PipelinePorts } from "../ports";
import type { Threads } from "../threads";
import { sendContext } from "./transmit";

/** Shows customers that we are typing or have read: one try, outside the outbox, and nobody waits for it. */
export function createSignals(ports: PipelinePorts, threads: Pick<Threads, "head">) {
  return {
    /** Resolves when the platform was asked, or could not be. Throws NotFound. */
    async send(
      conversationId: string,
      signal: "typing" | "read",
      author: OutboundMessage["author"],
    ): Promise<void> {
      const threadId = threadOf(conversationId);
      const head = threadId === undefined ? undefined : await threads.head(threadId);
      if (head?.doc.live?.id !== conversationId)
        throw new NotFound("NOT_FOUND", "There is no live conversation with this id.");
      const client = ports.clients.get(head.doc.channel);
      if (client?.signal === undefined) return;
      try {
        const { context } = await sendContext(ports, head.doc, { id: newId("signal"), author });
        await client.signal(signal, context);
      } catch (error) {
        ports.log.debug({ conversationId, signal, error: messageOf(error) }, "a signal was not shown");
      }
    },
  };
}
