import type {
  CheckView,
  CountView,
  DeadLetterView,
  HealthView,
  StatusView,
} from "../admin/operationsContract";
import type { ContactCard, ContactView, CustomerSummary } from "../desk/contactContract";
import type {
  ConversationView,
  DispositionView,
  MessageView,
  MeView,
  OfferView,
  PresenceView,
  QuickReplyView,
  TemplateView,
} from "../desk/contract";
import type { SessionView } from "../signIn/contract";
import type { PhoneMessage, PhoneSay, PhoneState } from "../simulator/contract";
import { noteServerDate } from "./shared/serverClock";

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Person {
  id: string;
  name: string;
}

/** What an agent sends; one of text, attachments and template is needed. */
export interface Send {
  text?: string;
  attachments?: { mediaId: string }[];
  choices?: string[];
  template?: { id: string; variables: Record<string, string> };
  replyToId?: string;
}

/** A contact's fields as they are sent: null and left out are the same. */
export type ContactBody = Partial<
  Pick<
    ContactView,
    | "name"
    | "firstName"
    | "lastName"
    | "emails"
    | "phones"
    | "language"
    | "timezone"
    | "unit"
    | "group"
    | "origin"
    | "fields"
    | "externalId"
  >
>;

/** Whom a customer is linked to: one that is there, or a new one. */
export type LinkBody = { contactId: string } | { create: ContactBody };

/** A way in, with what it asks for; `demo` is the id of one of the demo's people. */
export type SignInBody = { token: string } | { name: string; password: string } | { demo: string };

/** What a one-time link is used up with; `name` is the first admin's. */
export interface SetUpBody {
  link: string;
  password: string;
  name?: string;
}

export type ConversationAction = "pick" | "open" | "release" | "close" | "end" | "helper";

/** What the server said against a call; `message` is for the person. */
export class ApiFault extends Error {
  /** HTTP status; 0 when the server was not reached. */
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const api = {
  session: () => call<SessionView>("GET", "/api/session"),
  signIn: (body: SignInBody) => call<void>("POST", "/api/session", body),
  signOut: () => call<void>("DELETE", "/api/session"),
  signOutEverywhere: () => call<void>("DELETE", "/api/sessions"),
  setUp: (body: SetUpBody) => call<void>("POST", "/api/set-up", body),
  changePassword: (body: { current: string; next: string }) => call<void>("POST", "/api/password", body),

  me: () => call<MeView>("GET", "/api/desk/me"),
  people: () => call<Page<Person>>("GET", "/api/desk/people"),
  setPresence: (presence: PresenceView["presence"]) =>
    call<PresenceView>("PUT", "/api/desk/presence", { presence }),

  offers: () => call<Page<OfferView>>("GET", "/api/desk/offers"),
  answerOffer: (id: string, answer: "accept" | "reject") =>
    call<unknown>("POST", `/api/desk/offers/${part(id)}/${answer}`, {}),

  conversations: (query: Record<string, string>) =>
    call<Page<ConversationView>>("GET", `/api/desk/conversations?${new URLSearchParams(query)}`),
  conversation: (id: string) => call<ConversationView>("GET", `/api/desk/conversations/${part(id)}`),
  /** `note` goes with "helper". */
  act: (id: string, action: ConversationAction, note?: string) =>
    call<ConversationView>("POST", `/api/desk/conversations/${part(id)}/${action}`, {
      ...(note !== undefined && { note }),
    }),
  messages: (id: string, after: number, limit: number) =>
    call<Page<MessageView>>(
      "GET",
      `/api/desk/conversations/${part(id)}/messages?after=${after}&limit=${limit}`,
    ),
  send: (id: string, message: Send, clientId: string) =>
    call<MessageView>("POST", `/api/desk/conversations/${part(id)}/messages`, { ...message, clientId }),
  templates: (id: string) => call<Page<TemplateView>>("GET", `/api/desk/conversations/${part(id)}/templates`),
  quickReplies: (id: string, search: string) =>
    call<Page<QuickReplyView>>(
      "GET",
      `/api/desk/conversations/${part(id)}/quickReplies?search=${part(search)}`,
    ),
  dispositions: (id: string) =>
    call<Page<DispositionView> & { required: boolean }>(
      "GET",
      `/api/desk/conversations/${part(id)}/dispositions`,
    ),
  setDispositions: (id: string, dispositions: readonly string[]) =>
    call<ConversationView>("POST", `/api/desk/conversations/${part(id)}/dispositions`, { dispositions }),
  customer: (id: string) => call<CustomerSummary>("GET", `/api/desk/conversations/${part(id)}/customer`),
  linkContact: (id: string, body: LinkBody) =>
    call<CustomerSummary>("POST", `/api/desk/conversations/${part(id)}/contact`, body),
  unlinkContact: (id: string, keepHistory: boolean) =>
    call<CustomerSummary>("POST", `/api/desk/conversations/${part(id)}/contact/unlink`, { keepHistory }),
  contacts: (search: string, limit: number) =>
    call<Page<ContactCard>>("GET", `/api/desk/contacts?search=${part(search)}&limit=${limit}`),
  /** `etag`: of the version that was read. */
  saveContact: (id: string, etag: string, body: ContactBody) =>
    call<ContactView>("PUT", `/api/desk/contacts/${part(id)}`, body, { "if-match": `"${etag}"` }),
  typing: (id: string) => call<unknown>("POST", `/api/desk/conversations/${part(id)}/typing`, {}),
  read: (id: string) => call<unknown>("POST", `/api/desk/conversations/${part(id)}/read`, {}),

  counts: (day: string) => call<Page<CountView>>("GET", `/api/admin/counts?day=${part(day)}`),
  status: () => call<Page<StatusView>>("GET", "/api/admin/status"),
  health: () => call<Page<HealthView>>("GET", "/api/admin/health"),
  /** Looks at the account's connection, or tells the platform where to call; each gives the checks it made. */
  check: (accountId: string, way: "validate" | "register") =>
    call<Page<CheckView>>("POST", `/api/admin/accounts/${part(accountId)}/${way}`, {}),
  deadLetters: (cursor: string) =>
    call<Page<DeadLetterView>>(
      "GET",
      `/api/admin/dead-letters${cursor === "" ? "" : `?cursor=${part(cursor)}`}`,
    ),
  replay: ({ threadId, messageId }: DeadLetterView) =>
    call<unknown>("POST", "/api/admin/dead-letters/replay", { threadId, messageId }),

  phone: () => call<PhoneState>("GET", "/api/phone"),
  say: (channel: string, said: PhoneSay) =>
    call<PhoneMessage>("POST", `/api/phone/${part(channel)}/messages`, said),
};

const part = encodeURIComponent;

async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  more?: Record<string, string>,
): Promise<T> {
  // The content type makes a cross-site form or link unable to send the same request.
  const headers = method === "GET" ? undefined : { "content-type": "application/json", ...more };
  const content = body === undefined ? undefined : JSON.stringify(body);
  let reply: Response;
  try {
    reply = await fetch(path, {
      method,
      credentials: "same-origin",
      ...(headers && { headers }),
      ...(content && { body: content }),
    });
  } catch {
    throw notReached();
  }
  noteServerDate(reply.headers.get("date"));
  const json: unknown = reply.status === 204 ? undefined : await reply.json().catch(() => undefined);
  if (!reply.ok) throw toFault(reply.status, json);
  return json as T;
}

export function notReached(): ApiFault {
  return new ApiFault(0, "NOT_REACHED", "The server cannot be reached. Check the connection and try again.");
}

export function toFault(status: number, json: unknown): ApiFault {
  const { code, message } = (json ?? {}) as { code?: unknown; message?: unknown };
  return new ApiFault(
    status,
    typeof code === "string" ? code : "UNKNOWN",
    typeof message === "string"
      ? message
      : `The server answered with status ${status}. Try again in a moment.`,
  );
}
