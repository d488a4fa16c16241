import { createContext, useContext, useSyncExternalStore } from "react";
import { api } from "../api";

/** On its way to the server, not yet in the transcript. */
export interface Outgoing {
  clientId: string;
  text: string;
  at: string;
}

/** What an agent is writing in one conversation. */
export interface Compose {
  draft: string;
  outgoing: readonly Outgoing[];
  /** Why the last send failed, in words. */
  fault: string | null;
  /** The failed message's id: sent again with the same text, it must not arrive twice. */
  failed: { text: string; clientId: string } | null;
}

export interface ComposeStore {
  read(id: string): Compose;
  subscribe(changed: () => void): () => void;
  write(id: string, draft: string): void;
  dismissFault(id: string): void;
  /** Sends the draft; `refresh` must bring the stored message to the screen before ours is taken off it. */
  send(id: string, refresh: () => Promise<void>): Promise<void>;
}

const EMPTY: Compose = { draft: "", outgoing: [], fault: null, failed: null };

/** Keeps what is being written for as long as the page lives, whichever conversation is on the screen. */
export function createComposeStore(): ComposeStore {
  const states = new Map<string, Compose>();
  const listeners = new Set<() => void>();
  const read = (id: string) => states.get(id) ?? EMPTY;

  function change(id: string, changes: Partial<Compose>): void {
    states.set(id, { ...read(id), ...changes });
    for (const listener of listeners) listener();
  }

  async function send(id: string, refresh: () => Promise<void>): Promise<void> {
    const { draft, failed, outgoing } = read(id);
    const text = draft.trim();
    if (text === "") return;
    const clientId = failed?.text === text ? failed.clientId : crypto.randomUUID();
    const entry = { clientId, text, at: new Date().toISOString() };
    change(id, { draft: "", fault: null, failed: null, outgoing: [...outgoing, entry] });
    try {
      await api.send(id, text, clientId);
    } catch (error) {
      const written = read(id).draft;
      change(id, {
        // The text comes back before whatever was typed since.
        draft: written === "" ? text : `${text}\n${written}`,
        fault: error instanceof Error ? error.message : String(error),
        failed: { text, clientId },
      });
      outgoingDone(id, clientId);
      return;
    }
    await refresh();
    outgoingDone(id, clientId);
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
    dismissFault: (id) => change(id, { fault: null }),
    send,
  };
}

export const ComposeContext = createContext<ComposeStore>(createComposeStore());

export function useCompose(id: string): { state: Compose; store: ComposeStore } {
  const store = useContext(ComposeContext);
  const state = useSyncExternalStore(store.subscribe, () => store.read(id));
  return { state, store };
}
