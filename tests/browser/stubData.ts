import type { ConversationView, MessageView, OfferView } from "../../src/desk/contract";

const MINUTE = 60_000;
const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE).toISOString();

export function buildConversation(
  part: Partial<ConversationView> & { id: string; name: string },
): ConversationView {
  const { name, ...rest } = part;
  return {
    state: "active",
    holder: "agent",
    channel: "facebook",
    instanceId: "shop",
    workstreamId: "messenger",
    queueId: "general",
    agentId: "ana",
    offeredTo: null,
    contact: null,
    distribution: "push",
    customer: buildCustomer({ id: `customer-${part.id}`, name }),
    openedAt: ago(30),
    queuedAt: ago(28),
    lastAt: ago(2),
    lastText: "",
    windowClosesAt: new Date(Date.now() + 192.5 * MINUTE).toISOString(),
    window: { state: "open", closesAt: new Date(Date.now() + 192.5 * MINUTE).toISOString(), text: null },
    abilities: { attachments: true, quickReplies: true, templates: false, typing: true },
    health: { state: "ok", text: null },
    dispositions: [],
    survey: null,
    helper: "off",
    summary: null,
    context: {},
    skills: {},
    priority: 100,
    previousId: null,
    optedOut: null,
    notice: null,
    recordingNotice: null,
    version: 1,
    ...rest,
  };
}

export function buildCustomer(
  part: Partial<ConversationView["customer"]> & { id: string },
): ConversationView["customer"] {
  return {
    name: null,
    screenName: null,
    phone: null,
    locale: null,
    timezone: null,
    followers: null,
    friends: null,
    ...part,
  };
}

/** A message with everything that most messages lack. */
export const PLAIN = {
  attachments: [],
  place: null,
  choices: [],
  replyToId: null,
  reaction: null,
  editedAt: null,
  deletedAt: null,
} satisfies Partial<MessageView>;

export function buildOffer(view: ConversationView, seconds = 60): OfferView {
  return {
    id: `offer-${view.id}`,
    conversationId: view.id,
    queueId: view.queueId ?? "general",
    agentId: "ana",
    createdAt: ago(0),
    expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
    customer: view.customer,
    channel: view.channel,
    lastText: view.lastText,
    summary: view.summary,
    title: null,
    fields: [],
    desktop: "background",
    mayReject: true,
    transferredBy: null,
  };
}

export function offeredConversation(id: string, name: string, lastText: string): ConversationView {
  return buildConversation({
    id,
    name,
    lastText,
    holder: "queue",
    agentId: null,
    offeredTo: "ana",
    channel: "whatsapp",
  });
}

/** A desk in the middle of a morning: every state, every kind of message. */
export function busyDesk() {
  const gilda = buildConversation({
    id: "t1.1",
    name: "Gilda Moore",
    lastText: "Great, thank you!",
    queueId: "vip",
  });
  const tom = buildConversation({
    id: "t2.1",
    name: "Tomás Ito",
    channel: "twitter",
    state: "waiting",
    lastText: "I'll send you the receipt tonight.",
    lastAt: ago(47),
    customer: buildCustomer({
      id: "9",
      name: "Tomás Ito",
      screenName: "tomito",
      followers: 120,
      friends: 80,
    }),
  });
  const sms = buildConversation({
    id: "t3.1",
    name: "+1 425 555 0132",
    channel: "sms",
    state: "wrapUp",
    lastText: "That fixed it. Bye!",
    lastAt: ago(12),
    windowClosesAt: null,
  });
  const waiting = buildConversation({
    id: "t4.1",
    name: "Noor Haddad",
    channel: "whatsapp",
    state: "open",
    holder: "queue",
    agentId: null,
    distribution: "pick",
    lastText: "Is the shop open on Sunday? I would like to bring the chair back.",
    lastAt: ago(4),
  });
  const bot = buildConversation({
    id: "t5.1",
    name: "Ulla Berg",
    state: "open",
    holder: "bot",
    agentId: null,
    queueId: null,
    lastText: "Order status",
    helper: "first",
    summary: "About: order 5",
    context: { topic: "order 5" },
  });
  const offered = offeredConversation(
    "t6.1",
    "Priya Raman",
    "Hello, my parcel arrived open and one of the four cups is broken. What now?",
  );
  const conversations = [offered, gilda, waiting, sms, tom, bot];
  const messages = new Map<string, MessageView[]>([
    [gilda.id, gildaTranscript(gilda.id)],
    [tom.id, [line(tom.id, 1, { text: tom.lastText, occurredAt: tom.lastAt })]],
    [sms.id, [line(sms.id, 1, { text: sms.lastText, occurredAt: sms.lastAt })]],
    [waiting.id, [line(waiting.id, 1, { text: waiting.lastText, occurredAt: waiting.lastAt })]],
    [bot.id, [line(bot.id, 1, { text: bot.lastText, occurredAt: bot.lastAt })]],
    [offered.id, [line(offered.id, 1, { text: offered.lastText, occurredAt: offered.lastAt })]],
  ]);
  return { conversations, messages, offers: [buildOffer(offered, 90)] };
}

function line(conversationId: string, seq: number, part: Partial<MessageView>): MessageView {
  const occurredAt = part.occurredAt ?? ago(30 - seq);
  return {
    id: `${conversationId}-${seq}`,
    seq,
    conversationId,
    direction: "in",
    author: { kind: "customer", id: null, name: null },
    text: "",
    kind: "message",
    event: null,
    ...PLAIN,
    occurredAt,
    storedAt: occurredAt,
    status: "worked",
    error: null,
    clientId: null,
    ...part,
  };
}

function gildaTranscript(id: string): MessageView[] {
  const bot: Partial<MessageView> = {
    direction: "out",
    author: { kind: "bot", id: null, name: "Helper" },
    status: "read",
  };
  const agent: Partial<MessageView> = {
    direction: "out",
    author: { kind: "agent", id: "ana", name: "Ana" },
    clientId: null,
  };
  const parts: Partial<MessageView>[] = [
    { text: "Hi! I ordered two lamps last week and only one has arrived." },
    { ...bot, text: "Hello Gilda! I can look that up. What is your order number?" },
    { text: "It is 84-2210" },
    {
      ...bot,
      text: "Thank you. Order 84-2210 was sent in two parcels. I am handing you to a person who can follow the second one.",
    },
    {
      ...agent,
      text: "Good morning Gilda, this is Ana. Give me a moment to check with the carrier.",
      status: "read",
    },
    { kind: "event", event: "unsupported", text: "The customer sent a sticker, which cannot be shown yet." },
    { text: "Sure, no hurry", occurredAt: ago(24), storedAt: ago(18) },
    {
      ...agent,
      text: "The second parcel is at the depot and comes tomorrow between 9 and 12.\nShall I have it left with a neighbour if you are out?",
      status: "delivered",
    },
    { text: "Yes please, number 14 always opens" },
    {
      ...agent,
      text: "Here is the carrier's page with the live position: https://carrier.example/track/84-2210-2",
      status: "failed",
      error: {
        code: "CHANNEL_REFUSED",
        message: "Messenger refuses links to this site.",
        platformCode: "100",
      },
    },
    {
      text: "I cannot open that?",
      status: "dead",
      error: {
        code: "TURN_FAILED",
        message: "the message could not be worked after several tries.",
        platformCode: null,
      },
    },
    { ...agent, text: "Never mind, I will write to you when it is on the van.", status: "accepted" },
    { text: "Great, thank you!" },
  ];
  return parts.map((part, index) => line(id, index + 1, part));
}
