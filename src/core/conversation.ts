import type { Activity } from "./activity";
import type { Actor } from "./actor";
import type { Author, CustomerProfile, DeliveryStatus } from "./channel";
import type { ConsentRecord, NoticeState } from "./consent";
import type { ContactFacts } from "./contact";
import type { Doc } from "./store";
import type { TicketWish } from "./ticket";
import type { ClosureReason, Customer, SurveyResult, WorkItem, WorkItemSeed } from "./workItem";

/** The head of a thread: the one document that every turn reads and replaces; its etag orders everything. */
export interface Head extends Doc {
  id: "head";
  type: "head";
  /** It is the first of the thread's open documents. */
  open: string;
  threadId: string;
  channel: string;
  instanceId: string;
  instanceExternalId: string;
  accountId: string;
  customer: Customer;
  /** Of the last message committed. */
  seq: number;
  /** How many conversations the thread has had. */
  conversations: number;
  /** The live one; absent when the last is closed. */
  live?: LiveConversation;
  /** Time of the customer's last message (ms): start of the reply window. */
  lastInboundAt?: number;
  /** seq of the customer's last message. */
  lastInboundSeq?: number;
  /** The platform's id of the customer's last message: typing and read marks refer to it. */
  lastInboundId?: string;
  /** When the platform was last asked about the customer (ms). */
  profileAt?: number;
  /** What the customer was last offered to choose from, until the next message. */
  choices?: { title: string; value: string }[];
  /** The helper's dialog state; opaque to all but dialogs/. */
  dialog?: unknown;
  /** The helper ended the customer's last conversation: which flow, and when (ms). */
  helperEnded?: { flow: string; revision: number; at: number };
  /** The helper's open question (a hash of it), and in how many turns in a row it was asked. */
  asked?: { question: string; times: number };
  /** The customer told us to stop: nothing is sent to them without a person, until they write the word that undoes it. */
  optedOut?: true;
  /** Since when (ms). */
  optedOutAt?: number;
  /** Being asked what they think of a conversation. */
  survey?: SurveyState;
  /** The contact behind the customer, as it was last told; the profile in `contacts` is the truth. */
  contact?: ContactFacts;
  /** Number of the first conversation that belongs to `contact`. */
  contactFrom?: number;
  /** The address has changed hands: conversations from this number on are of somebody else than those before. */
  ownerFrom?: number;
  /** The privacy notice the customer was last sent. */
  notice?: NoticeState;
  /** Messages (ids, in order, at most fifty) that nobody hears before the customer has agreed to the notice. */
  held?: string[];
}

/** A survey that a customer is in the middle of. */
export interface SurveyState {
  surveyId: string;
  conversationId: string;
  /** Place of the question that was asked last. */
  question: number;
  answers: Record<string, string | number>;
  /** Answers to this question that did not fit. */
  misses: number;
  language: string;
  /** Then it is over (ms). */
  until: number;
}

export interface LiveConversation {
  id: string;
  n: number;
  workstreamId: string;
  /** Truth for "bot or not"; queue and agent are the work item's to know. */
  heldBy: "bot" | "people";
  /** Grows with each change of holder; effects carry it, the newer wins. */
  epoch: number;
  openedAt: number;
  /** Since when people have it for the first time (ms); absent: from the beginning, or not yet. */
  peopleSince?: number;
  /** When a person first answered (ms). */
  answeredAt?: number;
  /** Variables from the helper. */
  context?: Record<string, string | number>;
  /** "shut": nobody gets it before the customer has agreed; "open": they have, and what waited begins it. */
  gate?: "shut" | "open";
}

/**
 * Values of `open`, by which a thread's unfinished documents are found in one request and in this order: the head, the
 * inbox by time, the outbox by sequence. Numbers are padded, since texts sort by their characters.
 */
export const OPEN = {
  head: "0",
  inbox: (at: number): string => `1~${String(Math.max(0, Math.trunc(at))).padStart(15, "0")}`,
  outbox: (seq: number): string => `2~${String(seq).padStart(9, "0")}`,
} as const;

/** What a message has been through. Inbound: received -> worked, or dead. Outbound: see OutboundStatus. */
export type InboundStatus = "received" | "worked" | "dead";
export type OutboundStatus = "queued" | "sending" | DeliveryStatus;

/** What became of one of a message's attachments; same place in the list as in `activity.attachments`. */
export interface FileState {
  /** "pending": to be fetched from the platform. "refused": will never be fetched. "failed": could not be. */
  state: "pending" | "stored" | "refused" | "failed";
  /** Present when stored. */
  mediaId?: string;
  contentType: string;
  name?: string;
  bytes?: number;
  /** Of refused and failed: why, for the agent. */
  reason?: string;
}

interface MessageBase extends Doc {
  type: "message";
  threadId: string;
  conversationId?: string;
  /** Order of commit inside the thread; absent until the message has been worked. */
  seq?: number;
  author: Author;
  activity: Activity;
  /** Of a message with attachments. */
  files?: FileState[];
  /** When the customer last changed or deleted it (ms); `activity` is then as it reads now. */
  editedAt?: number;
  deletedAt?: number;
  /** The platform's time where it gives one, else the time of receipt (ms). */
  occurredAt: number;
  /** When we stored it (ms). */
  storedAt: number;
  /** `<instance id>@<ISO hour>` of storing: the counts page finds messages by it. */
  hour: string;
  /** When somebody must look again (ms); absent when finished. */
  due?: number;
  /** Names the request that it came with, or that caused it: log, dead letter and trace have the same. */
  correlationId?: string;
}

export interface InboundMessage extends MessageBase {
  direction: "in";
  status: InboundStatus;
  channel: string;
  accountId: string;
  instanceExternalId: string;
  customerId: string;
  /** What the webhook told about the customer. */
  profile?: CustomerProfile;
  /** Title of the offered choice that the typed text was taken for. */
  understood?: string;
  /** Not the customer's: somebody gave the conversation back to the helper. Counts only while they still have it. */
  handBack?: HandBack;
  /** Present while not worked: sorts what waits together by the platform's time (OPEN). */
  open?: string;
  attempts: number;
  /** Present on dead letters. */
  deadAt?: number;
  deadReason?: { code: string; message: string };
}

/** Out of whose hands a conversation goes back to the helper: an agent's session, or the queue. */
export interface HandBack {
  /** Absent: it stands in a queue. */
  agentId?: string;
  /** When that session, or the waiting, began (ms). */
  since: number;
  note?: string;
}

export interface OutboundMessage extends MessageBase {
  direction: "out";
  status: OutboundStatus;
  /** Present while not accepted by the platform: its place in the outbox (OPEN). */
  open?: string;
  /** How many of the calls for this message the platform has accepted; long texts need several. */
  sentParts: number;
  /** The platform's ids, one a part. */
  providerIds: string[];
  /** While status is "sending": who, since when, and until when nobody else may touch it. */
  sending?: { server: string; since: number; until: number };
  attempts: number;
  /** After an ambiguous send: when it happened. */
  ambiguousAt?: number;
  /** Present from acceptance until read (or for good where the channel tells nothing more). */
  awaitingAt?: number;
  acceptedAt?: number;
  /** Why it failed, or why it is held; in words for the agent. */
  error?: { code: string; message: string; platformCode?: string };
  /** The agent's browser's own id: sending twice with it is sending once. */
  clientId?: string;
  /** Settings of the instance as they were when the agent's session opened (SESSION_VALUES). */
  sessionValues?: Record<string, string>;
  /** It answers the customer's opting out, and so is the one automatic message that they still get. */
  confirmsOptOut?: true;
}

export type Message = InboundMessage | OutboundMessage;

/** A conversation's own record in its thread; mirrored to the work item while live and to history when closed. */
export interface ConversationDoc extends Doc {
  type: "conversation";
  conversationId: string;
  threadId: string;
  workstreamId: string;
  openedAt: number;
  closedAt?: number;
  closedReason?: ClosureReason;
  last?: ClosedFacts;
  /** Tickets that rules made in it: rule -> number, so that each makes one. */
  tickets?: Readonly<Record<string, string>>;
  /** Why it went where it went; newest last, at most 50. */
  trace: TraceEntry[];
}

/**
 * The work item as it was when it closed. Whose it was the profile tells: links are mended later, contacts change and are
 * erased.
 */
export type ClosedFacts = Omit<WorkItem, "type" | "due" | "sk" | "offerId" | "offeredTo" | "contact">;

/** One routing decision, for people. */
export interface TraceEntry {
  at: number;
  kind: "helper" | "rules" | "assign" | "closed" | "fault";
  text: string;
  details?: unknown;
  /** Of what caused it: its lines in the log have the same. */
  correlationId?: string;
}

/** A step in another partition, owed: applied idempotently, then deleted. */
export interface Effect extends Doc {
  type: "effect";
  threadId: string;
  conversationId: string;
  epoch: number;
  due: number;
  attempts: number;
  effect: EffectBody;
  /** Of what caused it. */
  correlationId?: string;
}

export type EffectBody =
  /** A conversation has begun with the helper: give it a row. */
  | { kind: "opened"; item: WorkItemSeed; newContactId?: string }
  /** People shall have it: route, then stand in a queue. */
  | {
      kind: "enqueue";
      item: WorkItemSeed;
      /**
       * With it the customer is unknown, and identified first: the id of a contact that is made for them, decided once,
       * so that a repeated step makes the same.
       */
      newContactId?: string;
      queueId?: string;
      summary?: string;
      /** That the helper found it to need. */
      skills?: Record<string, number>;
      trace?: TraceEntry[];
    }
  /** An agent took it from the helper. */
  | {
      kind: "taken";
      agentId: string;
      how: "pick" | "assign";
      /** Variables that the helper had set. */
      context?: Record<string, string | number>;
    }
  /** Its record learns what happened. */
  | { kind: "traced"; trace: TraceEntry[] }
  /** The customer wrote while people have it. */
  | {
      kind: "customerWrote";
      seq: number;
      at: number;
      text: string;
      /** Variables, where plugins added some. */
      context?: Record<string, string | number>;
    }
  /** It is over: drop the row, free the agent, write history. */
  | { kind: "closed"; reason: ClosureReason; at: number }
  /** The customer has said what they think of a conversation. */
  | { kind: "surveyed"; result: SurveyResult }
  /** A ticket is to be made; `item`: the conversation as it was then. `flow`: of older versions, instead of `by`. */
  | { kind: "ticket"; ticket: TicketWish; by?: Actor; flow?: string; item: WorkItemSeed }
  /** A message's files are still at the platform. */
  | { kind: "fetchMedia"; messageId: string }
  /** Stored files of a message that the customer deleted. */
  | { kind: "dropMedia"; mediaIds: string[] }
  /** Ask the platform about the customer. */
  | { kind: "profile" }
  /** A platform tells something new of the customer, in the middle of a conversation. */
  | { kind: "identify"; newContactId: string }
  /** Kept beside the profile: what the customer was told, agreed to or refused. */
  | { kind: "consent"; record: ConsentRecord };
