import { readFileSync } from "node:fs";
import path from "node:path";
import { channels } from "../../src/adapters/registry";
import { connectionRoutes } from "../../src/admin/connectionRoutes";
import { adminContactRoutes } from "../../src/admin/contactRoutes";
import { flowFigureRoutes } from "../../src/admin/flows/flowFigureRoutes";
import { flowRoutes } from "../../src/admin/flows/flowRoutes";
import { flowTryRoutes } from "../../src/admin/flows/flowTryRoutes";
import { operationsRoutes } from "../../src/admin/operationsRoutes";
import { pluginRoutes } from "../../src/admin/pluginRoutes";
import { privacyRoutes } from "../../src/admin/privacyRoutes";
import { reportRoutes } from "../../src/admin/reportRoutes";
import { adminRoutes } from "../../src/admin/routes";
import { ruleRoutes } from "../../src/admin/ruleRoutes";
import { webhookRoutes } from "../../src/admin/webhookRoutes";
import { envExample, settingsTable } from "../../src/config/settings";
import type { ChannelDefinition, Field } from "../../src/core/channel";
import { ERRORS } from "../../src/core/errors";
import { METRICS } from "../../src/core/metricTable";
import type { Route } from "../../src/core/route";
import { messageSlugs } from "../../src/core/slugs";
import { CONTAINERS } from "../../src/core/store";
import { MESSAGE_TRIGGERS } from "../../src/core/texts";
import { queueRoutes } from "../../src/desk/queueRoutes";
import { deskRoutes } from "../../src/desk/routes";
import { ticketRoutes } from "../../src/desk/tickets/ticketRoutes";
import { FLOW_FIELDS } from "../../src/dialogs/flows/catalogue";
import { flowJsonSchema } from "../../src/dialogs/flows/flowJsonSchema";
import { STEP_HELP } from "../../src/dialogs/flows/stepHelp";
import { functionNames } from "../../src/expressions/library";
import { mediaRoutes } from "../../src/media/routes";
import { ASSIGNMENT_FIELDS } from "../../src/routing/line/customOrder";
import { RULE_FIELDS } from "../../src/routing/rules/fields";
import { DEFAULT_MESSAGES } from "../../src/routing/texts/defaultTexts";
import type { SignInPorts } from "../../src/signIn/ports";
import { createSignIn } from "../../src/signIn/signIn";
import { COSMOS_CONTAINERS } from "../../src/storage/cosmos/containers";
import { estimateHead, estimateRows } from "./estimates";
import { exportedFiles } from "./exported";
import { referencePages } from "./reference";
import { rightsRows, settingsKinds } from "./rights";

/** The project's folder, seen from dist/tests/docs. */
export const ROOT = path.resolve(__dirname, "..", "..", "..");

export const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** One table of the documentation that is made from the code. */
interface Part {
  file: string;
  /** Stands in the file between `<!-- generated:NAME -->` and `<!-- /generated -->`. */
  name: string;
  text(): string;
}

export const PARTS: readonly Part[] = [
  { file: "docs/errors.md", name: "errors", text: errors },
  { file: "docs/configuration.md", name: "settings", text: settingsTable },
  { file: "docs/configuration.md", name: "fields", text: fields },
  { file: "docs/channels.md", name: "channels", text: channelTable },
  { file: "docs/storage.md", name: "containers", text: containers },
  { file: "docs/routing.md", name: "rule-fields", text: () => fieldTable(RULE_FIELDS) },
  { file: "docs/routing.md", name: "functions", text: functions },
  { file: "docs/routing.md", name: "assignment-fields", text: () => fieldTable(ASSIGNMENT_FIELDS) },
  { file: "docs/flows.md", name: "flow-fields", text: () => fieldTable(FLOW_FIELDS) },
  { file: "docs/flows.md", name: "flow-steps", text: flowSteps },
  { file: "docs/messages.md", name: "triggers", text: triggers },
  { file: "docs/api.md", name: "routes", text: routes },
  { file: "docs/rights.md", name: "rights", text: rights },
  { file: "docs/operations.md", name: "estimates", text: () => table(estimateHead(), estimateRows()) },
  { file: "docs/metrics.md", name: "metrics", text: metrics },
  { file: "deploymentTemplates/README.md", name: "parameters", text: templateParameters },
  { file: "deploymentTemplates/README.md", name: "outputs", text: templateOutputs },
];

const TEMPLATE = "deploymentTemplates/azuredeploy.json";

/** Every generated file with the text that it should have. Throws when a file lacks the marks of a part. */
export function wantedFiles(): Map<string, string> {
  const wanted = new Map([
    [".env.example", envExample()],
    [TEMPLATE, templateWithContainers()],
    ["schemas/flow.schema.json", `${JSON.stringify(flowJsonSchema(), null, 2)}\n`],
    ...referencePages(),
    ...exportedFiles(),
    ...referencePages(),
  ]);
  for (const { file, name, text } of PARTS)
    wanted.set(file, fill(wanted.get(file) ?? read(file), name, text()));
  return wanted;
}

function fill(content: string, name: string, text: string): string {
  const begin = `<!-- generated:${name} -->`;
  const [before, rest, more] = content.split(begin);
  const end = rest?.indexOf("<!-- /generated -->") ?? -1;
  if (rest === undefined || more !== undefined || end === -1)
    throw new TypeError(`the marks of "${name}" are missing`);
  return `${before}${begin}\n\n${text.trim()}\n\n${rest.slice(end)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(", ");

interface Template {
  parameters: Record<string, TemplateParameter>;
  variables: Record<string, unknown>;
  outputs: Record<string, { metadata: { description: string } }>;
}

interface TemplateParameter {
  type: string;
  defaultValue?: unknown;
  allowedValues?: string[];
  minValue?: number;
  maxValue?: number;
  metadata: { description: string };
}

/** The deployment template with the containers, partition keys and indexes of the code. */
function templateWithContainers(): string {
  const template = JSON.parse(read(TEMPLATE)) as Template;
  template.variables.containers = COSMOS_CONTAINERS;
  return `${JSON.stringify(template, null, 2)}\n`;
}

function templateParameters(): string {
  const { parameters } = JSON.parse(read(TEMPLATE)) as Template;
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    code(name),
    parameterKind(parameter),
    parameterDefault(parameter),
    escaped(parameter.metadata.description),
  ]);
  return table(["Parameter", "Kind", "Default", "Meaning"], rows);
}

function parameterKind({ type, allowedValues, minValue, maxValue }: TemplateParameter): string {
  if (allowedValues !== undefined) return allowedValues.join(", ");
  if (type === "int") return `${minValue} to ${maxValue}`;
  return { string: "text", securestring: "secret", bool: "true, false" }[type] ?? type;
}

function parameterDefault({ defaultValue }: TemplateParameter): string {
  if (defaultValue === "" || typeof defaultValue === "object") return "none";
  return defaultValue === "[resourceGroup().location]" ? "the resource group's" : code(String(defaultValue));
}

function templateOutputs(): string {
  const { outputs } = JSON.parse(read(TEMPLATE)) as Template;
  const rows = Object.entries(outputs).map(([name, { metadata }]) => [
    code(name),
    escaped(metadata.description),
  ]);
  return table(["Output", "Meaning"], rows);
}

function errors(): string {
  const rows = Object.entries(ERRORS).map(([name, [meaning, cure]]) => [code(name), meaning, cure]);
  return table(["Code", "Meaning", "What to do"], rows);
}

function metrics(): string {
  const rows = Object.entries(METRICS).map(([name, { kind, labels, of, help }]) => [
    code(name),
    kind,
    codes(labels),
    of,
    escaped(help),
  ]);
  return table(["Metric", "Kind", "Label", "Of", "Tells"], rows);
}

const definitions = channels.map(({ definition }) => definition);

/** Fields of every account and of every page, handle or number. */
function fields(): string {
  const owners = new Map<string, readonly Field[]>();
  for (const { provider, providerTitle, accountFields, title, instance } of definitions) {
    owners.set(`account at ${providerTitle} (${code(`provider: ${provider}`)})`, accountFields);
    owners.set(
      `${title} ${instance.noun} (${code(instance.listKey)}, id in ${code(instance.idField)})`,
      instance.fields,
    );
  }
  const rows = [...owners].flatMap(([owner, list]) =>
    list.map((field) => [owner, code(field.name), kindOf(field), escaped(`${field.title}. ${field.help}`)]),
  );
  return table(["Where", "Field", "Kind", "Meaning"], rows);
}

function kindOf({ kind, required, options, default: standard }: Field): string {
  const kinds = {
    text: options?.join(", ") ?? "text",
    secret: "secret reference",
    generated: "secret reference, made when left out",
  };
  const need =
    kind === "generated" ? "" : required ? "; needed" : standard === undefined ? "" : `; default ${standard}`;
  return `${kinds[kind]}${need}`;
}

const escaped = (text: string): string => text.replaceAll("|", "\\|").replaceAll("*", "\\*");

function channelTable(): string {
  const rows = definitions.map((definition) => [
    `${definition.title} (${code(definition.id)})`,
    String(definition.limits.textLength),
    definition.limits.rates.map(({ count, seconds }) => `${count} in ${seconds} s`).join(", "),
    definition.window === undefined ? "none" : `${definition.window.hours} h`,
    abilities(definition),
    `${definition.ambiguous.waitMs / 1000} s, then ${definition.ambiguous.then}`,
  ]);
  return table(
    ["Channel", "Characters a message", "Sends an instance", "Reply window", "Tells us", "Doubtful send"],
    rows,
  );
}

function abilities({ abilities: { delivered, read: seen } }: ChannelDefinition): string {
  const told = [...(delivered ? ["delivered"] : []), ...(seen ? ["read"] : [])];
  return told.length === 0 ? "nothing" : told.join(", ");
}

function containers(): string {
  const rows = Object.entries(CONTAINERS).flatMap(([name, { partitionBy, queries }]) =>
    Object.entries(queries).map(([query, spec]: [string, Query]) => [
      code(name),
      code(partitionBy),
      code(query),
      spec.partition === "one" ? "one" : "all",
      spec.equals === undefined ? "" : codes(spec.equals),
      code(spec.order) + (spec.direction === "desc" ? ", newest first" : ""),
    ]),
  );
  return table(["Container", "Partition", "Query", "Partitions read", "Equal fields", "Order"], rows);
}

interface Query {
  partition: "one" | "all";
  equals?: readonly string[];
  order: string;
  direction?: "asc" | "desc";
}

function fieldTable(catalogue: Readonly<Record<string, string>>): string {
  return table(
    ["Field", "Kind"],
    Object.entries(catalogue).map(([name, kind]) => [code(name), kind]),
  );
}

function flowSteps(): string {
  const rows = Object.entries(STEP_HELP).map(([kind, { does, keys }]) => [
    code(kind),
    escaped(does),
    Object.entries(keys)
      .map(([key, help]) => `${code(key)}: ${help}`)
      .join("<br>"),
  ]);
  return table(["Step", "Does", "Keys"], rows);
}

function functions(): string {
  return codes(functionNames());
}

/** Automated messages with our own words and their slugs. */
function triggers(): string {
  const rows = MESSAGE_TRIGGERS.map((trigger) => {
    const { on, when, text } = DEFAULT_MESSAGES[trigger];
    const slugs = messageSlugs(trigger).map((slug) => code(`{${slug}}`));
    return [code(trigger), on ? "on" : "off", when, text.en ?? "", slugs.join(", ")];
  });
  return table(["Trigger", "Default", "When", "Our words", "Slugs"], rows);
}

/** The plain routes; no port is touched before a route is called. */
export function apiRoutes(): Route[] {
  const ports = {
    settings: { onChange: () => () => {} },
    publicUrl: "http://127.0.0.1",
    pipeline: {},
    choice: {},
  };
  return [
    ...createSignIn(ports as unknown as SignInPorts).routes(),
    ...deskRoutes(ports as never),
    ...queueRoutes(ports as never),
    ...ticketRoutes(ports as never),
    ...adminRoutes(ports as never),
    ...adminContactRoutes(ports as never),
    ...operationsRoutes(ports as never),
    ...reportRoutes(ports as never),
    ...ruleRoutes(ports as never),
    ...pluginRoutes(() => []),
    ...webhookRoutes({} as never),
    ...privacyRoutes({ privacy: {} } as never),
    ...flowRoutes(ports as never),
    ...flowTryRoutes(ports as never),
    ...flowFigureRoutes(ports as never),
    ...connectionRoutes(ports as never),
    ...mediaRoutes(ports as never),
  ];
}

function routes(): string {
  const rows = apiRoutes().map(({ method, path: at, access, summary }) => [
    code(`${method} ${at.replace(/:(\w+)/g, "{$1}")}`),
    access,
    escaped(summary),
  ]);
  return table(["Route", "Role", "Does"], rows);
}

function rights(): string {
  const head = ["Route", "Stranger", "Agent", "Supervisor", "Admin", "Limited to"];
  return `\`{kind}\`: ${settingsKinds()}.\n\n${table(head, rightsRows())}`;
}
