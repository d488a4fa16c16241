import type { ContactFields } from "./contact";
import type { ConversationFacts, CustomerFacts, OutgoingFacts, Plugins } from "./plugin";
import { NO_PLUGINS } from "./plugin";
import type { ContactRecord, TicketRecord } from "./record";

/** What all plugins together said; what failed is told in words and was passed over. */
export interface Told<T> {
  answer: T;
  faults: readonly string[];
}

type Variables = Readonly<Record<string, string | number>>;

/** What a routing decision starts with besides what is known. */
export interface RoutingWish {
  context: Variables;
  /** Rating 1 to 10. */
  skills: Readonly<Record<string, number>>;
  queue?: string;
}

/**
 * The hooks of all plugins, one after the other. One that no plugin has is absent, so that nothing is made ready for it.
 * They never throw. `id` is the same when a step is repeated.
 */
export interface HookRunner {
  readonly beforeTurn?: (facts: ConversationFacts, id: string) => Promise<Told<Variables>>;
  readonly beforeRouting?: (facts: ConversationFacts, id: string) => Promise<Told<RoutingWish>>;
  /** `refuse`: why it is not sent. */
  readonly beforeSending?: (
    facts: OutgoingFacts,
    id: string,
  ) => Promise<Told<{ text?: string; refuse?: string }>>;
  readonly onClose?: (
    facts: ConversationFacts & { reason: string },
    id: string,
  ) => Promise<Told<Record<string, never>>>;
}

/** One plugin that keeps contacts or tickets elsewhere. `id`: the event's. All throw SwitchboardError PLUGIN_FAILED. */
export interface RecordKeeper {
  readonly plugin: string;
  readonly contactChanged?: (contact: ContactRecord, id: string) => Promise<{ externalId?: string }>;
  readonly contactErased?: (erased: { id: string }, id: string) => Promise<unknown>;
  readonly ticketChanged?: (
    ticket: TicketRecord,
    id: string,
  ) => Promise<{ external?: { id: string; url?: string } }>;
}

/** Somebody whom a plugin knows. */
export interface FoundContact {
  plugin: string;
  fields: Partial<ContactFields>;
}

/** What plugins do about records. */
export interface PluginRecords {
  /**
   * Who a customer without a contact is: the first plugin that knows. Its link is `how: "plugin"`: an active contact with
   * the answer's `externalId` is the one, else one is created with these fields, which are checked like an agent's. Absent
   * when no plugin has it. Never throws; within two seconds for each plugin. `id` is the same when a step is repeated.
   */
  readonly findContact?: (facts: CustomerFacts, id: string) => Promise<Told<FoundContact | undefined>>;
  readonly keepers: readonly RecordKeeper[];
}

/** Reads fields by their full names; a failing one is missing in the answer. Never throws. */
export type ReadFields = (
  names: readonly string[],
  facts: ConversationFacts,
  id: string,
) => Promise<Told<Readonly<Record<string, unknown>>>>;

/** One piece of a plugin's code as it is doing. */
export interface PluginPartStatus {
  /** "hooks.beforeTurn", "actions.refund", "fields.tier", "functions.isVip". */
  part: string;
  /** "off": it hung or broke too often and rests until `offUntil`. */
  state: "on" | "off";
  failures: number;
  offUntil?: number;
  lastError?: { at: number; message: string };
}

/** One plugin as it is doing. */
export interface PluginStatus {
  name: string;
  /** Where it was found: the npm name or path, or the file under plugins/. */
  from: string;
  /** "off": a part of it is. */
  state: "on" | "off";
  parts: readonly PluginPartStatus[];
  dialogs: readonly string[];
  channels: readonly string[];
  /** Threads that ended because of it since the start: hung, out of memory, crashed. */
  restarts: number;
}

/** Plugins that were loaded and run. */
export interface RunningPlugins extends Plugins {
  readonly hooks: HookRunner;
  readonly readFields: ReadFields;
  readonly records: PluginRecords;
  status(): PluginStatus[];
  close(): Promise<void>;
}

/** A server without plugins, running. */
export const NONE_RUNNING: RunningPlugins = {
  ...NO_PLUGINS,
  hooks: {},
  readFields: async () => ({ answer: {}, faults: [] }),
  records: { keepers: [] },
  status: () => [],
  close: async () => {},
};
