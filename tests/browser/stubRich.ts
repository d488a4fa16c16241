import type { ConversationView, MessageView, TemplateView } from "../../src/desk/contract";
import { buildConversation, buildCustomer } from "./stubData";
import { StubDesk } from "./stubDesk";

const HOUR_MS = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

const NO_FILE = { contentType: "image/jpeg", name: null, bytes: null, reason: null, url: null };

/** Ids of the conversations of `richDesk`. */
export const HANNA = "r1.1";
export const OMAR = "r2.1";
export const LEA = "r3.1";
export const SMS = "r4.1";

/** A desk with every shape that a message has, and every state of window and health. */
export function richDesk(): StubDesk {
  const desk = new StubDesk();
  desk.me.presence.capacity = 6;
  desk.templates = buildTemplates();
  desk.conversations = buildConversations();
  for (const [index, part] of hannaTranscript(desk).entries()) {
    const at = new Date(Date.now() - (40 - index) * 60_000).toISOString();
    desk.add(HANNA, { id: `h${index + 1}`, occurredAt: at, storedAt: at, ...part });
  }
  desk.add(OMAR, {
    text: "When will my chair be repaired?",
    occurredAt: inHours(-26),
    storedAt: inHours(-26),
  });
  desk.add(LEA, { text: "Did you find my parcel?", occurredAt: inHours(-49), storedAt: inHours(-49) });
  desk.add(SMS, { text: "Is the shop open?" });
  desk.countLoad();
  return desk;
}

function buildConversations(): ConversationView[] {
  return [
    buildConversation({
      id: HANNA,
      name: "Hanna Köhler",
      customer: buildCustomer({
        id: "5001",
        name: "Hanna Köhler",
        screenName: "hannak",
        locale: "de_AT",
        timezone: 5.5,
        followers: 1240,
        friends: 318,
        phone: "+43 660 5550148",
      }),
    }),
    buildConversation({
      id: OMAR,
      name: "Omar Said",
      channel: "whatsapp",
      window: {
        state: "closed",
        closesAt: inHours(-2),
        text: "This conversation has exceeded the 24 hour limit to respond to the customer. You can send an approved template.",
      },
      abilities: { attachments: true, quickReplies: false, templates: true, typing: false },
    }),
    buildConversation({
      id: LEA,
      name: "Lea Brandt",
      window: { state: "humanAgent", closesAt: inHours(119), text: "Automatic answers are held back." },
      optedOut: { since: inHours(-30) },
      notice: { id: "privacy", version: "1", shownAt: inHours(-49), answer: "accepted" },
      recordingNotice: "This talk is recorded.",
    }),
    buildConversation({
      id: SMS,
      name: "+1 425 555 0132",
      channel: "sms",
      window: { state: "none", closesAt: null, text: null },
      abilities: { attachments: true, quickReplies: false, templates: false, typing: false },
      health: {
        state: "error",
        text: "Twilio refused the auth token. An admin must save the new one; what you write waits and goes out then.",
      },
    }),
  ];
}

function buildTemplates(): TemplateView[] {
  return [
    {
      id: "HX1",
      name: "repair_ready",
      language: "en",
      text: "Hello {{1}}, your {{2}} is repaired. You can fetch it until six.",
      variables: [
        { name: "1", sample: "Omar" },
        { name: "2", sample: "chair" },
      ],
      approved: true,
      reason: null,
    },
    {
      id: "HX2",
      name: "please_write",
      language: "en_GB",
      text: "We have news about your order. Please answer this message to go on.",
      variables: [],
      approved: true,
      reason: null,
    },
    {
      id: "HX3",
      name: "spring_sale",
      language: "en",
      text: "Spring sale: {{1}} % off.",
      variables: [{ name: "1", sample: "20" }],
      approved: false,
      reason: "WhatsApp rejected it: a promotion needs the category marketing.",
    },
  ];
}

function hannaTranscript(desk: StubDesk): Partial<MessageView>[] {
  const agent: Partial<MessageView> = {
    direction: "out",
    author: { kind: "agent", id: "ana", name: "Ana" },
    status: "read",
  };
  const bot: Partial<MessageView> = {
    direction: "out",
    author: { kind: "bot", id: null, name: "Helper" },
    status: "read",
  };
  const event = (name: string, text: string): Partial<MessageView> => ({ kind: "event", event: name, text });
  return [
    event("referral", "An ad: “Lamps, 20 % off”"),
    { text: "One of my two lamps stays dark.", attachments: [desk.attachment("lamp")] },
    { ...bot, text: "I am sorry! What may I do?", choices: ["New lamp", "Money back", "Talk to a person"] },
    { text: "Talk to a person" },
    { ...agent, text: "Hello Hanna, this is Ana. Have you got the receipt?" },
    { text: "", attachments: [desk.attachment("receipt"), desk.attachment("lamp")], replyToId: "h5" },
    { text: "And this is how it hums", attachments: [desk.attachment("voice")] },
    {
      text: "",
      attachments: [
        { kind: "video", ...NO_FILE, state: "pending" },
        {
          kind: "image",
          ...NO_FILE,
          name: "huge.tiff",
          state: "refused",
          reason: "it is larger than 25 MB.",
        },
        { kind: "file", ...NO_FILE, state: "failed", reason: "the platform does not have it any more." },
      ],
    },
    {
      text: "You could send it here:",
      place: { latitude: 48.21035, longitude: 16.36551, name: "Café Central" },
    },
    event("standby", "The customer wrote to another app: “Thanks”"),
    {
      ...agent,
      text: "Our terms are in here.",
      attachments: [desk.attachment("terms")],
      status: "delivered",
    },
    { text: "I wanted to say: thank you!", editedAt: new Date().toISOString() },
    { text: "", deletedAt: new Date().toISOString() },
    { ...event("reaction", "Reacted with ❤️"), replyToId: "h11", reaction: { emoji: "❤️", removed: false } },
    { ...event("reaction", "Reacted with 😢"), replyToId: "h5", reaction: { emoji: "😢", removed: false } },
    { ...event("reaction", "Took back 😢"), replyToId: "h5", reaction: { emoji: "😢", removed: true } },
    event("optOut", "The customer asked for no more messages."),
    { text: "Does the new one come with a bulb?", replyToId: "h11" },
  ];
}
