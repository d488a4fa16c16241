import type { ConversationView, MessageView, PresenceView } from "../../desk/contract";

/** Every word of the desk. */
export const texts = {
  product: "Switchboard",
  loading: "Loading…",

  signIn: "Sign in to the desk",

  header: {
    counts: "Counts",
    signOut: "Sign out",
    load: (used: number, capacity: number) => `${used} of ${capacity}`,
    loadLabel: "Load",
    presenceLabel: (presence: string) => `Presence: ${presence}`,
    presenceFailed: "Your presence was not changed",
  },

  connection: { title: "Connection lost", body: "Trying again. What you see may be out of date." },

  offers: {
    heading: "Offers",
    announce: (who: string, channel: string, queue: string, seconds: number) =>
      `New offer: ${who} on ${channel}, queue ${queue}. ${seconds} seconds to answer.`,
    queue: (queue: string) => `Queue ${queue}`,
    timeLeft: (seconds: number) => `${seconds} s left`,
    accept: "Accept",
    reject: "Reject",
    acceptOf: (who: string) => `Accept ${who}`,
    rejectOf: (who: string) => `Reject ${who}`,
    failed: "The offer could not be answered",
  },

  lists: {
    heading: "Conversations",
    mine: "My conversations",
    open: "Open",
    helper: "With the helper",
    openScope: (queues: string) => `Waiting in your queues: ${queues}`,
    noQueues: "You are in no queue yet. An admin can add you to one.",
    mineEmpty: "Nothing here yet",
    mineEmptyOffline: "Set yourself to Available, then conversations are offered to you.",
    mineEmptyOnline: "Conversations that are offered to you appear above.",
    tryIt: "To try it, write on ",
    phoneLink: "a telephone at /phone",
    openEmpty: "Nobody is waiting",
    openEmptyHint: "Conversations that you can pick, or that wait for an agent, appear here.",
    helperEmpty: "The helper is talking to nobody",
    helperEmptyHint: "Conversations appear here while the helper bot answers.",
    failed: "The list could not be read",
    unread: "New",
    of: (who: string) => `Conversation with ${who}`,
  },

  state: (view: ConversationView, me: string, names: { queue: string; agent: string }): string => {
    if (view.holder === "bot" && view.state !== "closed") return "With the helper";
    if (view.offeredTo !== null) return view.offeredTo === me ? "Offered to you" : "Offered to an agent";
    switch (view.state) {
      case "open":
        return `In queue ${names.queue}`;
      case "active":
        return view.agentId === me ? "Active" : `With ${names.agent}`;
      case "waiting":
        return "Waiting for the customer";
      case "wrapUp":
        return "Wrap-up";
      case "closed":
        return "Closed";
      default:
        return view.state satisfies never;
    }
  },

  panel: {
    emptyTitle: "No conversation chosen",
    emptyOffline:
      "Set yourself to Available to be offered conversations. Until then you can read along on the left.",
    emptyOnline: "Accept an offer or choose a conversation on the left.",
    missing: "This conversation cannot be shown",
    back: "Back to the lists",
    actions: { pick: "Pick", open: "Open", release: "Release", close: "Close", end: "End" },
    hints: {
      pick: "Take this conversation out of the queue",
      open: "Go on with this conversation",
      release: "Give it back to the queue",
      close: "Leave it: it waits for the customer's next message",
      end: "The work is done: go to wrap-up",
      finish: "Wrap-up is done: close for good",
    },
    actionFailed: "That did not work",
    log: (who: string) => `Messages with ${who}`,
    earlier: (count: number) => `Show ${count} earlier messages`,
    noMessages: "No messages yet.",
    messagesFailed: "The messages could not be read",
    helperPart: "Helper",
    agentPart: (who: string) => `${who} joined`,
  },

  window: {
    closes: (left: string) => `Reply window closes in ${left}`,
    closed: "The reply window is closed. You can answer once the customer writes again.",
  },

  composer: {
    label: (who: string) => `Reply to ${who}`,
    placeholder: "Write a reply",
    hint: "Enter sends, Shift+Enter starts a new line",
    send: "Send",
    failed: "Not sent",
    dismiss: "Dismiss",
    notYours: {
      bot: "The helper is answering. You can write once the conversation is handed to you.",
      queue: "Pick this conversation to answer.",
      offered: "Accept the offer to answer.",
      offeredElsewhere: "This conversation is offered to another agent.",
      waiting: "Open this conversation to answer.",
      other: (who: string) => `${who} is answering.`,
      wrapUp: "You ended this conversation. Close it when your wrap-up is done.",
      closed: "This conversation is closed.",
    },
  },

  authors: {
    customer: "Customer",
    bot: "Helper",
    agent: "Agent",
    system: "Automatic",
    external: "Sent elsewhere",
    you: "You",
  },
  unsupported: "A message of a kind that cannot be shown yet",
  stored: (time: string) => `arrived ${time}`,
  dead: (reason: string) => `Not processed: ${reason}`,
  deadUnknown: "the reason is in the server's log.",

  delivery: {
    queued: "Queued",
    sending: "Sending",
    accepted: "Sent",
    delivered: "Delivered",
    read: "Read",
    failed: "Not delivered",
  } satisfies Record<Exclude<MessageView["status"], "received" | "worked" | "dead">, string>,

  presence: {
    available: "Available",
    busy: "Busy",
    doNotDisturb: "Do not disturb",
    away: "Away",
    offline: "Offline",
  } satisfies Record<PresenceView["presence"], string>,
};
