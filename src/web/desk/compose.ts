import { createContext, useContext, useSyncExternalStore } from "react";
import { api, type Send } from "../api";
import { createUploads, type DraftFile, MAX_FILES } from "./draftFiles";

/** The message that is being answered, as it read when the agent chose it. */
export interface ReplyTarget {
  id: string;
  author: string;
  text: string;
}

interface Content {
  text: string;
  files: readonly DraftFile[];
  choices: readonly string[];
  replyTo: ReplyTarget | null;
}

/** On its way to the server, not yet in the transcript. */
export interface Outgoing extends Content {
  clientId: string;
  at: string;
}

/** What an agent is writing in one conversation. */
export interface Compose {
  draft: string;
  files: readonly DraftFile[];
  choices: readonly string[];
  replyTo: ReplyTarget | null;
  outgoing: readonly Outgoing[];
  /** Why the last send failed, in words. */
  fault: string | null;
  /** The failed message's id: sent again with the same content, it must not arrive twice. */
  failed: { content: string; clientId: string } | null;
}

export interface ComposeStore {
  read(id: string): Compose;
  subscribe(changed: () => void): () => void;
  write(id: string, draft: string): void;
  /** Uploads files; those above the limit of one message are left out. */
  attach(id: string, files: readonly File[]): void;
  removeFile(id: string, file: DraftFile): void;
  setChoices(id: string, choices: readonly string[]): void;
  replyTo(id: string, target: ReplyTarget | null): void;
  dismissFault(id: string): void;
  /** Sends the draft; `refresh` must bring the stored message to the screen before ours is taken off it. */
  send(id: string, refresh: () => Promise<void>): Promise<void>;
}

const NOTHING: Content = { text: "", files: [], choices: [], replyTo: null };
const EMPTY: Compose = {
  draft: "",
  files: [],
  choices: [],
  replyTo: null,
  outgoing: [],
  fault: null,
  failed: null,
};

/** Whether there is something to send and everything of it is ready. */
export function isSendable({ draft, files }: Compose): boolean {
  return (draft.trim() !== "" || files.length > 0) && files.every((file) => file.state === "ready");
}

/** Keeps what is being written for as long as the page lives, whichever conversation is on the screen. */
export function createComposeStore(): ComposeStore {
  const states = new Map<string, Compose>();
  const listeners = new Set<() => void>();
  const read = (id: string) => states.get(id) ?? EMPTY;

  function change(id: string, changes: Partial<Compose>): void {
    states.set(id, { ...read(id), ...changes });
    for (const listener of listeners) listener();
  }

  const uploads = createUploads((fileId, changes) => {
    for (const [id, { files }] of states) {
      if (!files.some((file) => file.id === fileId)) continue;
      change(id, { files: files.map((file) => (file.id === fileId ? { ...file, ...changes } : file)) });
    }
  });

  async function send(id: string, refresh: () => Promise<void>): Promise<void> {
    const state = read(id);
    if (!isSendable(state)) return;
    const content: Content = { ...state, text: state.draft.trim() };
    const body = toSend(content);
    const key = JSON.stringify(body);
    const clientId = state.failed?.content === key ? state.failed.clientId : crypto.randomUUID();
    const { text, files, choices, replyTo } = content;
    const entry = { text, files, choices, replyTo, clientId, at: new Date().toISOString() };
    change(id, { ...toDraft(NOTHING), fault: null, failed: null, outgoing: [...state.outgoing, entry] });
    try {
      await api.send(id, body, clientId);
    } catch (error) {
      change(id, {
        ...restored(content, read(id)),
        fault: error instanceof Error ? error.message : String(error),
        failed: { content: key, clientId },
      });
      outgoingDone(id, clientId);
      return;
    }
    await refresh();
    outgoingDone(id, clientId);
    for (const file of files) uploads.drop(file);
  }

  function outgoingDone(id: string, clientId: string): void {
    change(id, { outgoing: read(id).outgoing.filter((other) => other.clientId !== clientId) });
  }

  return {
    read,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    write: (id, draft) => change(id, { draft }),
    attach(id, files) {
      const present = read(id).files;
      const added = files.slice(0, MAX_FILES - present.length).map(uploads.start);
      change(id, { files: [...present, ...added] });
    },
    removeFile(id, file) {
      uploads.drop(file);
      change(id, { files: read(id).files.filter((other) => other.id !== file.id) });
    },
    setChoices: (id, choices) => change(id, { choices }),
    replyTo: (id, target) => change(id, { replyTo: target }),
    dismissFault: (id) => change(id, { fault: null }),
    send,
  };
}

const toDraft = ({ text, files, choices, replyTo }: Content): Partial<Compose> => ({
  draft: text,
  files,
  choices,
  replyTo,
});

function toSend({ text, files, choices, replyTo }: Content): Send {
  return {
    text,
    ...(files.length > 0 && { attachments: files.map((file) => ({ mediaId: file.mediaId ?? "" })) }),
    ...(choices.length > 0 && { choices: [...choices] }),
    ...(replyTo !== null && { replyToId: replyTo.id }),
  };
}

/** What was refused comes back before whatever was written since. */
function restored(content: Content, since: Compose): Partial<Compose> {
  return toDraft({
    text: [content.text, since.draft].filter((text) => text !== "").join("\n"),
    files: [...content.files, ...since.files],
    choices: since.choices.length === 0 ? content.choices : since.choices,
    replyTo: since.replyTo ?? content.replyTo,
  });
}

export const ComposeContext = createContext<ComposeStore>(createComposeStore());

export function useCompose(id: string): { state: Compose; store: ComposeStore } {
  const store = useContext(ComposeContext);
  const state = useSyncExternalStore(store.subscribe, () => store.read(id));
  return { state, store };
}
