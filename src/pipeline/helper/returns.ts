import type { Head, InboundMessage } from "../../core/conversation";
import { giveToHelper } from "../../routing/helperHands";
import { asksForHelper } from "../../routing/texts/wishWords";
import type { Effects } from "../effects/effects";
import type { PipelinePorts } from "../ports";
import { helperModeOf } from "./helperMode";

/** What is owed to the row is waited for so long, ms; after that the customer's words are just words. */
const WAIT_MS = 5_000;

/**
 * Asks routing, before a turn, whether the helper gets a conversation back from people: an agent or supervisor gave it
 * back, or the customer left the queue. The row decides between that and an agent who takes it; the turn then moves the
 * head. A crash in between leaves the message in the inbox, and the turn asks again and is told the same.
 */
export function createReturns(ports: PipelinePorts, effects: Pick<Effects, "settled">) {
  return {
    /** True when the helper has it from now on. Throws StoreError. */
    async granted(head: Head | undefined, inbound: InboundMessage): Promise<boolean> {
      const live = head?.live;
      // To who opted out the helper would say nothing.
      if (head === undefined || live?.heldBy !== "people" || head.optedOut === true) return false;
      const { handBack } = inbound;
      const isWish = handBack !== undefined || wantsHelper(head, inbound);
      const settings = ports.settings.current();
      if (!isWish || helperModeOf(settings, { ...live, instanceId: head.instanceId }) === "off") return false;
      await soon(effects.settled(head.threadId));
      const { id: conversationId, epoch } = live;
      const { agentId, since } = handBack ?? {};
      return giveToHelper(ports, { conversationId, epoch, agentId, since });
    },
  };

  function wantsHelper({ live }: Head, { author, activity }: InboundMessage): boolean {
    const workstream = ports.settings.current().workstreams.get(live?.workstreamId ?? "");
    if (workstream === undefined || author.kind !== "customer" || activity.type !== "message") return false;
    return (activity.attachments?.length ?? 0) === 0 && asksForHelper(workstream, activity.text ?? "");
  }

  async function soon(work: Promise<unknown>): Promise<void> {
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = ports.clock.after(WAIT_MS, resolve);
    });
    await Promise.race([work, late]);
    cancel();
  }
}

export type Returns = ReturnType<typeof createReturns>;
