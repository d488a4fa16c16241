import type { ContactView, CustomerSummary } from "../../src/desk/contactContract";
import type {
  ConversationView,
  DeskEvent,
  DispositionView,
  MessageView,
  MeView,
  OfferView,
  PresenceView,
  QuickReplyView,
  TemplateView,
} from "../../src/desk/contract";
import { buildSummary } from "./stubCustomer";
import { busyDesk, PLAIN } from "./stubData";
import { SAMPLE_FILES, type StoredFile } from "./stubMedia";

type Listener = (event: DeskEvent, id: number) => void;

/** What the page posted as a message. */
export interface SentMessage {
  clientId: string;
  text?: string;
  attachments?: { mediaId: string }[];
  choices?: string[];
  template?: { id: string; variables: Record<string, string> };
  replyToId?: string;
}

interface Refusal {
  status: number;
  code: string;
  message: string;
}

/** The desk's world in memory: enough of the server's behaviour for one agent, Ana, and what tests do to it. */
export class StubDesk {
  me: MeView;
  conversations: ConversationView[] = [];
  messages = new Map<string, MessageView[]>();
  offers: OfferView[] = [];
  /** Who is behind a conversation; nobody is known of one that is not here. */
  readonly customers = new Map<string, CustomerSummary>();
  readonly contacts: ContactView[] = [];
  /** Every message an agent sent, in order. */
  readonly sent: SentMessage[] = [];
  /** Every sign of typing and reading, in order. */
  readonly signals: { action: "typing" | "read"; conversationId: string }[] = [];
  templates: TemplateView[] = [];
  quickReplies: QuickReplyView[] = [];
  dispositions: DispositionView[] = [];
  dispositionRequired = false;
  /** Files by id, those of the samples and those uploaded. */
  readonly files = new Map<string, StoredFile>(SAMPLE_FILES);
  /** The next send fails so. */
  refuseSend: Refusal | undefined;
  refuseUpload: Refusal | undefined;
  refuseTemplates: Refusal | undefined;
  /** Uploads wait for it before they are answered. */
  holdUploads: Promise<void> | undefined;
  /** Offers that Ben answers first. */
  readonly taken = new Set<string>();
  readonly #events: DeskEvent[] = [];
  readonly #listeners = new Set<Listener>();

  constructor(presence: PresenceView["presence"] = "available") {
    this.me = {
      id: "ana",
      name: "Ana",
      roles: ["agent"],
      presence: { agentId: "ana", presence, used: 0, capacity: 3 },
      queues: [
        { id: "general", name: "General" },
        { id: "vip", name: "VIP" },
      ],
    };
  }

  /** What agents told the helper. */
  readonly notes: unknown[] = [];

  static busy(): StubDesk {
    const desk = new StubDesk();
    const { conversations, messages, offers } = busyDesk();
    desk.conversations = conversations;
    desk.messages = messages;
    desk.offers = offers;
    desk.countLoad();
    return desk;
  }

  customer(id: string): CustomerSummary | undefined {
    const view = this.find(id);
    return this.customers.get(id) ?? (view && buildSummary(view));
  }

  get lastEventId(): number {
    return this.#events.length;
  }

  /** Tells of every event after `lastId`, then of what comes. */
  listen(lastId: number, listener: Listener): () => void {
    for (const [index, event] of this.#events.entries()) {
      if (index >= lastId) listener(event, index + 1);
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(type: "conversation" | "message" | "offer" | "typing", conversationId: string): void {
    this.#emit({ type, conversationId, version: Date.now() });
  }

  #emit(event: DeskEvent): void {
    const id = this.#events.push(event);
    for (const listener of this.#listeners) listener(event, id);
  }

  find(id: string): ConversationView | undefined {
    return this.conversations.find((one) => one.id === id);
  }

  change(id: string, changes: Partial<ConversationView>): ConversationView | undefined {
    const view = this.find(id);
    if (view === undefined) return undefined;
    Object.assign(view, changes, { version: view.version + 1 });
    this.countLoad();
    this.tell("conversation", id);
    return view;
  }

  setPresence(presence: PresenceView["presence"]): PresenceView {
    this.me.presence = { ...this.me.presence, presence };
    this.#emit({ type: "presence", conversationId: "", version: Date.now() });
    return this.me.presence;
  }

  offer(offer: OfferView, view: ConversationView): void {
    this.conversations.unshift(view);
    this.offers.push(offer);
    this.tell("offer", view.id);
  }

  answerOffer(id: string, accepted: boolean): boolean {
    const offer = this.offers.find((one) => one.id === id);
    if (offer === undefined) return false;
    this.offers = this.offers.filter((one) => one !== offer);
    if (this.taken.has(id)) return false;
    this.change(
      offer.conversationId,
      accepted
        ? { state: "active", holder: "agent", agentId: this.me.id, offeredTo: null }
        : { state: "open", holder: "queue", agentId: null, offeredTo: null },
    );
    this.tell("offer", offer.conversationId);
    return true;
  }

  act(id: string, action: string, note?: unknown): ConversationView | undefined {
    if (note !== undefined) this.notes.push(note);
    switch (action) {
      case "pick":
      case "open":
        return this.change(id, { state: "active", holder: "agent", agentId: this.me.id });
      case "release":
        return this.change(id, { state: "open", holder: "queue", agentId: null });
      case "helper":
        return this.change(id, { state: "open", holder: "bot", agentId: null, queueId: null });
      case "end":
        return this.change(id, { state: "wrapUp" });
      case "close":
        return this.change(id, { state: this.find(id)?.state === "wrapUp" ? "closed" : "waiting" });
      default:
        return undefined;
    }
  }

  /** Closing out of wrap-up waits for a disposition that is required. */
  needsDisposition(id: string): boolean {
    const view = this.find(id);
    return this.dispositionRequired && view?.state === "wrapUp" && view.dispositions.length === 0;
  }

  findQuickReplies(search: string): QuickReplyView[] {
    const words = search.toLowerCase();
    return this.quickReplies.filter(({ title, text, tags }) =>
      [title, text, ...tags.map((tag) => `#${tag}`)].some((part) => part.toLowerCase().includes(words)),
    );
  }

  agentSends(id: string, said: SentMessage): MessageView {
    const { clientId, text = "", attachments = [], choices = [], template, replyToId = null } = said;
    this.sent.push(said);
    const known = this.messages.get(id)?.find((message) => message.clientId === clientId);
    if (known !== undefined) return known;
    return this.add(id, {
      direction: "out",
      author: { kind: "agent", id: "ana", name: "Ana" },
      text: template === undefined ? text : `Template ${template.id}`,
      attachments: attachments.map(({ mediaId }) => this.attachment(mediaId)),
      choices,
      replyToId,
      status: "queued",
      clientId,
    });
  }

  attachment(mediaId: string): MessageView["attachments"][number] {
    const file = this.files.get(mediaId);
    const [kind] = (file?.contentType ?? "").split("/");
    return {
      kind: kind === "image" || kind === "video" || kind === "audio" ? kind : "file",
      contentType: file?.contentType ?? "application/octet-stream",
      name: file?.name ?? null,
      bytes: file?.content.length ?? null,
      state: "stored",
      reason: null,
      url: `/api/desk/media/${mediaId}`,
    };
  }

  /** Changes a message that is there, as an edit or a deletion does, and writes the event that says so. */
  customerChanges(id: string, message: MessageView, event: "edit" | "delete", text: string): void {
    const at = new Date().toISOString();
    Object.assign(message, event === "edit" ? { text, editedAt: at } : { text: "", deletedAt: at });
    this.add(id, { kind: "event", event, text: `The customer made an ${event}.`, replyToId: message.id });
  }

  customerReacts(id: string, message: MessageView, emoji: string, removed = false): void {
    const text = removed ? `Took back ${emoji}` : `Reacted with ${emoji}`;
    this.add(id, {
      kind: "event",
      event: "reaction",
      text,
      replyToId: message.id,
      reaction: { emoji, removed },
    });
  }

  customerWrites(id: string, text: string): MessageView {
    const name = this.find(id)?.customer.name ?? null;
    return this.add(id, {
      direction: "in",
      author: { kind: "customer", id: null, name },
      text,
      status: "worked",
    });
  }

  setStatus(id: string, message: MessageView, status: MessageView["status"]): void {
    message.status = status;
    this.tell("message", id);
  }

  add(id: string, part: Partial<MessageView>): MessageView {
    const list = this.messages.get(id) ?? [];
    this.messages.set(id, list);
    const now = new Date().toISOString();
    const seq = list.length + 1;
    const message: MessageView = {
      id: `${id}-${seq}`,
      seq,
      conversationId: id,
      direction: "in",
      author: { kind: "customer", id: null, name: null },
      text: "",
      kind: "message",
      event: null,
      ...PLAIN,
      occurredAt: now,
      storedAt: now,
      status: "worked",
      error: null,
      clientId: null,
      ...part,
    };
    list.push(message);
    this.change(id, { lastAt: now, lastText: message.text });
    this.tell("message", id);
    return message;
  }

  countLoad(): void {
    const used = this.conversations.filter(
      (one) => one.agentId === "ana" && ["active", "wrapUp"].includes(one.state),
    ).length;
    this.me.presence = { ...this.me.presence, used };
  }
}
