import type { CustomerProfile } from "./channel";
import type { ShownNotice } from "./consent";
import type { ContactFacts } from "./contact";
import type { OverflowSettings, WorkstreamSettings } from "./distribution";
import type { Doc } from "./store";
import type { MessageTrigger } from "./texts";

/** States of a conversation (work item). Closed is final: a later message opens a new conversation. */
export const CONVERSATION_STATES = ["open", "active", "waiting", "wrapUp", "closed"] as const;
export type ConversationState = (typeof CONVERSATION_STATES)[number];

/** Who has the conversation. Exactly one at any time. */
export const HOLDERS = ["bot", "queue", "agent"] as const;
export type Holder = (typeof HOLDERS)[number];

export interface Customer extends CustomerProfile {
  /** The channel's own id of the customer. */
  id: string;
}

/** What a customer said of a conversation. */
export interface SurveyResult {
  surveyId: string;
  answers: Record<string, string | number>;
  /** All questions were answered. */
  complete: boolean;
  at: number;
}

/** Why a session, an offer or a conversation came to its end. */
export const CLOSURE_REASONS = [
  "agentRejected",
  "agentTimedOut",
  "agentEnded",
  "agentClosed",
  "agentDisconnected",
  "movedToWaiting",
  "released",
  "transferredToAgent",
  "transferredToQueue",
  "supervisorAssigned",
  "forceClosed",
  "overflowTransferred",
  "overflowEnded",
  "botEnded",
  "customerEnded",
  "autoClosed",
  "withdrawn",
  "handedBack",
  "consentDeclined",
] as const;
export type ClosureReason = (typeof CLOSURE_REASONS)[number];

/** One agent's spell in a conversation, or an offer that came to nothing. Times in ms. */
export interface SessionRecord {
  agentId: string;
  queueId?: string;
  how: "offer" | "pick" | "assign" | "transfer" | "reopen";
  /** Of an offer. */
  offeredAt?: number;
  acceptedAt?: number;
  /** When the agent ended the work. */
  wrapUpAt?: number;
  endedAt?: number;
  closure?: ClosureReason;
  /** Of an offer: why this agent. */
  why?: AssignmentReason;
}

/** Why assignment chose an agent, and whom it passed over. */
export interface AssignmentReason {
  method: string;
  /** Of queue members that stood before the chosen one, the first ten with the reason in words. */
  passedOver: { agentId: string; reason: string }[];
  /** How many more were passed over. */
  others: number;
}

/** A conversation's stay in one queue. Times in ms. */
export interface QueueStint {
  queueId: string;
  enteredAt: number;
  leftAt?: number;
  /** "returned": the customer, or a supervisor, went back to the helper. */
  left?: "accepted" | "assigned" | "transferred" | "overflow" | "closed" | "returned";
}

/** What a work item starts from. */
export interface WorkItemSeed {
  threadId: string;
  channel: string;
  instanceId: string;
  workstreamId: string;
  customer: Customer;
  openedAt: number;
  lastInboundAt?: number;
  lastInboundSeq?: number;
  lastText: string;
  /** The message that opened it, or handed it over, came with a file. */
  hasMedia?: boolean;
  /** The contact behind the customer, when one is linked. */
  contact?: ContactFacts;
  /** Number of the first conversation of whoever has the address now; absent: it never changed hands. */
  ownerFrom?: number;
  context?: Record<string, string | number>;
  /** The customer wants nothing automatic, since then (ms). */
  optedOut?: number;
  /** The privacy notice that the customer was last sent. */
  notice?: ShownNotice;
}

/** Instance settings that count as they stood when an agent's session opened, not as they stand now (S46). */
export const SESSION_VALUES = ["humanAgentTag"] as const;

/** The only routing group until a later version splits it. */
export const ROUTING_GROUP = "default";

/** A live conversation as lists, assignment and agents see it: truth for queue, offer and agent. */
export interface WorkItem extends Doc, WorkItemSeed {
  type: "item";
  conversationId: string;
  state: ConversationState;
  holder: Holder;
  epoch: number;
  /** Grows with every change. */
  version: number;
  queueId?: string;
  agentId?: string;
  /** The pending offer while state is active and holder is queue. */
  offerId?: string;
  offeredTo?: string;
  distribution: "push" | "pick";
  /** Capacity units it costs its agent; 0 when it needs places in profiles instead. */
  units: number;
  /** Capacity profiles in which it needs a place. */
  profiles?: string[];
  offerSeconds: number;
  autoCloseHours: number;
  /** Presences in which an agent may be offered it. */
  allowedPresences: WorkstreamSettings["allowedPresences"];
  skillMatching: WorkstreamSettings["skillMatching"];
  /** What the helper told people when it last handed over. */
  summary?: string;
  /** Skills that classification or the helper found it to need. */
  skills?: Record<string, number>;
  /** Of classification; smaller first. 100 when nothing set it. */
  priority?: number;
  maxDeclines: number;
  wrapUpBlock: WorkstreamSettings["wrapUpBlock"];
  /** In wrap-up: when it stops costing capacity (ms). Absent: with the wrap-up, or it already has. */
  blockUntil?: number;
  /** In wrap-up: it costs no capacity any more. */
  unblocked?: true;
  /** Closes when nobody has touched it from `touchedAt` to `closeAt` (ms). */
  touchedAt: number;
  closeAt: number;
  /** Waiting in its queue: when the queue's overflow is looked at again (ms). */
  overflowAt?: number;
  /** The queue would not have it: it closes for this reason as soon as that can be done. */
  endAs?: ClosureReason;
  /** Of a transfer to a person: who had it before, and gets it back when it is declined. */
  transferredBy?: string;
  /** The former agent is waited for until then (ms), even when offline. */
  keepAgentUntil?: number;
  /** Queues that sent it on because they overflowed: none twice. */
  overflowed?: string[];
  /** Instead of its queue's own overflow: what the rule that chose the queue says; [] in a fallback queue. */
  overflow?: OverflowSettings[];
  /** The customer's place in line that they were last told. */
  toldPosition?: number;
  /** The conversation before this one, of the same customer. */
  previousId?: string;
  /** What agents said came of it. */
  dispositions?: string[];
  /** What rules read when people got it: a dry run of other rules reads it again. */
  routed?: {
    at: number;
    text: string;
    context?: Record<string, string | number>;
    /** The queue that a hand-off asked for. */
    wish?: string;
    /** Skills that the helper found it to need. */
    skills?: Record<string, number>;
    /** Fields of plugins, by their full names. */
    fields?: Record<string, unknown>;
  };
  /** What the customer said of it. */
  survey?: SurveyResult;
  /** Newest last, at most 50. */
  sessions: SessionRecord[];
  stints: QueueStint[];
  /** Present only while standing in a queue: `<queue priority>~<priority>~<time>~<id>`, first served first. */
  sk?: string;
  /** When it began to wait in the queue (ms). */
  queuedAt?: number;
  /** Its place in line (ms) where that is an older one: another queue sent it on, or an agent had to give it back. */
  placeAt?: number;
  acceptedAt?: number;
  lastAt: number;
  /** Agent who had it before it began to wait for the customer. */
  formerAgentId?: string;
  /** Settings of the instance as they were when the present session opened (SESSION_VALUES). */
  sessionValues?: Record<string, string>;
  /** Agents who declined it and how often. */
  declined: Record<string, number>;
  /** The earliest of its timers (ms). */
  due?: number;
}

export interface Offer extends Doc {
  type: "offer";
  conversationId: string;
  queueId: string;
  /** The agent's id while pending; absent afterwards, so that the agent's list stays short. */
  offeredTo?: string;
  agentId: string;
  state: "pending" | "accepted" | "rejected" | "expired" | "withdrawn";
  createdAt: number;
  expiresAt: number;
  due?: number;
  customer: Customer;
  channel: string;
  lastText: string;
  /** What the helper told when it handed over. */
  summary?: string;
  workstreamId: string;
  context?: Record<string, string | number>;
  /** Another agent hands it over. */
  transferredBy?: string;
}

/** Something that customers are told without a person, owed: written to the thread's outbox once, then deleted. */
export interface Announcement extends Doc {
  type: "announcement";
  conversationId: string;
  trigger: MessageTrigger | "survey";
  /** For the slugs. */
  values: Record<string, string | number>;
  due: number;
}

/** What agents choose. */
export const PRESENCES = ["available", "busy", "doNotDisturb", "away", "offline"] as const;
/** "inactive": set by the system after a missed offer, until the agent or a supervisor resets it. */
export type Presence = (typeof PRESENCES)[number] | "inactive";

/** An agent's presence and load: changed in the same batch as the items that cause it. */
export interface AgentLoad extends Doc {
  type: "agent";
  agentId: string;
  presence: Presence;
  /** Units in use by offered, active and wrap-up conversations. */
  used: number;
  /** Places in use, by capacity profile. */
  profiles?: Record<string, number>;
  /** Places of profiles that are free again only on the next day (UTC). */
  spent?: { day: string; places: Record<string, number> };
  /** When the agent last got a conversation (ms); 0: never. */
  lastAssignedAt: number;
  /** The same by queue, for round robin. */
  assignedIn?: Record<string, number>;
  /** When a conversation last stopped costing capacity (ms); absent: never. */
  lastReleasedAt?: number;
  presenceAt: number;
  /** Who set the presence: the agent, a supervisor (their id), or "system". Absent: the agent. */
  presenceBy?: string;
  /** The desk's connection is lost since `at` (ms); `presence` comes back with it, and who set it (`presenceBy`). */
  lost?: { at: number; presence: Presence; by?: string };
  /** When the conversations of an agent who stays lost go back to their queues (ms); absent once they have. */
  due?: number;
}
