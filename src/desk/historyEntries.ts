import { isoTime } from "../core/clock";
import type { ConversationDoc } from "../core/conversation";
import type { Principal } from "../core/route";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";
import { ROUTING_GROUP, type WorkItem } from "../core/workItem";
import { itemId } from "../routing/workItems";
import type { HistoryEntry } from "./contactContract";
import type { Masking } from "./masking";
import { canSee } from "./policy";
import type { ItemFacts } from "./present";

/** Conversations of a history as a list shows them. */
export interface HistoryPresenter {
  /** `readsAll`: the caller has a conversation of the same contact now. */
  present(me: Principal, docs: readonly ConversationDoc[], readsAll: boolean): Promise<HistoryEntry[]>;
}

export function createHistoryPresenter(ports: {
  store: Store;
  settings: SettingsReader;
  masking: Masking;
}): HistoryPresenter {
  const { store, settings, masking } = ports;

  /** As it was when it closed; a live one's row, which may be about to be written. */
  async function factsOf(doc: ConversationDoc): Promise<ItemFacts | undefined> {
    if (doc.last !== undefined) return doc.last;
    return (await store.read<WorkItem>("routing", ROUTING_GROUP, itemId(doc.conversationId)))?.doc;
  }

  function toEntry(doc: ConversationDoc, facts: ItemFacts, readable: boolean): HistoryEntry {
    return {
      id: doc.conversationId,
      channel: facts.channel,
      instanceId: facts.instanceId,
      state: facts.state,
      holder: facts.holder,
      queueId: facts.queueId ?? null,
      agentId: facts.agentId ?? null,
      openedAt: isoTime(doc.openedAt),
      closedAt: doc.closedAt === undefined ? null : isoTime(doc.closedAt),
      // Who may not read the conversation sees that there is one.
      lastText: readable ? masking.mask(facts.lastText, "customer") : "",
      dispositions: facts.dispositions ?? [],
      readable,
    };
  }

  return {
    async present(me, docs, readsAll) {
      const found = await Promise.all(docs.map(async (doc) => ({ doc, facts: await factsOf(doc) })));
      return found.flatMap(({ doc, facts }) =>
        facts === undefined ? [] : [toEntry(doc, facts, readsAll || canSee(me, facts, settings.current()))],
      );
    },
  };
}
