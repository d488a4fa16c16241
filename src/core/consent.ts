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
  /** The contact behind the customer then. */
  contactId?: string;
  at: number;
}

/** The head's side: what the customer was last told, so that a turn needs to read nothing else. */
export interface NoticeState {
  noticeId: string;
  version: string;
  /** When it was shown (ms). */
  at: number;
  /** Of a notice that asks. Absent: it did not ask. */
  answer?: "waiting" | "accepted" | "declined";
  /** Times it asked, the first time included. */
  asked?: number;
  /** When it last asked, or was answered (ms). */
  askedAt?: number;
}

/** What agents see of it. */
export type ShownNotice = Pick<NoticeState, "noticeId" | "version" | "at" | "answer">;
