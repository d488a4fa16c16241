import type { Channel } from "./channel";
import type { ContactFields } from "./contact";
import { SwitchboardError } from "./errors";
import type { CreateFake } from "./fake";
import type { ContactRecord, TicketRecord } from "./record";

/** A dialog of botbuilder-dialogs (waterfall, component, prompt), as far as anybody but dialogs/ needs to know it. */
export interface CodedDialog {
  /** What flows call it by. */
  readonly id: string;
}

/** Kinds of values that expressions and actions tell apart. */
export type ValueKind = "text" | "number" | "boolean" | "any";

/** A function for rules and flows. Runs in the server under a time limit: it must be quick, and change nothing. */
export interface RuleFunction {
  /** One sentence for the documentation. */
  help?: string;
  /** Kinds of its arguments, in order. */
  takes: readonly ValueKind[];
  /** How many of the last arguments may be left out; 0 when left out. */
  optional?: number;
  gives: ValueKind;
  /**
   * Never asynchronous. What it throws makes the rule count as not matching; the trace tells. Not called when a value of
   * a kind other than "any" is missing: the answer is then missing too.
   */
  run(...values: unknown[]): unknown;
}

/** A step that flows may take: `do: action`. Runs beside the server, where it can harm nothing. */
export interface FlowAction {
  help?: string;
  /** What a step must give it, by name; "?" behind a name: may be left out. */
  takes?: Readonly<Record<string, ValueKind>>;
  /** May run twice for one step when a turn is repeated: pass `call.id` on to whom it calls. */
  run(input: Readonly<Record<string, unknown>>, call: PluginCall): unknown;
}

/** A field that rules may name as `<plugin>.<field>`; asked for when a rule of the work stream names it. */
export interface PluginField {
  kind: ValueKind;
  help?: string;
  read(facts: ConversationFacts, call: PluginCall): unknown;
}

/** What comes with every call of a plugin's code. */
export interface PluginCall {
  /** The same when a step is repeated: fit as an idempotency key. */
  id: string;
  /** Ends when the time is up. */
  signal: AbortSignal;
}

/** What a plugin may know of a conversation. */
export interface ConversationFacts {
  conversationId: string;
  threadId: string;
  channel: string;
  instanceId: string;
  workstreamId: string;
  customer: Readonly<Record<string, unknown>>;
  context: Readonly<Record<string, string | number>>;
  /** What the customer wrote last. */
  text: string;
}

/** A message on its way out. */
export interface OutgoingFacts extends ConversationFacts {
  /** What is to be sent; "" when it is only a file. */
  text: string;
  author: { kind: string; id?: string };
}

/**
 * Called on the path of a message, beside the server and within two seconds; one that fails is passed over. A step that is
 * repeated calls again.
 */
export interface Hooks {
  /** Before the helper or people hear a message: variables for them. */
  beforeTurn?(facts: ConversationFacts, call: PluginCall): HookAnswer<{ context?: Variables }>;
  /** Before rules are read. */
  beforeRouting?(
    facts: ConversationFacts,
    call: PluginCall,
  ): HookAnswer<{ context?: Variables; skills?: Readonly<Record<string, number>>; queue?: string }>;
  /** Before a message of ours stands in the outbox; `text` replaces what is sent, `refuse` tells its author why not. */
  beforeSending?(facts: OutgoingFacts, call: PluginCall): HookAnswer<{ text?: string; refuse?: string }>;
  onClose?(facts: ConversationFacts & { reason: string }, call: PluginCall): HookAnswer<object>;
}
type Variables = Readonly<Record<string, string | number>>;
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is one that has nothing to say.
type HookAnswer<T> = T | undefined | void | Promise<T | undefined | void>;

/** What a plugin may know of a customer whom no contact belongs to yet. */
export interface CustomerFacts {
  conversationId: string;
  threadId: string;
  channel: string;
  instanceId: string;
  customer: Readonly<Record<string, unknown>>;
}

/** A company's own CRM or service desk, where that is the master. Runs in the plugin's thread, within two seconds. */
export interface RecordsPort {
  /**
   * Asked once when a conversation of an unlinked customer begins, before a contact would be made. With an `externalId`
   * that a contact has, that contact is the one; else a contact is made of the fields. Failing: passed over.
   */
  findContact?(facts: CustomerFacts, call: PluginCall): HookAnswer<Partial<ContactFields>>;
  /** A contact is new or changed: keep it there. `call.id` is the event's; failing: asked again for some three days. */
  contactChanged?(contact: ContactRecord, call: PluginCall): HookAnswer<{ externalId?: string }>;
  /** A person's data was erased here: erase what is kept there. `id`: as `contactChanged` told it; otherwise as above. */
  contactErased?(erased: { id: string }, call: PluginCall): HookAnswer<void>;
  /** A ticket is new or changed; otherwise as above. */
  ticketChanged?(
    ticket: TicketRecord,
    call: PluginCall,
  ): HookAnswer<{ external?: { id: string; url?: string } }>;
}

/** A channel of a plugin; with `fake` the simulator's telephones have it too, for accounts that are `simulated`. */
export interface PluginChannel extends Channel {
  fake?: CreateFake;
}

/** What a plugin exports, as its default export or as `module.exports`. */
export interface Plugin {
  /** Lower-case letters, digits and dashes; names its actions and fields. With fields no dashes: rules read them as minus. */
  name: string;
  /** Versions of Switchboard that it was written for, as npm writes ranges: "^0.1.0". */
  switchboard: string;
  /** Run in the server: they are trusted not to hang. */
  dialogs?: readonly CodedDialog[];
  /** By the name that expressions call; none of ours, and none of another plugin. */
  functions?: Readonly<Record<string, RuleFunction>>;
  /** Flows call one as `<plugin>.<action>`. */
  actions?: Readonly<Record<string, FlowAction>>;
  fields?: Readonly<Record<string, PluginField>>;
  /** Channels of one's own; in the configuration file their accounts look like ours. */
  channels?: readonly PluginChannel[];
  hooks?: Hooks;
  records?: RecordsPort;
}

/** Plugins as the rest of the server sees them. */
export interface Plugins {
  readonly dialogs: readonly CodedDialog[];
  readonly channels: readonly PluginChannel[];
  /** By full name: `<plugin>.<action>`. */
  readonly actions: ReadonlyMap<string, Pick<FlowAction, "help" | "takes">>;
  /** By full name: `<plugin>.<field>`. */
  readonly fields: ReadonlyMap<string, Pick<PluginField, "kind" | "help">>;
  /** Plain JSON in and out. Throws SwitchboardError PLUGIN_FAILED, also for one that was switched off. */
  runAction(
    name: string,
    input: Readonly<Record<string, unknown>>,
    call: { id: string; timeoutMs: number },
  ): Promise<unknown>;
}

/** A server without plugins. */
export const NO_PLUGINS: Plugins = {
  dialogs: [],
  channels: [],
  actions: new Map(),
  fields: new Map(),
  runAction: async (name) => {
    throw new SwitchboardError("PLUGIN_FAILED", `There is no action "${name}".`);
  },
};
