import type { AttachmentView, ConversationView, MessageView, PresenceView } from "../../desk/contract";

type Kind = AttachmentView["kind"];

const KINDS: Record<Kind, string> = { image: "Picture", video: "Video", audio: "Audio", file: "File" };

/** "28 Nov 2026", as the browser writes it. */
const day = (iso: string): string => new Date(iso).toLocaleDateString(undefined, { dateStyle: "medium" });

/** Every word of the desk. */
export const texts = {
  product: "Switchboard",
  loading: "Loading…",

  header: {
    counts: "Counts",
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
    from: (colleague: string) => `Handed over by ${colleague}`,
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
    actions: {
      pick: "Pick",
      open: "Open",
      release: "Release",
      close: "Close",
      end: "End",
      helper: "To the helper",
    },
    takeOver: "Take over",
    hints: {
      pick: "Take this conversation out of the queue",
      takeOver: "Take this conversation from the helper",
      helper: "Give this conversation back to the helper",
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

  giveBack: {
    title: "Give back to the helper",
    intro: "The helper starts anew and answers the customer. You can take over again at any time.",
    note: "Note for the helper and the transcript (optional)",
    send: "Give back",
    cancel: "Cancel",
  },

  consent: {
    label: "What the customer was told",
    optedOut: (since: string) =>
      `Opted out of automatic messages on ${day(since)}. What you write is still sent.`,
    notice: ({ answer, shownAt }: NonNullable<ConversationView["notice"]>) => {
      if (answer === "waiting")
        return `Asked to agree to the privacy notice on ${day(shownAt)}; no answer yet`;
      if (answer === "declined") return `Declined the privacy notice of ${day(shownAt)}`;
      return answer === "accepted"
        ? `Agreed to the privacy notice of ${day(shownAt)}`
        : `Privacy notice sent on ${day(shownAt)}`;
    },
  },

  handoff: { title: "From the helper", known: "Known already", variables: "What the helper found out" },

  window: {
    closes: (left: string) => `Reply window closes in ${left}`,
    closed: "The reply window is closed. You can answer once the customer writes again.",
    humanAgent: (until: string, left: string) =>
      `Only a person may answer now, until ${until} (${left} left).`,
  },

  health: { error: "Messages cannot go out now", warning: "This channel needs a look" },

  typing: (who: string) => `${who} is typing…`,

  facts: {
    label: "About the customer",
    phone: "Phone",
    locale: "Language",
    localTime: "Local time",
    followers: "Followers",
    friends: "Friends",
    time: (clock: string, zone: string) => `${clock} (${zone})`,
  },

  files: {
    kind: (kind: Kind) => KINDS[kind],
    alt: (kind: Kind, author: string, time: string) => `${KINDS[kind]} from ${author}, ${time}`,
    open: (alt: string) => `Open: ${alt}`,
    download: "Download",
    downloadOf: (name: string) => `Download ${name}`,
    broken: "The picture cannot be shown. It can still be downloaded.",
    pending: (kind: Kind) => `${KINDS[kind]} is being fetched…`,
    refused: (kind: Kind, reason: string) => `${KINDS[kind]} refused: ${reason}`,
    failed: (kind: Kind, reason: string) => `${KINDS[kind]} not received: ${reason}`,
    noReason: "the reason is in the server's log.",
    close: "Close",
    attach: "Attach files",
    drop: "Drop files here to attach them",
    chosen: "Files to send",
    uploading: (percent: number) => `Uploading, ${percent} %`,
    ready: "Ready to send",
    notUploaded: (reason: string) => `Not uploaded: ${reason}`,
    cancel: (name: string) => `Cancel the upload of ${name}`,
    remove: (name: string) => `Remove ${name}`,
    tooLarge: (limit: string) => `larger than ${limit}.`,
    empty: "the file is empty.",
    wait: "Files are still uploading.",
    removeFailed: "Remove the file that was not uploaded.",
    full: (count: number) => `One message takes ${count} files.`,
  },

  place: { map: "Show on OpenStreetMap", newTab: "(opens in a new tab)", nameless: "A place" },

  reply: {
    action: "Reply",
    actionOf: (author: string) => `Reply to this message of ${author}`,
    keys: "Arrow up and down lead to the same action of other messages.",
    to: (author: string) => `Reply to ${author}`,
    cancel: "Cancel the reply",
    inReplyTo: "In reply to",
    show: "Show the message",
    elsewhere: "In reply to an earlier message",
    noText: "A message without text",
    deleted: "A deleted message",
  },

  reaction: (authors: string, emoji: string) => `${authors} reacted with ${emoji}`,
  edited: (time: string) => `Edited ${time}`,
  deleted: "Message deleted",
  deletedByCustomer: "Message deleted by the customer",
  choicesOffered: "Choices offered",

  choices: {
    button: "Choices",
    heading: "Choices for the customer",
    tap: "The customer taps one of them.",
    numbered: "This channel has no buttons: the choices go as a numbered list, and the number comes back.",
    label: "New choice",
    add: "Add",
    remove: (title: string) => `Remove choice ${title}`,
    full: (count: number) => `No more than ${count} choices.`,
    close: "Drop the choices",
  },

  quickReplies: {
    button: "Quick replies",
    keys: "Or type /q and a space",
    heading: "Quick replies",
    search: "Search quick replies: words, or #tag",
    close: "Close the quick replies",
    tags: (tags: readonly string[]) => tags.map((tag) => `#${tag}`).join(" "),
    found: (count: number, searched: boolean, pending: boolean): string => {
      if (pending) return "";
      if (count > 0)
        return `${count === 1 ? "1 quick reply" : `${count} quick replies`}. Enter takes the marked one.`;
      return searched
        ? "No quick reply has these words."
        : "There is no quick reply for this conversation yet. An admin writes them.";
    },
    failed: (reason: string) => `The quick replies could not be read: ${reason}`,
  },

  dispositions: {
    heading: "What came of it?",
    required: "Choose before you close.",
    full: (count: number) => `No more than ${count}.`,
    failed: (reason: string) => `Not saved: ${reason}`,
  },

  templates: {
    button: "Template",
    offer: "Choose a template",
    title: "Send a template",
    intro: "A template is a text that the platform has approved. It may be sent when the window is closed.",
    loading: "Reading the templates…",
    failed: "The templates could not be read",
    empty: "There is no template for this conversation yet. An admin creates them at the provider.",
    choose: "Template",
    notYet: "Cannot be sent",
    noReason: "not approved by the platform.",
    variable: (name: string) => `Variable ${name}`,
    preview: "What the customer gets",
    missing: "Fill in every variable to send.",
    send: "Send template",
    cancel: "Cancel",
    notSent: "Not sent",
  },

  sms: {
    count: (segments: number, left: number) =>
      `${segments === 1 ? "1 SMS" : `${segments} SMS`}, ${left} ${left === 1 ? "character" : "characters"} left`,
    unicode: "Special characters make each SMS shorter.",
  },

  composer: {
    label: (who: string) => `Reply to ${who}`,
    placeholder: "Write a reply",
    closed: "The reply window is closed",
    hint: "Enter sends, Shift+Enter starts a new line",
    send: "Send",
    failed: "Not sent",
    dismiss: "Dismiss",
    notYours: {
      bot: "The helper is answering. Take over to write.",
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
  events: {
    optOut: "Opt-out",
    optIn: "Opt-in",
    standby: "Held by another app",
    threadControl: "Thread control",
    referral: "Where they came from",
    notice: "Notice",
  } as Record<string, string>,
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
    inactive: "Inactive: an offer was missed",
  } satisfies Record<PresenceView["presence"], string>,
};
