import type { Head, OutboundMessage } from "../../core/conversation";
import type { ChannelError } from "../../core/errors";
import type { PipelinePorts } from "../ports";

/** What became of a call that failed. */
type Outcome = "ambiguous" | "failed" | "retried";

const WORDS = {
  ambiguous: "a send may or may not have arrived",
  failed: "a message could not be delivered",
  retried: "a send is tried again later",
} as const satisfies Record<Outcome, string>;

/** Tells log and metrics what platforms answer to sends: ids, codes and times, never a word of a message. */
export function createSendNews(ports: Pick<PipelinePorts, "log" | "meter" | "clock">) {
  const fieldsOf = (head: Head, { id, conversationId }: OutboundMessage) => ({
    messageId: id,
    conversationId,
    threadId: head.threadId,
    channel: head.channel,
    instanceId: head.instanceId,
  });

  return {
    /** Runs one call of a platform and takes its time. */
    async timed<T>({ channel }: Head, call: () => Promise<T>): Promise<T> {
      const beganAt = ports.clock.now();
      try {
        return await call();
      } finally {
        ports.meter.time("switchboard_send_seconds", { channel }, ports.clock.now() - beganAt);
      }
    },
    /** The platform took the whole message. */
    accepted(head: Head, message: OutboundMessage, providerIds: readonly string[]): void {
      const waitedMs = ports.clock.now() - message.storedAt;
      const { attempts } = message;
      const fields = { ...fieldsOf(head, message), providerIds, attempts, waitedMs };
      ports.log.info(fields, "a message was accepted by the platform");
    },
    /** A call failed; `waitMs` until it is tried again. */
    refused(
      head: Head,
      message: OutboundMessage,
      failure: { error: ChannelError; outcome: Outcome; waitMs?: number },
    ): void {
      const { error, outcome, waitMs } = failure;
      const { code, platformCode } = error;
      ports.meter.count("switchboard_send_failures_total", { channel: head.channel, code });
      const { attempts } = message;
      const fields = { ...fieldsOf(head, message), code, platformCode, attempts, waitMs };
      ports.log[outcome === "retried" ? "info" : "warn"](fields, WORDS[outcome]);
    },
  };
}
