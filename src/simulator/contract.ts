/** What the phone page exchanges with the simulator: `/api/phone`, which exists only in development. */

export interface TelephoneView {
  /** "facebook", "twitter", "whatsapp", "sms". */
  channel: string;
  title: string;
  /** The page, handle or number that the customer writes to. */
  instanceName: string;
  instanceExternalId: string;
  /** Simulated customers of this telephone; the first is the default. */
  customers: { id: string; name: string }[];
}

export interface PhoneMessage {
  /** Grows by one; order of the screen. */
  n: number;
  channel: string;
  customerId: string;
  /** "out" is what the customer wrote, "in" what arrived on the telephone. */
  direction: "out" | "in";
  text: string;
  /** Files; `url` is where this page may show them from. */
  media?: { contentType: string; name?: string; url: string }[];
  /** Buttons to tap: POST with `choice`. */
  choices?: { title: string; value: string }[];
  location?: { latitude: number; longitude: number; name?: string };
  /** The platform's message id, for reactions and replies. */
  id?: string;
  at: string;
  /** The webhook's HTTP status for what the customer wrote. */
  webhookStatus?: number;
}

/** GET /api/phone -> { telephones, messages }. */
export interface PhoneState {
  telephones: TelephoneView[];
  messages: PhoneMessage[];
}

/**
 * POST /api/phone/{channel}/messages { customerId, text } -> 201 PhoneMessage: the fake platform signs a webhook
 * and posts it to the real webhook route.
 * GET /api/phone/events: server-sent events, each data a PhoneMessage.
 */
export interface PhoneSay {
  customerId: string;
  /** "" only with one of the others. */
  text: string;
  /** A picture, sound or file, base64, at most 700 kB. */
  media?: { contentType: string; name?: string; base64: string };
  location?: { latitude: number; longitude: number; name?: string };
  choice?: { title: string; value: string };
  /** React to a message that is there. */
  reaction?: { messageId: string; emoji: string };
}
