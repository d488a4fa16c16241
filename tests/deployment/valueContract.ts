import { isDeepStrictEqual } from "node:util";
import type { Deployment, Resource } from "../support/arm/deployment";
import { isObject, type Json } from "../support/arm/expression";

type Values = Record<string, Json>;

/** What must be so whatever the parameters are: [type, path, value]. */
const ALWAYS: readonly [type: string, path: string, value: Json][] = [
  ...["Microsoft.Web/sites", "Microsoft.Web/sites/slots"].flatMap((type): [string, string, Json][] => [
    [type, "kind", "app,linux"],
    [type, "identity.type", "UserAssigned"],
    [type, "properties.httpsOnly", true],
    [type, "properties.clientAffinityEnabled", false],
    [type, "properties.siteConfig.alwaysOn", true],
    [type, "properties.siteConfig.http20Enabled", true],
    [type, "properties.siteConfig.minTlsVersion", "1.2"],
    [type, "properties.siteConfig.scmMinTlsVersion", "1.2"],
    [type, "properties.siteConfig.ftpsState", "Disabled"],
    [`${type}/basicPublishingCredentialsPolicies`, "properties.allow", false],
  ]),
  ["Microsoft.Web/serverfarms", "kind", "linux"],
  ["Microsoft.Web/serverfarms", "properties.reserved", true],
  ["Microsoft.KeyVault/vaults", "properties.enableRbacAuthorization", true],
  ["Microsoft.KeyVault/vaults", "properties.enableSoftDelete", true],
  ["Microsoft.KeyVault/vaults", "properties.softDeleteRetentionInDays", 90],
  ["Microsoft.KeyVault/vaults", "properties.tenantId", "44444444-4444-4444-8444-444444444444"],
  ["Microsoft.DocumentDB/databaseAccounts", "kind", "GlobalDocumentDB"],
  [
    "Microsoft.DocumentDB/databaseAccounts",
    "properties.consistencyPolicy.defaultConsistencyLevel",
    "Session",
  ],
  ["Microsoft.DocumentDB/databaseAccounts", "properties.disableLocalAuth", true],
  ["Microsoft.DocumentDB/databaseAccounts", "properties.disableKeyBasedMetadataWriteAccess", true],
  ["Microsoft.DocumentDB/databaseAccounts", "properties.enableMultipleWriteLocations", false],
  ["Microsoft.DocumentDB/databaseAccounts", "properties.minimalTlsVersion", "Tls12"],
  ["Microsoft.DocumentDB/databaseAccounts", "properties.backupPolicy.type", "Continuous"],
  ["Microsoft.Storage/storageAccounts", "kind", "StorageV2"],
  ["Microsoft.Storage/storageAccounts", "properties.allowBlobPublicAccess", false],
  ["Microsoft.Storage/storageAccounts", "properties.allowSharedKeyAccess", false],
  ["Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", "TLS1_2"],
  ["Microsoft.Storage/storageAccounts", "properties.supportsHttpsTrafficOnly", true],
  ["Microsoft.Storage/storageAccounts/blobServices", "properties.isVersioningEnabled", false],
  ["Microsoft.Storage/storageAccounts/blobServices/containers", "properties.publicAccess", "None"],
  ["Microsoft.OperationalInsights/workspaces", "properties.sku.name", "PerGB2018"],
  // The table comes into being with the first line that is logged.
  ["Microsoft.Insights/scheduledQueryRules", "properties.skipQueryValidation", true],
  ["Microsoft.OperationalInsights/workspaces", "properties.features.disableLocalAuth", true],
  ["Microsoft.BotService/botServices", "location", "global"],
  ["Microsoft.BotService/botServices", "kind", "azurebot"],
  ["Microsoft.BotService/botServices", "properties.disableLocalAuth", true],
  ["Microsoft.Insights/scheduledQueryRules", "properties.enabled", true],
  ["Microsoft.Insights/metricAlerts", "properties.enabled", true],
  ["Microsoft.Insights/metricAlerts", "location", "global"],
  ["Microsoft.Insights/actionGroups", "location", "global"],
  ["Microsoft.Insights/actionGroups", "properties.enabled", true],
  ["Microsoft.KeyVault/vaults", "properties.enabledForTemplateDeployment", false],
  ["Microsoft.Storage/storageAccounts", "properties.allowCrossTenantReplication", false],
  ["Microsoft.Storage/storageAccounts", "properties.defaultToOAuthAuthentication", true],
  ["Microsoft.BotService/botServices", "properties.schemaTransformationVersion", "1.3"],
  ["Microsoft.Insights/autoscaleSettings", "properties.enabled", true],
];

/** Where a parameter's value must arrive. */
const ARRIVES: readonly [
  parameter: string,
  type: string,
  path: string,
  form?: (value: Json) => Json | undefined,
][] = [
  ["planSku", "Microsoft.Web/serverfarms", "sku.name"],
  ["instances", "Microsoft.Web/serverfarms", "sku.capacity"],
  ["zoneRedundant", "Microsoft.Web/serverfarms", "properties.zoneRedundant"],
  ["instances", "Microsoft.Insights/autoscaleSettings", "properties.profiles.0.capacity.minimum", String],
  ["maxInstances", "Microsoft.Insights/autoscaleSettings", "properties.profiles.0.capacity.maximum", String],
  ["zoneRedundant", "Microsoft.DocumentDB/databaseAccounts", "properties.locations.0.isZoneRedundant"],
  [
    "backupTier",
    "Microsoft.DocumentDB/databaseAccounts",
    "properties.backupPolicy.continuousModeProperties.tier",
  ],
  ["databaseName", "Microsoft.DocumentDB/databaseAccounts/sqlDatabases", "properties.resource.id"],
  ["mediaSku", "Microsoft.Storage/storageAccounts", "sku.name"],
  [
    "mediaSoftDeleteDays",
    "Microsoft.Storage/storageAccounts/blobServices",
    "properties.deleteRetentionPolicy.enabled",
    (days) => days !== 0,
  ],
  [
    "mediaSoftDeleteDays",
    "Microsoft.Storage/storageAccounts/blobServices",
    "properties.deleteRetentionPolicy.days",
    (days) => (days === 0 ? null : days),
  ],
  [
    "vaultPurgeProtection",
    "Microsoft.KeyVault/vaults",
    "properties.enablePurgeProtection",
    (on) => (on === true ? true : null),
  ],
  [
    "nodeVersion",
    "Microsoft.Web/sites",
    "properties.siteConfig.linuxFxVersion",
    (version) => `NODE|${version}`,
  ],
  [
    "nodeVersion",
    "Microsoft.Web/sites/slots",
    "properties.siteConfig.linuxFxVersion",
    (version) => `NODE|${version}`,
  ],
  ["logRetentionDays", "Microsoft.OperationalInsights/workspaces", "properties.retentionInDays"],
  ["logDailyCapGb", "Microsoft.OperationalInsights/workspaces", "properties.workspaceCapping.dailyQuotaGb"],
  ["botSku", "Microsoft.BotService/botServices", "sku.name"],
  ["botAppType", "Microsoft.BotService/botServices", "properties.msaAppType"],
  ["alertEmail", "Microsoft.Insights/actionGroups", "properties.emailReceivers.0.emailAddress"],
];

/** Metrics and logs that Azure has of a type ("Supported metrics with Azure Monitor"). */
const METRICS: Record<string, readonly string[]> = {
  "Microsoft.Web/sites": ["Http5xx", "HealthCheckStatus"],
  "Microsoft.Web/serverfarms": ["CpuPercentage", "MemoryPercentage"],
  "Microsoft.DocumentDB/databaseAccounts": ["TotalRequests"],
};
const LOGS: Record<string, readonly string[]> = {
  sites: ["AppServiceConsoleLogs", "AppServicePlatformLogs"],
  slots: ["AppServiceConsoleLogs", "AppServicePlatformLogs"],
  vaults: ["audit"],
  databaseaccounts: ["ControlPlaneRequests"],
  botservices: ["BotRequest"],
};

/** Fixed values, parameters that arrive where they belong, the database's mode, alerts, logs. */
export function valueFaults(deployment: Deployment, values: Values): string[] {
  const resources = deployment.resources.filter(({ deployed }) => deployed);
  return [
    ...ALWAYS.flatMap((row) => differing(resources, row)),
    ...ARRIVES.flatMap(([parameter, type, path, form]) => {
      const value = values[parameter];
      if (value === undefined) return [];
      return differing(resources, [type, path, (form === undefined ? value : form(value)) ?? null]);
    }),
    ...resources
      .filter((resource) => !isPlaced(resource, values))
      .map(({ id }) => `${id}: not in the location`),
    ...resources.filter((resource) => !isTagged(resource, values)).map(({ id }) => `${id}: without tags`),
    ...modeFaults(resources, values),
    ...alertFaults(resources, values),
    ...logFaults(resources),
  ];
}

function differing(resources: Resource[], [type, path, value]: (typeof ALWAYS)[number]): string[] {
  return resources
    .filter(
      (resource) => resource.type === type && !isDeepStrictEqual(at(resource.body, path) ?? null, value),
    )
    .map(({ id }) => `${id}: ${path} is not ${JSON.stringify(value)}`);
}

/** "a.0.b" inside a value. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path.split(".").reduce<Json | undefined>((inner, name) => {
    if (Array.isArray(inner)) return inner[Number(name)];
    return isObject(inner) ? inner[name] : undefined;
  }, value);
}

const isPlaced = ({ body }: Resource, { location }: Values): boolean =>
  body.location === undefined || body.location === "global" || body.location === (location ?? "westeurope");

const isTagged = ({ body, type }: Resource, { tags }: Values): boolean =>
  !Object.hasOwn(body, "location") ||
  type === "Microsoft.Resources/deployments" ||
  Object.entries({ application: "Switchboard", ...(isObject(tags) ? tags : {}) }).every(
    ([name, value]) => isObject(body.tags) && body.tags[name] === value,
  );

/** Serverless has no throughput anywhere, or Azure refuses it; autoscale has that of the parameter. */
function modeFaults(resources: Resource[], { cosmosMode, cosmosMaxThroughput }: Values): string[] {
  const body = (type: string) => resources.find((resource) => resource.type === type)?.body;
  const account = at(body("Microsoft.DocumentDB/databaseAccounts"), "properties.capabilities");
  const options = at(body("Microsoft.DocumentDB/databaseAccounts/sqlDatabases"), "properties.options");
  const autoscale = cosmosMode === "autoscale";
  const throughput = { autoscaleSettings: { maxThroughput: cosmosMaxThroughput ?? 1000 } };
  const right =
    isDeepStrictEqual(account, autoscale ? [] : [{ name: "EnableServerless" }]) &&
    isDeepStrictEqual(options, autoscale ? throughput : {});
  return right ? [] : ["the database's mode is not cosmosMode"];
}

function alertFaults(resources: Resource[], { alertEmail }: Values): string[] {
  const group = resources.find(({ type }) => type === "Microsoft.Insights/actionGroups")?.id;
  const told = (alertEmail ?? "") === "" ? [] : [group];
  return resources.flatMap(({ id, type, body }) => {
    if (type !== "Microsoft.Insights/metricAlerts" && type !== "Microsoft.Insights/scheduledQueryRules")
      return [];
    const metric = type === "Microsoft.Insights/metricAlerts";
    const groups = metric
      ? ((at(body, "properties.actions") ?? []) as Json[]).map((action) => at(action, "actionGroupId"))
      : ((at(body, "properties.actions.actionGroups") ?? []) as Json[]);
    const wrong = isDeepStrictEqual(
      groups.map((name) => String(name).toLowerCase()),
      told,
    )
      ? []
      : [`${id}: tells the wrong group`];
    return [...wrong, ...(metric && !isKnownMetric(body, resources) ? [`${id}: no such metric`] : [])];
  });
}

function isKnownMetric(body: Resource["body"], resources: Resource[]): boolean {
  const criterion = at(body, "properties.criteria.allOf.0");
  const namespace = String(at(criterion, "metricNamespace"));
  const scope = String(at(body, "properties.scopes.0")).toLowerCase();
  const right = resources.find(({ id }) => id === scope)?.type === namespace;
  return right && METRICS[namespace]?.includes(String(at(criterion, "metricName"))) === true;
}

function logFaults(resources: Resource[]): string[] {
  return resources
    .filter(({ type }) => type === "Microsoft.Insights/diagnosticSettings")
    .filter(({ scope, body }) => {
      const logs = (at(body, "properties.logs") ?? []) as Json[];
      const names = logs.map((log) => at(log, "category") ?? at(log, "categoryGroup") ?? null);
      const on = logs.every((log) => at(log, "enabled") === true);
      return !on || !isDeepStrictEqual(names, LOGS[scope?.split("/").at(-2) ?? ""]);
    })
    .map(({ id }) => `${id}: not the logs that it has`);
}
