import type { Template } from "./deployment";
import type { Json } from "./expression";

export interface ParameterSet {
  name: string;
  values: Record<string, Json>;
}

/** A value for everything optional; the test holds that nothing optional is left out. */
export const ALL_GIVEN: Record<string, Json> = {
  location: "northeurope",
  tags: { owner: "support" },
  planSku: "P1v3",
  instances: 3,
  autoscale: true,
  maxInstances: 8,
  zoneRedundant: true,
  mediaSku: "Standard_ZRS",
  packageUri: "https://releases.example.com/switchboard.zip",
  publicUrl: "https://service.example.com",
  configurationFile: "/home/switchboard.yaml",
  flowHosts: "orders.example.com",
  webhookHosts: "crm.example.com",
  knowledgeFolder: "/home/knowledge",
  plugins: "switchboard-plugin-orders",
  exposeMetrics: true,
  metricsToken: "a token of the scraper",
  signInPasswords: "on",
  oidcIssuer: "https://login.example.com/tenant",
  oidcClientId: "switchboard",
  oidcClientSecret: "the provider's secret",
  signInAppService: true,
  signInRoles: "Desk=agent,Lead=admin",
  databaseName: "desk",
  cosmosMode: "autoscale",
  cosmosMaxThroughput: 4000,
  mediaSoftDeleteDays: 7,
  adminObjectId: "55555555-5555-4555-8555-555555555555",
  deployBotService: true,
  botAppType: "SingleTenant",
  botAppId: "66666666-6666-4666-8666-666666666666",
  botAppPassword: "the bot's password",
  facebookApplicationSecret: "app secret of Meta",
  facebookPageAccessToken: "page token",
  twitterConsumerSecret: "key of X",
  twitterAccessToken: "token of X",
  twitterAccessTokenSecret: "secret of X",
  twilioAuthToken: "token of Twilio",
  alertEmail: "operators@example.com",
};

/** What goes with a value that does not go by itself. */
const TOGETHER: Record<string, Record<string, Json>> = {
  "planSku=B1": { deploySlot: false },
  "planSku=B2": { deploySlot: false },
  "planSku=B3": { deploySlot: false },
  "zoneRedundant=true": { instances: 2, planSku: "P1v3", mediaSku: "Standard_ZRS" },
  "botAppType=SingleTenant": {
    deployBotService: true,
    botAppId: "66666666-6666-4666-8666-666666666666",
    botAppPassword: "the bot's password",
  },
};

/** Switches that meet in conditions or in one setting: all their combinations. */
const MEETING = ["deploySlot", "deployBotService", "assignRoles", "deployAlerts", "exposeMetrics"];

/** Defaults, everything given, each allowed value and each bool, names at their limits, meeting switches together. */
export function parameterSets(template: Template): ParameterSet[] {
  const declared = Object.entries(template.parameters);
  const single = declared.flatMap(([name, { type, allowedValues, minValue, maxValue }]) => {
    const options = [
      ...(Array.isArray(allowedValues) ? allowedValues : type === "bool" ? [true, false] : []),
      ...[minValue, maxValue].filter((bound) => bound !== undefined),
    ];
    return options.map((value) => ({
      name: `${name}=${value}`,
      values: { ...together(name, value), [name]: value },
    }));
  });
  return [
    { name: "defaults", values: {} },
    { name: "everything", values: ALL_GIVEN },
    {
      name: "shortest name",
      values: { baseName: "s".repeat(Number(template.parameters.baseName?.minLength ?? 1)) },
    },
    {
      name: "longest name",
      values: { baseName: "s".repeat(Number(template.parameters.baseName?.maxLength ?? 99)) },
    },
    ...single,
    ...combinations(),
  ];
}

function together(name: string, value: Json): Record<string, Json> {
  if (name === "instances") return { maxInstances: 20 };
  return TOGETHER[`${name}=${value}`] ?? {};
}

function combinations(): ParameterSet[] {
  return Array.from({ length: 2 ** MEETING.length }, (_, bits) => {
    const values = Object.fromEntries(MEETING.map((name, index) => [name, (bits & (1 << index)) !== 0]));
    const on = MEETING.filter((name) => values[name]);
    return { name: `only ${on.join(", ") || "none of the switches"}`, values };
  });
}

/** Texts that nothing else gives another value than their default. */
export function neverGiven({ parameters }: Template): string[] {
  return Object.entries(parameters)
    .filter(([name]) => name !== "baseName" && !Object.hasOwn(ALL_GIVEN, name))
    .filter(([, { type, allowedValues }]) => /string|object/i.test(type) && allowedValues === undefined)
    .map(([name]) => name);
}
