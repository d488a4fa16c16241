import path from "node:path";
import { ConfigError } from "../core/errors";
import type { SignInChoice } from "../core/signInChoice";
import { appServiceFaults, productionFaults } from "./productionRules";
import { SETTING_ROWS, type SettingRow, type SettingValues } from "./settingRows";
import { signInFaults, toSignIn } from "./signInSettings";

/** What the server was told by its environment: read once at start, frozen, handed round. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** Origin (and path) that platforms and browsers use; without a trailing slash. */
  readonly publicUrl: string;
  readonly trustProxyHops: number;
  /** Absolute path of the data folder. */
  readonly dataFolder: string;
  /** Absolute path of SWITCHBOARD_CONFIG; absent when none was named. */
  readonly configFile?: string;
  /** Hosts that flows may ask, as they were written. */
  readonly flowHosts: readonly string[];
  /** Hosts at private addresses that webhooks may reach. */
  readonly webhookHosts: readonly string[];
  /** Absolute path of SWITCHBOARD_KNOWLEDGE; absent when none was named. */
  readonly knowledgeFolder?: string;
  /** npm names and paths of plugins, in order. */
  readonly plugins: readonly string[];
  readonly store: StoreConfig;
  /** False: answer HTTP only, work nothing. */
  readonly workers: boolean;
  readonly secrets: SecretsConfig;
  /** Container of Azure Blob Storage for files; absent: the data folder. `clientId` is AZURE_CLIENT_ID. */
  readonly media?: { readonly url: string; readonly clientId?: string };
  readonly signIn: SignInChoice;
  readonly metricsToken?: string;
  /** Base URLs of the platforms, without a trailing slash. */
  readonly apiUrls: { readonly facebook: string; readonly twitter: string; readonly twilio: string };
  /** Further base URLs of a platform, by provider and name: the client's `baseUrls`. */
  readonly apiExtras: { readonly twilio: { readonly messaging: string; readonly content: string } };
  /** Present when `/api/messages` is open for Azure Bot Service channels. */
  readonly botFramework?: BotFrameworkConfig;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** The whole environment, for `env:` secret references only. */
  readonly environment: Environment;
}

export type StoreConfig =
  | { readonly kind: "local" }
  | {
      readonly kind: "cosmos";
      readonly endpoint: string;
      /** Absent: the server's managed identity. */
      readonly key?: string;
      readonly database: string;
      /** Of a user-assigned identity. */
      readonly clientId?: string;
    };

export interface SecretsConfig {
  /** Where generated secrets and those typed into the console go. */
  readonly kind: "file" | "keyvault";
  readonly masterKey?: string;
  /** Present with KEY_VAULT_URL; `clientId` is AZURE_CLIENT_ID. */
  readonly vault?: { readonly url: string; readonly clientId?: string };
}

export interface BotFrameworkConfig {
  readonly appType: "MultiTenant" | "SingleTenant" | "UserAssignedMSI";
  readonly appId: string;
  /** Absent with a managed identity: the SDK refuses both. */
  readonly appPassword?: string;
  readonly tenantId?: string;
}

/** `process.env`, or what a test gives instead. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment, for a server or for a command, of which production asks less. Throws ConfigError SETTING_INVALID
 * that lists every problem at once.
 */
export function loadConfig(env: Environment = process.env, purpose: "server" | "command" = "server"): Config {
  const problems: string[] = [];
  const values: SettingValues = {};
  for (const row of SETTING_ROWS) {
    const text = readSetting(row, env[row.name]?.trim() ?? "", problems);
    if (text !== undefined) values[row.name] = text;
  }
  const production = values.NODE_ENV === "production";
  problems.push(...missing(values, production));
  if (purpose === "server") problems.push(...serverFaults(values, env));
  // The platform's own mark: no setting of ours, and none that a template should write.
  const isMarked = env.WEBSITE_AUTH_ENABLED?.trim().toLowerCase() === "true";
  // Nobody signs in to a command, which may run where the mark is not.
  const platformSignsIn = purpose === "command" || isMarked;
  problems.push(...signInFaults(values, { production, platformSignsIn }));
  if (problems.length > 0) {
    throw new ConfigError("SETTING_INVALID", `Settings have faults:\n  ${problems.join("\n  ")}`, {
      details: problems,
    });
  }
  return toConfig(values, production, env);
}

function readSetting(row: SettingRow, text: string, problems: string[]): string | undefined {
  if (text === "") return undefined;
  // App Service leaves the reference as it stands when it cannot read the vault; as a secret it would be public.
  if (text.startsWith("@Microsoft.KeyVault(")) {
    problems.push(
      `${row.name}: the Key Vault reference was not resolved; check the app's identity and its access to the vault`,
    );
    return undefined;
  }
  const fault = faultOf(row, text);
  if (fault !== undefined) problems.push(`${row.name}: ${fault}`);
  return fault === undefined ? text : undefined;
}

function faultOf(row: SettingRow, text: string): string | undefined {
  if (row.later?.includes(text)) return `"${text}" comes with a later version`;
  switch (row.kind) {
    case "text":
      return undefined;
    case "integer":
      return inRange(row, text) ? undefined : `must be a whole number from ${row.min} to ${row.max}`;
    case "choice":
      return row.options.includes(text) ? undefined : `must be one of ${row.options.join(", ")}`;
    case "url":
      return isBaseUrl(text) ? undefined : "must be an http or https URL without query, fragment or password";
    default:
      return row satisfies never;
  }
}

function inRange(row: { min: number; max: number }, text: string): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= row.min && Number(text) <= row.max;
}

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const web = url.protocol === "http:" || url.protocol === "https:";
  return web && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
}

/** Where the server runs decides on these. */
function serverFaults(values: SettingValues, env: Environment): string[] {
  const idle = values.SWITCHBOARD_WORKERS === "off" && values.SWITCHBOARD_STORE !== "cosmos";
  return [
    ...(values.NODE_ENV === "production" ? productionFaults(values) : []),
    // App Service's own mark.
    ...((env.WEBSITE_SITE_NAME ?? "") === "" ? [] : appServiceFaults(values)),
    ...(idle
      ? ["SWITCHBOARD_WORKERS: off needs SWITCHBOARD_STORE cosmos; nobody else would work an embedded store"]
      : []),
  ];
}

/** What only the settings together can tell. */
function missing(values: SettingValues, production: boolean): string[] {
  const found: string[] = [];
  if (values.SWITCHBOARD_STORE === "cosmos") found.push(...missingOfCosmos(values));
  found.push(...missingOfVault(values, production));
  const managed = values.MicrosoftAppType === "UserAssignedMSI";
  if (values.MicrosoftAppId === undefined) {
    if (values.MicrosoftAppPassword !== undefined)
      found.push("MicrosoftAppId: needed with MicrosoftAppPassword");
    return found;
  }
  if (managed && values.MicrosoftAppPassword !== undefined) {
    found.push("MicrosoftAppPassword: must be empty with MicrosoftAppType UserAssignedMSI");
  }
  if (!managed && values.MicrosoftAppPassword === undefined) {
    found.push("MicrosoftAppPassword: needed with MicrosoftAppId");
  }
  if (
    (values.MicrosoftAppType ?? "MultiTenant") !== "MultiTenant" &&
    values.MicrosoftAppTenantId === undefined
  ) {
    found.push(`MicrosoftAppTenantId: needed with MicrosoftAppType ${values.MicrosoftAppType}`);
  }
  return found;
}

function missingOfCosmos({ COSMOS_ENDPOINT, COSMOS_KEY }: SettingValues): string[] {
  if (COSMOS_ENDPOINT === undefined) return ["COSMOS_ENDPOINT: needed with SWITCHBOARD_STORE cosmos"];
  const open = COSMOS_KEY === undefined && !COSMOS_ENDPOINT.startsWith("https:");
  return open ? ["COSMOS_ENDPOINT: must be https without COSMOS_KEY; tokens are not sent in the open"] : [];
}

function missingOfVault(
  { SWITCHBOARD_SECRETS, KEY_VAULT_URL: url }: SettingValues,
  production: boolean,
): string[] {
  if (url === undefined)
    return SWITCHBOARD_SECRETS === "keyvault"
      ? ["KEY_VAULT_URL: needed with SWITCHBOARD_SECRETS keyvault"]
      : [];
  // A secret's own address is easily taken for the vault's.
  if (new URL(url).pathname !== "/")
    return ["KEY_VAULT_URL: must be the vault's address alone, https://NAME.vault.azure.net"];
  // Whoever listens in would read the token and every secret.
  return production && !url.startsWith("https:") ? ["KEY_VAULT_URL: must be https in production"] : [];
}

function toConfig(values: SettingValues, production: boolean, env: Environment): Config {
  const port = Number(values.PORT ?? 3978);
  const botFramework = toBotFramework(values);
  return Object.freeze({
    production,
    host: values.HOST ?? (production ? "0.0.0.0" : "127.0.0.1"),
    port,
    publicUrl: withoutSlash(values.PUBLIC_URL ?? `http://127.0.0.1:${port}`),
    trustProxyHops: Number(values.TRUST_PROXY_HOPS ?? 0),
    dataFolder: path.resolve(values.SWITCHBOARD_DATA ?? "./data"),
    ...(values.SWITCHBOARD_CONFIG !== undefined && { configFile: path.resolve(values.SWITCHBOARD_CONFIG) }),
    flowHosts: Object.freeze(listOf(values.SWITCHBOARD_FLOW_HOSTS)),
    webhookHosts: Object.freeze(listOf(values.SWITCHBOARD_WEBHOOK_HOSTS)),
    ...(values.SWITCHBOARD_KNOWLEDGE !== undefined && {
      knowledgeFolder: path.resolve(values.SWITCHBOARD_KNOWLEDGE),
    }),
    plugins: Object.freeze(listOf(values.SWITCHBOARD_PLUGINS)),
    store: toStore(values),
    workers: values.SWITCHBOARD_WORKERS !== "off",
    secrets: toSecrets(values),
    ...toMedia(values),
    signIn: toSignIn(values),
    ...(values.METRICS_TOKEN !== undefined && { metricsToken: values.METRICS_TOKEN }),
    apiUrls: Object.freeze({
      facebook: withoutSlash(values.FACEBOOK_GRAPH_URL ?? "https://graph.facebook.com"),
      twitter: withoutSlash(values.X_API_URL ?? "https://api.x.com"),
      twilio: withoutSlash(values.TWILIO_API_URL ?? "https://api.twilio.com"),
    }),
    apiExtras: Object.freeze({
      twilio: Object.freeze({
        messaging: withoutSlash(values.TWILIO_MESSAGING_URL ?? "https://messaging.twilio.com"),
        content: withoutSlash(values.TWILIO_CONTENT_URL ?? "https://content.twilio.com"),
      }),
    }),
    ...(botFramework !== undefined && { botFramework }),
    logLevel: (values.LOG_LEVEL ?? "info") as Config["logLevel"],
    environment: Object.freeze({ ...env }),
  });
}

function toStore(values: SettingValues): StoreConfig {
  const { SWITCHBOARD_STORE, COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key, AZURE_CLIENT_ID: clientId } = values;
  if (SWITCHBOARD_STORE !== "cosmos" || endpoint === undefined) return Object.freeze({ kind: "local" });
  return Object.freeze({
    kind: "cosmos",
    endpoint,
    ...(key !== undefined && { key }),
    database: values.COSMOS_DATABASE ?? "switchboard",
    ...(clientId !== undefined && { clientId }),
  });
}

function toSecrets(values: SettingValues): SecretsConfig {
  const { SWITCHBOARD_MASTER_KEY: masterKey, KEY_VAULT_URL: url, AZURE_CLIENT_ID: clientId } = values;
  return Object.freeze({
    kind: values.SWITCHBOARD_SECRETS === "keyvault" ? "keyvault" : "file",
    ...(masterKey !== undefined && { masterKey }),
    ...(url !== undefined && {
      vault: Object.freeze({ url: withoutSlash(url), ...(clientId !== undefined && { clientId }) }),
    }),
  });
}

function toMedia({ MEDIA_URL: url, AZURE_CLIENT_ID: clientId }: SettingValues): Pick<Config, "media"> {
  if (url === undefined) return {};
  return {
    media: Object.freeze({ url: withoutSlash(url), ...(clientId !== undefined && { clientId }) }),
  };
}

function toBotFramework(values: SettingValues): BotFrameworkConfig | undefined {
  if (values.MicrosoftAppId === undefined) return undefined;
  return Object.freeze({
    appType: (values.MicrosoftAppType ?? "MultiTenant") as BotFrameworkConfig["appType"],
    appId: values.MicrosoftAppId,
    ...(values.MicrosoftAppPassword !== undefined && { appPassword: values.MicrosoftAppPassword }),
    ...(values.MicrosoftAppTenantId !== undefined && { tenantId: values.MicrosoftAppTenantId }),
  });
}

const listOf = (text = ""): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

/** The settings as a Markdown table, for the docs. */
export function settingsTable(): string {
  const lines = SETTING_ROWS.map((row) => {
    const secret = row.secret ? " Secret." : "";
    return `| \`${row.name}\` | ${kindText(row)} | ${row.standard} | ${row.help}${secret} |`;
  });
  return ["| Setting | Kind | Default | Meaning |", "|---|---|---|---|", ...lines, ""].join("\n");
}

/** The text of `.env.example`: every setting commented out, with its default. */
export function envExample(): string {
  const parts = SETTING_ROWS.map((row) => {
    const value = row.standard !== "none" && /^[^\s(]+$/.test(row.standard) ? row.standard : "";
    return `# ${row.help}\n# ${kindText(row)}; default: ${row.standard}\n#${row.name}=${value}\n`;
  });
  return ["# Settings of the environment. All of them may be left out in development.\n", ...parts].join(
    "\n",
  );
}

function kindText(row: SettingRow): string {
  if (row.kind === "choice") return row.options.join(", ");
  return row.kind === "integer" ? `${row.min} to ${row.max}` : row.kind;
}
