import type { ContactBook } from "../core/contactBook";
import type { ConversationDoc, Message } from "../core/conversation";
import { isName, threadOf } from "../core/ids";
import { hasRole, type Principal } from "../core/route";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";
import { isUploadOf } from "../core/uploadId";
import { ROUTING_GROUP, type WorkItem } from "../core/workItem";
import { itemId } from "../routing/workItems";
import { createContactAccess } from "./contacts/contactAccess";
import { canSee } from "./policy";
import type { ItemFacts } from "./present";

export interface MediaAccessPorts {
  store: Store;
  settings: SettingsReader;
  contacts: ContactBook;
  closing: { record(conversationId: string): Promise<ConversationDoc | undefined> };
}

/** May this person read the file? `query` is that of its address. */
export type MayReadMedia = (
  principal: Principal,
  mediaId: string,
  query: URLSearchParams,
) => Promise<boolean>;

/** The conversation's row, live or as it was when it closed. */
export function createConversationFinder({ store, closing }: Pick<MediaAccessPorts, "store" | "closing">) {
  return async (conversationId: string): Promise<ItemFacts | undefined> => {
    if (!isName(conversationId)) return undefined;
    const live = await store.read<WorkItem>("routing", ROUTING_GROUP, itemId(conversationId));
    return live?.doc ?? (await closing.record(conversationId))?.last;
  };
}

/** May this person see the conversation, live or as it was when it closed, or as history of a contact whom they have now? */
export function createConversationAccess(ports: MediaAccessPorts) {
  const find = createConversationFinder(ports);
  const contactAccess = createContactAccess(ports);
  return async (principal: Principal, conversationId: string): Promise<boolean> => {
    const facts = await find(conversationId);
    if (facts === undefined) return false;
    if (canSee(principal, facts, ports.settings.current())) return true;
    return contactAccess.mayReadAlong(principal, conversationId);
  };
}

/** Where the desk reads a message's file: the address names the message, by which access is judged. */
export function toDeskAddress(mediaId: string, message: Pick<Message, "id" | "conversationId">): string {
  const query = new URLSearchParams({ conversation: message.conversationId ?? "", message: message.id });
  return `/api/desk/media/${mediaId}?${query}`;
}

/**
 * Supervisors read every file; an agent their own uploads, and what came with a message of a conversation that they
 * may see now. An id alone opens nothing: it may have been seen in a conversation that is somebody else's by now.
 */
export function createMediaAccess(ports: MediaAccessPorts): MayReadMedia {
  const { store } = ports;
  const maySee = createConversationAccess(ports);

  return async (principal, mediaId, query) => {
    if (hasRole(principal, "supervisor") || isUploadOf(mediaId, principal.id)) return true;
    const conversationId = query.get("conversation") ?? "";
    const messageId = query.get("message") ?? "";
    const threadId = threadOf(conversationId);
    if (threadId === undefined || !isName(messageId)) return false;
    if (!(await maySee(principal, conversationId))) return false;
    const message = (await store.read<Message>("threads", threadId, messageId))?.doc;
    // The message must be of that very conversation: an agent may see one of a customer's and not another.
    if (message?.type !== "message" || message.conversationId !== conversationId) return false;
    return message.files?.some((file) => file.mediaId === mediaId) ?? false;
  };
}
