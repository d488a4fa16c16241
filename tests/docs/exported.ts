import { ADAPTERS, accountFieldsOf, instanceFieldsOf, sharesList } from "../../src/component/channels";
import { HandOff } from "../../src/component/handOff";
import type { ChannelDefinition, Field } from "../../src/core/channel";

type Json = Record<string, unknown>;

const SCHEMA = "https://schemas.botframework.com/schemas/component/v1.0/component.schema";
const UI_SCHEMA = "https://schemas.botframework.com/schemas/ui/v1.0/ui.schema";

/** The files of `exported/`: what editors of `.dialog` files and settings show of the component. */
export function exportedFiles(): [file: string, text: string][] {
  const adapters = Object.entries(ADAPTERS).map(([kind, { definition }]): [string, Json, Json] => [
    kind,
    adapterSchema(definition),
    adapterForm(definition),
  ]);
  const all: [string, Json, Json][] = [[HandOff.$kind, HAND_OFF, HAND_OFF_FORM], ...adapters];
  const files = all.flatMap(([kind, schema, form]): [string, string][] => [
    [`exported/${kind}.schema`, toText({ $schema: SCHEMA, ...schema })],
    [`exported/${kind}.uischema`, toText({ $schema: UI_SCHEMA, ...form })],
  ]);
  return [["exported/Microsoft.IAdapter.schema", toText({ $schema: SCHEMA, ...ADAPTER })], ...files];
}

/**
 * Of the runtime for .NET this comes with the SDK. The SDK's JavaScript packages lack it, and without it nobody's tool can
 * merge the schemas of adapters into a bot's.
 */
const ADAPTER: Json = {
  $role: "interface",
  title: "Adapter",
  description: "Connects a bot to a channel.",
  type: "object",
  properties: {
    route: {
      type: "string",
      title: "Route",
      description: "The path below /api/ where the adapter is mounted.",
    },
    type: {
      type: "string",
      title: "Type",
      description: "The adapter's type, which only the runtime for .NET asks for.",
    },
  },
};

const toText = (json: Json): string => `${JSON.stringify(json, null, 2)}\n`;

function adapterSchema(definition: ChannelDefinition): Json {
  const { id, title, providerTitle, instance } = definition;
  const fields = accountFieldsOf(definition);
  return {
    $role: "implements(Microsoft.IAdapter)",
    title,
    description: `${title} without Azure Bot Service, straight to ${providerTitle}.`,
    type: "object",
    properties: {
      route: {
        type: "string",
        title: "Route",
        description: `The webhook's path below /api/. ${providerTitle} must post there.`,
        default: id,
      },
      ...Object.fromEntries(fields.map(toProperty)),
      [instance.listKey]: { type: "array", title: capital(instance.listKey), items: itemSchema(definition) },
    },
    required: ["route", ...requiredOf(fields), instance.listKey],
  };
}

/** A page, handle or number. */
function itemSchema(definition: ChannelDefinition): Json {
  const { instance, providerTitle } = definition;
  const fields = instanceFieldsOf(definition);
  const isShared = sharesList(definition);
  const shared = Object.values(ADAPTERS).map((other) => other.definition);
  const channel = {
    type: "string",
    title: "Channel",
    description: "Whose it is: the channels share this list.",
    enum: shared.filter((other) => other.instance.listKey === instance.listKey).map(({ id }) => id),
  };
  return {
    type: "object",
    properties: {
      ...(isShared ? { channel } : {}),
      [instance.idField]: {
        type: "string",
        title: `Id of the ${instance.noun}`,
        description: `As ${providerTitle} has it.`,
      },
      name: { type: "string", title: "Name", description: "For your eyes only." },
      ...Object.fromEntries(fields.map(toProperty)),
    },
    required: [...(isShared ? ["channel"] : []), instance.idField, ...requiredOf(fields)],
  };
}

function toProperty({ name, title, help, pattern, options, default: standard }: Field): [string, Json] {
  return [
    name,
    {
      type: "string",
      title,
      description: help,
      ...(pattern === undefined ? {} : { pattern }),
      ...(options === undefined ? {} : { enum: options }),
      ...(standard === undefined ? {} : { default: standard }),
    },
  ];
}

/** Secrets belong in the host's environment, so that no form may insist on them. */
function requiredOf(fields: readonly Field[]): string[] {
  return fields.filter(({ required, kind }) => required && kind === "text").map(({ name }) => name);
}

function adapterForm(definition: ChannelDefinition): Json {
  const names = accountFieldsOf(definition).map(({ name }) => name);
  return {
    form: {
      label: definition.title,
      subtitle: "Switchboard",
      order: ["route", ...names, definition.instance.listKey, "*"],
    },
  };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const expression = (of: string, title: string, description: string, ...examples: unknown[]): Json => ({
  $ref: `schema:#/definitions/${of}Expression`,
  title,
  description,
  ...(examples.length === 0 ? {} : { examples }),
});

const HAND_OFF: Json = {
  $role: "implements(Microsoft.IDialog)",
  title: "Hand off to people",
  description:
    "Hands the conversation to people, is silent while they have it, and goes on when they are done or nobody took it.",
  type: "object",
  properties: {
    id: { type: "string", title: "Id", description: "Optional id for the dialog" },
    disabled: expression("boolean", "Disabled", "When true this action does nothing.", "=user.isTest"),
    queue: expression(
      "string",
      "Queue",
      "The queue that should have it; left out, who takes it decides.",
      "orders",
    ),
    summary: expression(
      "string",
      "Summary",
      "For the agent: what it is about.",
      "Order ${user.orderNo} is late",
    ),
    context: {
      ...expression(
        "object",
        "Context",
        "Variables for routing rules and agents; values may be expressions.",
        {
          orderNo: "=user.orderNo",
        },
      ),
      additionalProperties: {
        type: "string",
        title: "Variable",
        description: "Its value, or an expression.",
      },
    },
    skills: {
      ...expression("object", "Skills", "Skills that are asked for, with the least rating.", { billing: 3 }),
      additionalProperties: {
        type: ["number", "string"],
        title: "Rating",
        description: "1 to 10, or an expression.",
      },
    },
    transcript: expression(
      "object",
      "Transcript",
      "What was said: a list of activities, or an object with the list as `activities`.",
      "=conversation.transcript",
    ),
    giveUpMinutes: {
      ...expression(
        "number",
        "Give up after minutes",
        "When nobody accepted or sent word for so long, the customer's next message ends it as failed. 0: never.",
      ),
      default: 60,
    },
    resultProperty: expression(
      "string",
      "Result property",
      "Where the result goes: its `state` is completed or failed; `message` says more.",
      "dialog.handOff",
    ),
  },
};

const HAND_OFF_FORM: Json = {
  form: {
    label: "Hand off to people",
    subtitle: "Switchboard Hand Off",
    order: ["queue", "summary", "context", "skills", "resultProperty", "*"],
    properties: { resultProperty: { intellisenseScopes: ["variable-scopes"] } },
  },
  menu: { label: "Hand off to people", submenu: ["Access external resources"] },
  flow: {
    widget: "ActionCard",
    body: {
      widget: "ResourceOperation",
      operation: "To",
      resource: "=coalesce(action.queue, 'people')",
      singleline: true,
    },
    footer: {
      widget: "PropertyDescription",
      property: "=action.resultProperty",
      description: "= Result property",
    },
    hideFooter: "=!action.resultProperty",
  },
};
