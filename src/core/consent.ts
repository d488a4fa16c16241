import type { Doc } from "./store";

/** What a person was told, agreed to or refused, and when: kept beside their profile, for good. */
export interface ConsentRecord extends Doc {
  type: "consent";
  threadId: string;
  kind: "noticeShown" | "accepted" | "declined" | "optedOut" | "optedIn";
  /** Of a notice. */
  noticeId?: string;
  /** The notice's version: changes with its text. */
  version?: string;
  language?: string;
  /** The words that were sent, or written. */
  text?: string;
  conversationId?: string;
  messageId?: string;
  at: number;
}

/** The head's side: what the customer was last told, so that a turn needs to read nothing else. */
export interface NoticeState {
  noticeId: string;
  version: string;
  at: number;
  /** Of a notice that asks. Absent: it did not ask. */
  answer?: "waiting" | "accepted" | "declined";
  /** Times it asked for an answer that did not come. */
  asked?: number;
}
