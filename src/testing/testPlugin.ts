import { systemClock } from "../core/clock";
import type { ContactFields } from "../core/contact";
import { InputError } from "../core/errors";
import { newId } from "../core/ids";
import { silentLog } from "../core/log";
import type { ConversationFacts, CustomerFacts, Hooks, OutgoingFacts } from "../core/plugin";
import type { ContactRecord, TicketRecord } from "../core/record";
import type { PluginRecords, Told } from "../core/runningPlugins";
import { compileExpression } from "../expressions/compile";
import { openPlugins } from "../openPlugins";

/** A plugin as the server runs it. */
export interface TestPlugin {
  /** Value of an expression, with the plugin's functions. Throws InputError when it cannot be compiled or read. */
  evaluate(expression: string): unknown;
  /** By its own name, without the plugin's; gives up after ten seconds. Throws SwitchboardError PLUGIN_FAILED. */
  runAction(name: string, input?: Record<string, unknown>, id?: string): Promise<unknown>;
  /** By its own name; undefined: missing. What is left out of `facts` is made up. Throws InputError when it fails. */
  readField(name: string, facts?: Partial<ConversationFacts>): Promise<unknown>;
  /** What the server makes of the hook's answer. Throws InputError when it fails, or when the plugin has no such hook. */
  callHook(
    name: keyof Hooks,
    facts?: Partial<OutgoingFacts & { reason: string }>,
  ): Promise<Record<string, unknown>>;
  /** Its answers to what its `records` are asked; undefined or {}: nothing to say. */
  readonly records: TestRecords;
  /** Ends its thread. */
  close(): Promise<void>;
}

/** What is left out of facts and records is made up. Throws InputError when it fails, or has no such part. */
export interface TestRecords {
  findContact(facts?: Partial<CustomerFacts>): Promise<Partial<ContactFields> | undefined>;
  contactChanged(contact?: Partial<ContactRecord>, id?: string): Promise<{ externalId?: string }>;
  contactErased(contactId?: string, id?: string): Promise<void>;
  ticketChanged(
    ticket?: Partial<TicketRecord>,
    id?: string,
  ): Promise<{ external?: { id: string; url?: string } }>;
}

type AnyHook = (facts: typeof FACTS, id: string) => Promise<Told<object>>;

const FACTS: OutgoingFacts & { reason: string } = {
  conversationId: "test.1",
  threadId: "test",
  channel: "facebook",
  instanceId: "facebook~2000",
  workstreamId: "test",
  customer: { id: "555" },
  context: {},
  text: "",
  author: { kind: "agent", id: "ana" },
  reason: "agentEnded",
};

const CONTACT: ContactRecord = {
  id: "c~test",
  name: "Ana Silva",
  emails: [],
  phones: [],
  fields: {},
  state: "active",
  version: 1,
  createdAt: "2026-11-21T09:00:00.000Z",
  updatedAt: "2026-11-21T09:00:00.000Z",
};

const TICKET: TicketRecord = {
  number: "T-1001",
  subject: "Test",
  state: "open",
  priority: "normal",
  fields: {},
  conversations: [],
  notes: [],
  version: 1,
  createdAt: "2026-11-21T09:00:00.000Z",
  updatedAt: "2026-11-21T09:00:00.000Z",
};

/**
 * Loads one plugin as the server does, with all its checks and in its own thread. `file`: its folder or module, as an
 * absolute path. Throws ConfigError PLUGIN_INVALID.
 */
export async function testPlugin(file: string): Promise<TestPlugin> {
  const opened = await openPlugins({
    config: { plugins: [file], configFile: __filename },
    threads: true,
    clock: systemClock,
    log: silentLog,
  });
  const { plugins } = opened;
  const name = plugins.status()[0]?.name ?? "";

  return {
    evaluate(expression) {
      const outcome = compileExpression(expression, {}).evaluate({});
      if ("error" in outcome) throw new InputError("EXPRESSION_INVALID", outcome.error);
      return outcome.value;
    },
    runAction: (action, input = {}, id = newId("test")) =>
      plugins.runAction(`${name}.${action}`, input, { id, timeoutMs: 10_000 }),
    async readField(field, facts = {}) {
      const full = `${name}.${field}`;
      if (!plugins.fields.has(full)) throw new InputError("INPUT_INVALID", `There is no field "${full}".`);
      const told = await plugins.readFields([full], { ...FACTS, ...facts }, newId("test"));
      return sound(told)[full];
    },
    async callHook(hook, facts = {}) {
      const call = plugins.hooks[hook] as AnyHook | undefined;
      if (call === undefined) throw new InputError("INPUT_INVALID", `The plugin has no hook ${hook}.`);
      const answer = sound(await call({ ...FACTS, ...facts }, newId("test")));
      return hook === "beforeTurn" ? { context: answer } : { ...answer };
    },
    records: testRecords(plugins.records),
    close: () => opened.close(),
  };
}

function testRecords({ findContact, keepers }: PluginRecords): TestRecords {
  const need = <P>(part: P | undefined, name: keyof TestRecords): P => {
    if (part === undefined) throw new InputError("INPUT_INVALID", `The plugin has no records.${name}.`);
    return part;
  };
  return {
    async findContact(facts = {}) {
      const { conversationId, threadId, channel, instanceId, customer } = FACTS;
      const made = { conversationId, threadId, channel, instanceId, customer, ...facts };
      return sound(await need(findContact, "findContact")(made, newId("test")))?.fields;
    },
    contactChanged: async (contact = {}, id = newId("test")) =>
      need(keepers[0]?.contactChanged, "contactChanged")({ ...CONTACT, ...contact }, id),
    contactErased: async (contactId = CONTACT.id, id = newId("test")) => {
      await need(keepers[0]?.contactErased, "contactErased")({ id: contactId }, id);
    },
    ticketChanged: async (ticket = {}, id = newId("test")) =>
      need(keepers[0]?.ticketChanged, "ticketChanged")({ ...TICKET, ...ticket }, id),
  };
}

function sound<T>({ answer, faults }: { answer: T; faults: readonly string[] }): T {
  if (faults.length > 0) throw new InputError("INPUT_INVALID", faults.join(" "));
  return answer;
}
