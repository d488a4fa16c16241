import type {
  ConversationDoc,
  Effect,
  EffectBody,
  Head,
  InboundMessage,
  LiveConversation,
  OutboundMessage,
  TraceEntry,
} from "../../core/conversation";
import type { HookRunner } from "../../core/runningPlugins";
import type { SettingsSnapshot } from "../../core/settings";
import type { WorkItemSeed } from "../../core/workItem";
import type { Bot } from "../../dialogs/bot";
import { toConsentFacts } from "../consent/facts";
import { newEffect } from "../effects/newEffect";
import type { FlowCount } from "../helper/flowCounts";
import { contactAt } from "../identity/owner";
import { textOf } from "./meaning";

/** Everything one turn will write; nothing has been written or sent yet. */
export interface TurnPlan {
  head: Head;
  inbound: InboundMessage;
  outbound: OutboundMessage[];
  effects: Effect[];
  /** The message that this one edits or deletes, as it reads now. */
  amended?: InboundMessage;
  /** Present when the conversation is new or its record changes. */
  conversation?: { doc: ConversationDoc; fresh: boolean };
  fault?: { code: string; message: string };
  /** Messages that waited for the customer's consent: they are worked now, as if just said. */
  release?: readonly string[];
  /** For the figures of flows. */
  counts?: FlowCount[];
}

export interface TurnInput {
  head: Head | undefined;
  inbound: InboundMessage;
  settings: SettingsSnapshot;
  bot: Bot;
  now: number;
  /** The message that this one edits or deletes. */
  target?: InboundMessage | undefined;
  /** A reaction opens the channel's reply window. */
  opensByReaction?: boolean;
  /** The channel can be asked about its customers. */
  canAskProfile?: boolean;
  /** The channel shows choices as buttons. */
  hasQuickReplies?: boolean;
  /** Customers have contacts. */
  identifies?: boolean;
  /** Of the channel's reply window. */
  windowHours?: number | undefined;
  /** A word of the customer's was taken for opting out or in. */
  byWord?: boolean;
  /** People had the conversation: routing has just let the helper have it. */
  returned?: boolean;
  /** For the ticket of a conversation that begins. Throws StoreError. */
  takeTicketNumber?: (() => Promise<string>) | undefined;
  /** Of plugins. */
  hooks?: HookRunner | undefined;
  /** The conversation goes to people without asking the helper: the turn failed too often. */
  giveUp?: { code: string; message: string };
}

/** A conversation that the helper has, in one turn. */
export interface HelperTurn {
  input: TurnInput;
  plan: TurnPlan;
  live: LiveConversation;
  /** Grows; whoever plans the turn keeps it. */
  trace: TraceEntry[];
  /** It begins with this turn. */
  fresh: boolean;
  /** It was opened before; the helper meets the customer now. */
  begins?: boolean;
  /** It has just come back from people: the helper begins anew. */
  returned: boolean;
}

/** A step of a conversation in another partition, owed under an id that a repeated turn makes again. */
export function toEffect(plan: TurnPlan, live: LiveConversation, effect: EffectBody, now: number): Effect {
  const name = `${live.n}~${live.epoch}~${effect.kind}~${plan.inbound.seq ?? 0}`;
  const { threadId } = plan.head;
  return newEffect(name, { threadId, conversationId: live.id, epoch: live.epoch }, effect, now);
}

/** An effect that is about a message or customer, whatever becomes of the conversation. */
export function sideEffect(plan: TurnPlan, id: string, effect: EffectBody, now: number): Effect {
  const { conversationId = "" } = plan.inbound;
  return newEffect(id, { threadId: plan.head.threadId, conversationId }, effect, now);
}

/** What a row in the routing group starts from. */
export function toSeed(plan: TurnPlan, live: LiveConversation): WorkItemSeed {
  const { head } = plan;
  const contact = contactAt(head, live.n);
  return {
    threadId: head.threadId,
    channel: head.channel,
    instanceId: head.instanceId,
    workstreamId: live.workstreamId,
    customer: head.customer,
    openedAt: live.openedAt,
    lastText: textOf(plan.inbound),
    ...((plan.inbound.activity.attachments?.length ?? 0) > 0 ? { hasMedia: true } : {}),
    ...(head.lastInboundAt === undefined ? {} : { lastInboundAt: head.lastInboundAt }),
    ...(head.lastInboundSeq === undefined ? {} : { lastInboundSeq: head.lastInboundSeq }),
    ...(contact === undefined ? {} : { contact }),
    ...(head.ownerFrom === undefined ? {} : { ownerFrom: head.ownerFrom }),
    ...(live.context === undefined ? {} : { context: live.context }),
    ...toConsentFacts(head),
  };
}
