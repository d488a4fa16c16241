import { SETTING_ROWS } from "../../src/config/settingRows";
import { type Config, loadConfig } from "../../src/config/settings";
import { ConfigError } from "../../src/core/errors";
import type { Deployment, Resource } from "../support/arm/deployment";
import type { Json } from "../support/arm/expression";
import { TENANT } from "../support/arm/functions";
import { SECRET } from "../support/arm/parameters";
import { IDENTITY } from "../support/arm/runtime";

/** Settings that the template leaves out, and why. A new setting belongs into the template or here. */
const NOT_ON_AZURE: Record<string, string> = {
  PORT: "App Service sets it",
  HOST: "the default of production is right",
  COSMOS_KEY: "the server's identity signs in",
  SWITCHBOARD_MASTER_KEY: "of the secrets file; here secrets are in the vault",
  FACEBOOK_GRAPH_URL: "for tests",
  X_API_URL: "for tests",
  TWILIO_API_URL: "for tests",
  TWILIO_MESSAGING_URL: "for tests",
  TWILIO_CONTENT_URL: "for tests",
};

/** Settings of App Service, with what they must be. */
const PLATFORM: Record<string, (values: Record<string, Json>) => Json> = {
  SCM_DO_BUILD_DURING_DEPLOYMENT: () => "false",
  WEBSITE_RUN_FROM_PACKAGE: ({ packageUri }) => packageUri ?? "1",
  WEBSITE_HEALTHCHECK_MAXPINGFAILURES: () => "5",
  WEBSITE_SWAP_WARMUP_PING_PATH: () => "/readyz",
  WEBSITE_SWAP_WARMUP_PING_STATUSES: () => "200",
  WEBSITES_CONTAINER_STOP_TIME_LIMIT: () => "60",
};

/** Settings that are a parameter's value. */
const PASSED_ON: Record<string, string> = {
  configurationFile: "SWITCHBOARD_CONFIG",
  flowHosts: "SWITCHBOARD_FLOW_HOSTS",
  webhookHosts: "SWITCHBOARD_WEBHOOK_HOSTS",
  knowledgeFolder: "SWITCHBOARD_KNOWLEDGE",
  plugins: "SWITCHBOARD_PLUGINS",
  logLevel: "LOG_LEVEL",
  signInPasswords: "SIGN_IN_PASSWORDS",
  oidcIssuer: "OIDC_ISSUER",
  oidcClientId: "OIDC_CLIENT_ID",
  signInRoles: "SIGN_IN_ROLES",
  databaseName: "COSMOS_DATABASE",
  botAppType: "MicrosoftAppType",
};

/** The site's settings and the slot's: names both ways, what the server makes of them, what they point at. */
export function settingsFaults(deployment: Deployment, values: Record<string, Json>): string[] {
  const slot = deployment.resources.find(
    ({ type, deployed }) => type === "Microsoft.Web/sites/slots" && deployed,
  );
  const places = [
    { type: "Microsoft.Web/sites/config", workers: true },
    ...(slot === undefined ? [] : [{ type: "Microsoft.Web/sites/slots/config", workers: false }]),
  ];
  const faults = places.flatMap(({ type, workers }) => {
    const settings = settingsOf(deployment, type);
    if (settings === undefined) return [`${type}: no appsettings`];
    return oneSet(settings, workers, deployment, values).map((fault) => `${type}: ${fault}`);
  });
  return [...faults, ...stickyFaults(deployment)];
}

function settingsOf({ resources }: Deployment, type: string): Record<string, string> | undefined {
  const found = resources.find(
    (resource) => resource.type === type && resource.name.endsWith("/appsettings"),
  );
  return found?.deployed === true ? (found.body.properties as Record<string, string>) : undefined;
}

function oneSet(
  settings: Record<string, string>,
  workers: boolean,
  deployment: Deployment,
  values: Record<string, Json>,
): string[] {
  const wanted = SETTING_ROWS.map(({ name }) => name).filter((name) => !Object.hasOwn(NOT_ON_AZURE, name));
  const known = [...wanted, ...Object.keys(PLATFORM)] as string[];
  const missing = known.filter((name) => !Object.hasOwn(settings, name));
  const strange = Object.keys(settings).filter((name) => !known.includes(name));
  const passed = Object.entries(PASSED_ON).filter(
    ([parameter, name]) => values[parameter] !== undefined && settings[name] !== values[parameter],
  );
  const platform = Object.entries(PLATFORM).filter(([name, value]) => settings[name] !== value(values));
  return [
    ...missing.map((name) => `the setting ${name} is missing (or belongs into NOT_ON_AZURE)`),
    ...strange.map((name) => `${name} is no setting of the server's`),
    ...passed.map(([parameter, name]) => `${name} is not the parameter ${parameter}`),
    ...platform.map(([name]) => `${name} has the wrong value`),
    ...startFaults(settings, workers, deployment, values),
  ];
}

/** What the server would be, started with these settings. */
function startFaults(
  settings: Record<string, string>,
  workers: boolean,
  deployment: Deployment,
  values: Record<string, Json>,
): string[] {
  try {
    // The platform adds its mark once its authentication is enabled, as signInAppService asks for.
    const mark = values.signInAppService === true ? { WEBSITE_AUTH_ENABLED: "True" } : {};
    const config = loadConfig({ ...resolved(settings, deployment), ...mark, WEBSITE_SITE_NAME: "here" });
    return Object.entries(expectations(config, workers, deployment, values))
      .filter(([, right]) => !right)
      .map(([name]) => `with these settings ${name} is wrong`);
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
}

function expectations(
  config: Config,
  workers: boolean,
  deployment: Deployment,
  values: Record<string, Json>,
): Record<string, boolean> {
  const [account, database, vault, media] = [
    "Microsoft.DocumentDB/databaseAccounts",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
    "Microsoft.KeyVault/vaults",
    "Microsoft.Storage/storageAccounts/blobServices/containers",
  ].map((type) => deployment.resources.find((resource) => resource.type === type)?.name.split("/"));
  const { store, secrets, botFramework } = config;
  const bot = values.deployBotService === true;
  const own = values.botAppType === "SingleTenant";
  const botId = own ? values.botAppId : IDENTITY.clientId;
  return {
    NODE_ENV: config.production,
    SWITCHBOARD_WORKERS: config.workers === workers,
    SWITCHBOARD_DATA: config.dataFolder === "/tmp/switchboard",
    SWITCHBOARD_STORE: store.kind === "cosmos" && store.key === undefined,
    COSMOS_ENDPOINT:
      store.kind === "cosmos" && store.endpoint.startsWith(`https://${account?.[0]}.documents.`),
    COSMOS_DATABASE: store.kind === "cosmos" && store.database === database?.[1],
    AZURE_CLIENT_ID: store.kind === "cosmos" && store.clientId === IDENTITY.clientId,
    SWITCHBOARD_SECRETS: secrets.kind === "keyvault",
    KEY_VAULT_URL: secrets.vault?.url === `https://${vault?.[0]}.vault.azure.net`,
    MEDIA_URL: config.media?.url === `https://${media?.[0]}.blob.core.windows.net/${media?.[2]}`,
    METRICS_TOKEN: (config.metricsToken !== undefined) === (values.exposeMetrics === true),
    OIDC_CLIENT_SECRET:
      (config.signIn.oidc?.clientSecret !== undefined) === ((values.oidcIssuer ?? "") !== ""),
    SIGN_IN_TENANT: config.signIn.tenant === TENANT,
    SIGN_IN_APP_SERVICE: config.signIn.appService === (values.signInAppService === true),
    TRUST_PROXY_HOPS: config.trustProxyHops === (values.trustProxyHops ?? 1),
    PUBLIC_URL: isOwnAddress(config.publicUrl, workers, deployment, values),
    MicrosoftAppId: botFramework?.appId === (bot ? botId : undefined),
    MicrosoftAppPassword: (botFramework?.appPassword !== undefined) === (bot && own),
  };
}

function isOwnAddress(
  url: string,
  workers: boolean,
  { outputs }: Deployment,
  { publicUrl }: Record<string, Json>,
): boolean {
  if (!workers) return url === outputs.stagingUrl && url.includes("-staging-");
  return (
    url === outputs.publicUrl && url === (publicUrl || url) && (publicUrl ? true : !url.includes("-staging-"))
  );
}

const REFERENCE =
  /^@Microsoft\.KeyVault\(SecretUri=https:\/\/([^.]+)\.vault\.azure\.net\/secrets\/([\w-]+)\)$/;

/** As App Service hands the settings to the server: references to the vault replaced by its secrets. */
function resolved(settings: Record<string, string>, { resources }: Deployment): Record<string, string> {
  const vault = resources.find(({ type }) => type === "Microsoft.KeyVault/vaults")?.name;
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      const [, host, secret] = REFERENCE.exec(value) ?? [];
      if (host === undefined || host !== vault) return [name, value];
      const found = resources.find((resource) => resource.name === `${vault}/${secret}`);
      if (found === undefined) return [name, value];
      // Not given this time: it is in the vault from a former deployment.
      return [name, found.deployed ? secretIn(found) : "a former value, long enough"];
    }),
  );
}

const secretIn = ({ body }: Resource): string =>
  String((body.properties as { value: string }).value).replaceAll(SECRET, "");

/** What must not be swapped: a slot that became production would work nothing and tell a wrong address. */
function stickyFaults({ resources }: Deployment): string[] {
  const names = resources.find(({ name }) => name.endsWith("/slotConfigNames"))?.body.properties as
    | { appSettingNames?: string[] }
    | undefined;
  return ["PUBLIC_URL", "SWITCHBOARD_WORKERS"]
    .filter((name) => names?.appSettingNames?.includes(name) !== true)
    .map((name) => `${name} does not stay with its slot`);
}
