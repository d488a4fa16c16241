import type { Attachment } from "../../core/activity";
import type { FileState, InboundMessage } from "../../core/conversation";
import { ChannelError, messageOf } from "../../core/errors";
import { hashId } from "../../core/ids";
import { toInstanceId } from "../../core/settings";
import { transact } from "../../core/transact";
import type { PipelinePorts } from "../ports";

/** Files under way at one time, each up to 25 MB in memory. */
const MOST_AT_ONCE = 4;
/** A platform may answer 404 for seconds after its webhook (Twilio); after so many tries the file is gone. */
const MISSING_TRIES = 7;
/** Other trouble of the platform is waited out so long, ms. */
const GIVE_UP_MS = 24 * 60 * 60 * 1000;

/** Brings what customers sent into our own store, after the turn and beside it: the text never waits for its files. */
export function createFiles(ports: PipelinePorts) {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function withRoom<T>(work: () => Promise<T>): Promise<T> {
    if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  }

  /** One try at one file. Throws ChannelError while it is worth another. */
  async function fetchOne(
    message: InboundMessage,
    index: number,
    attachment: Attachment,
    tries: number,
  ): Promise<FileState> {
    const { contentType, name, contentUrl = "" } = attachment;
    const known = { contentType, ...(name === undefined ? {} : { name }) };
    try {
      // Until it is stored a file is in memory: a storage that is slow must not let them pile up.
      const info = await withRoom(async () => {
        const fetched = await ports.media.fetch(await requestOf(message, contentUrl));
        return ports.media.store.put({
          // The same again after a crash: it replaces itself.
          id: hashId("m", message.id, String(index)),
          contentType: fetched.contentType,
          content: fetched.content,
          ...nameOf(name ?? fetched.name),
        });
      });
      const { id: mediaId, bytes } = info;
      return { state: "stored", mediaId, contentType: info.contentType, bytes, ...nameOf(info.name) };
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      const isMissing = error.platformCode === "404" || error.platformCode === "410";
      const mayStillCome = isMissing
        ? tries < MISSING_TRIES
        : error.retryable && ports.clock.now() - message.storedAt < GIVE_UP_MS;
      if (mayStillCome) throw error;
      ports.log.warn({ messageId: message.id, error: messageOf(error) }, "a customer's file was not fetched");
      return {
        ...known,
        state: error.code === "CHANNEL_REFUSED" ? "refused" : "failed",
        reason: error.message,
      };
    }
  }

  /** The platform's address with its credentials. Throws ChannelError. */
  async function requestOf(message: InboundMessage, contentUrl: string) {
    const { channel, instanceExternalId, accountId } = message;
    const client = ports.clients.get(channel);
    if (client?.mediaRequest === undefined)
      throw new ChannelError("CHANNEL_REFUSED", "Files of this channel cannot be fetched.", {
        retryable: false,
      });
    const account = await ports.accounts.account(accountId);
    const instanceId = toInstanceId(channel, instanceExternalId);
    const instance = account?.instances.find((one) => one.id === instanceId);
    if (account === undefined || instance === undefined)
      throw new ChannelError("CHANNEL_AUTH", "The account cannot be used now.", { retryable: true });
    return client.mediaRequest(contentUrl, { account, instance });
  }

  async function write(message: InboundMessage, states: ReadonlyMap<number, FileState>): Promise<void> {
    let isKept = true;
    await transact(ports.store, "threads", message.threadId, "media", async (tx) => {
      const now = await tx.read<InboundMessage>(message.id);
      isKept = now?.files !== undefined;
      if (now?.files === undefined) return;
      tx.put<InboundMessage>({ ...now, files: now.files.map((file, index) => states.get(index) ?? file) });
    });
    if (isKept) return;
    // Deleted by the customer meanwhile, who was told of no file: what was just stored goes too.
    for (const { mediaId } of states.values())
      if (mediaId !== undefined) await ports.media.store.delete(mediaId);
  }

  return {
    /** Fetches what is pending of a message; `tries` counts from 1. Throws while another try is worth it. */
    async fetch(threadId: string, messageId: string, tries: number): Promise<void> {
      const stored = await ports.store.read<InboundMessage>("threads", threadId, messageId);
      const { files = [], activity } = stored?.doc ?? {};
      if (stored === undefined || activity === undefined) return;
      const states = new Map<number, FileState>();
      let again: unknown;
      for (const [index, file] of files.entries()) {
        const attachment = activity.attachments?.[index];
        if (file.state !== "pending" || attachment === undefined) continue;
        await fetchOne(stored.doc, index, attachment, tries).then(
          (state) => states.set(index, state),
          (error: unknown) => {
            again = error;
          },
        );
      }
      if (states.size > 0) await write(stored.doc, states);
      if (again !== undefined) throw again;
    },
    /** Files of a message that the customer deleted. */
    async drop(mediaIds: readonly string[]): Promise<void> {
      for (const id of mediaIds) await ports.media.store.delete(id);
    },
  };
}

export type Files = ReturnType<typeof createFiles>;

const nameOf = (name: string | undefined): { name?: string } => (name === undefined ? {} : { name });
