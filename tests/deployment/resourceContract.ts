import { isDeepStrictEqual } from "node:util";
import { COSMOS_CONTAINERS } from "../../src/storage/cosmos/containers";
import { waitsFor } from "../support/arm/dependencies";
import type { Deployment, Resource } from "../support/arm/deployment";
import { isObject, type Json } from "../support/arm/expression";
import { IDENTITY } from "../support/arm/runtime";

type Values = Record<string, Json>;

const CONTAINER = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers";
const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";
const SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
const BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const COSMOS_CONTRIBUTOR = "00000000-0000-0000-0000-000000000002";

/** Containers, partition keys, indexes and time to live are those of the storage code. */
export function containerFaults({ resources }: Deployment): string[] {
  const found = resources.filter(({ type }) => type === CONTAINER).map(({ body }) => resourceOf(body));
  if (isDeepStrictEqual(found, COSMOS_CONTAINERS)) return [];
  return [
    "containers differ from src/storage/cosmos/containers.ts: run npm run docs, which writes them anew",
  ];
}

const resourceOf = ({ properties }: Record<string, Json>): Json | undefined =>
  isObject(properties) ? properties.resource : undefined;

/** Who may do what on what: no less, and no more. */
export function grantFaults(deployment: Deployment, values: Values): string[] {
  const { resources } = deployment;
  const server = IDENTITY.principalId;
  const admin = String(values.adminObjectId ?? "");
  const vaultRole = values.allowSecretWrites === false ? SECRETS_USER : SECRETS_OFFICER;
  const wanted = [
    `${server} ${vaultRole} vaults`,
    ...(admin === "" ? [] : [`${admin} ${SECRETS_OFFICER} vaults`]),
    `${server} ${BLOB_CONTRIBUTOR} storageaccounts`,
    `${server} ${COSMOS_CONTRIBUTOR} databaseaccounts`,
  ];
  const given = resources
    .filter(({ type, deployed }) => deployed && /roleAssignments$/i.test(type))
    .map(({ body, scope }) => {
      const { roleDefinitionId, principalId, scope: inner } = body.properties as Record<string, string>;
      const at = (scope ?? String(inner).toLowerCase()).split("/").at(-2);
      return `${principalId} ${roleDefinitionId?.split("/").at(-1)} ${at}`;
    });
  const commands = JSON.stringify(deployment.outputs.roleCommands ?? "");
  const byHand = [vaultRole, BLOB_CONTRIBUTOR, COSMOS_CONTRIBUTOR].filter((role) => !commands.includes(role));
  if (values.assignRoles === false)
    return [
      ...given.map((grant) => `assigned though assignRoles is false: ${grant}`),
      ...byHand.map((role) => `roleCommands: ${role} is missing`),
    ];
  return isDeepStrictEqual([...given].sort(), [...wanted].sort()) ? [] : [`roles are ${given.join("; ")}`];
}

/** The server's identity is on the site and on the slot, and reads their settings' secrets. */
export function identityFaults({ resources }: Deployment): string[] {
  const identity = resources.find(({ type }) => /userAssignedIdentities$/.test(type))?.id;
  return resources
    .filter(({ type, deployed }) => deployed && /^Microsoft\.Web\/sites(\/slots)?$/.test(type))
    .filter(({ body }) => {
      const own = isObject(body.identity) ? body.identity.userAssignedIdentities : undefined;
      const carried = Object.keys(isObject(own) ? own : {}).map((id) => id.toLowerCase());
      const reader = isObject(body.properties) ? String(body.properties.keyVaultReferenceIdentity) : "";
      return !(isDeepStrictEqual(carried, [identity]) && reader.toLowerCase() === identity);
    })
    .map(({ id }) => `${id}: not the server's identity`);
}

/** What is waited for although nothing names it: the server must find it at its first start. */
export function orderFaults({ resources }: Deployment): string[] {
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const first = resources.filter(
    ({ type, deployed, name }) =>
      deployed &&
      (type === CONTAINER ||
        /roleAssignments$/i.test(type) ||
        /blobServices\/containers$/.test(type) ||
        /\/(metrics-token|bot-app-password)$/.test(name)),
  );
  const starts = resources.filter(({ deployed, name }) => deployed && name.endsWith("/appsettings"));
  return starts.flatMap((start) => {
    const before = waitsFor(start, byId);
    return first
      .filter((resource) => !before.has(resource.id) && !isForPeople(resource))
      .map(({ id }) => `${start.id}: the server starts before ${id}`);
  });
}

const isForPeople = ({ body }: Resource): boolean =>
  isObject(body.properties) &&
  body.properties.principalId !== IDENTITY.principalId &&
  body.properties.principalId !== undefined;

/** Everything that is deployed with these values, as "type name", without roles and the beginning of names. */
export function inventoryFaults({ resources }: Deployment, values: Values): string[] {
  const base = String(values.baseName ?? "switchboard");
  const found = resources
    .filter(({ type, deployed }) => deployed && !/roleAssignments$/i.test(type) && type !== CONTAINER)
    .map(({ type, name, scope }) => `${type} ${scope?.split("/").at(-2) ?? tail(name, base)}`.trim());
  const wanted = inventory(values);
  return [
    ...found.filter((entry) => !wanted.includes(entry)).map((entry) => `deployed without a reason: ${entry}`),
    ...wanted.filter((entry) => !found.includes(entry)).map((entry) => `not deployed: ${entry}`),
  ];
}

const tail = (name: string, base: string): string =>
  name.startsWith(base)
    ? name
        .slice(base.length)
        .replace(/^-?[a-z2-7]{10,13}(?=$|[/-])/, "")
        .replace(/^[/-]/, "")
    : name;

/** Where a secret given to the template stands in the vault. */
export const SECRET_NAMES: Record<string, string> = {
  facebookApplicationSecret: "facebook-application-secret",
  facebookPageAccessToken: "facebook-page-access-token",
  twitterConsumerSecret: "twitter-consumer-secret",
  twitterAccessToken: "twitter-access-token",
  twitterAccessTokenSecret: "twitter-access-token-secret",
  twilioAuthToken: "twilio-auth-token",
  botAppPassword: "bot-app-password",
  metricsToken: "metrics-token",
  oidcClientSecret: "oidc-client-secret",
};

function inventory(values: Values): string[] {
  const slot = values.deploySlot !== false;
  const bot = values.deployBotService === true;
  const alerts = values.deployAlerts !== false;
  const only = (condition: boolean, ...entries: string[]) => (condition ? entries : []);
  return [
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.KeyVault/vaults",
    ...Object.entries(SECRET_NAMES)
      .filter(([parameter]) => (values[parameter] ?? "") !== "")
      .map(([, name]) => `Microsoft.KeyVault/vaults/secrets ${name}`),
    "Microsoft.DocumentDB/databaseAccounts",
    `Microsoft.DocumentDB/databaseAccounts/sqlDatabases ${values.databaseName ?? "switchboard"}`,
    "Microsoft.Storage/storageAccounts",
    "Microsoft.Storage/storageAccounts/blobServices default",
    "Microsoft.Storage/storageAccounts/blobServices/containers default/media",
    "Microsoft.Web/serverfarms",
    "Microsoft.Web/sites",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies ftp",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies scm",
    "Microsoft.Web/sites/config appsettings",
    "Microsoft.Web/sites/config slotConfigNames",
    ...only(
      slot,
      "Microsoft.Web/sites/slots staging",
      "Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies staging/ftp",
      "Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies staging/scm",
      "Microsoft.Web/sites/slots/config staging/appsettings",
      "Microsoft.Insights/diagnosticSettings slots",
    ),
    ...only(values.autoscale === true, "Microsoft.Insights/autoscaleSettings"),
    ...only(bot, "Microsoft.BotService/botServices", "Microsoft.Insights/diagnosticSettings botservices"),
    "Microsoft.Insights/diagnosticSettings sites",
    "Microsoft.Insights/diagnosticSettings vaults",
    "Microsoft.Insights/diagnosticSettings databaseaccounts",
    ...only(alerts && (values.alertEmail ?? "") !== "", "Microsoft.Insights/actionGroups"),
    ...only(
      alerts,
      ...["server-errors", "health", "processors", "memory", "throttled"].map(
        (name) => `Microsoft.Insights/metricAlerts ${name}`,
      ),
      "Microsoft.Insights/scheduledQueryRules log-errors",
    ),
  ];
}
