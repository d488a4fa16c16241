interface RowBase {
  name: string;
  /** Default, in words where it depends on something. */
  standard: string;
  /** Never shown or logged. */
  secret: boolean;
  help: string;
  /** Values that a later version will know. */
  later?: readonly string[];
}

/** One environment setting: the source of the parser, the docs table and `.env.example`. */
export type SettingRow =
  | (RowBase & { kind: "text" })
  | (RowBase & { kind: "url" })
  | (RowBase & { kind: "integer"; min: number; max: number })
  | (RowBase & { kind: "choice"; options: readonly string[] });

const ROWS = [
  {
    name: "NODE_ENV",
    kind: "choice",
    options: ["development", "test", "production"],
    standard: "development",
    secret: false,
    help: "In production there is no phone, no demo and no generated master key, and what only development may do is refused.",
  },
  {
    name: "PORT",
    kind: "integer",
    min: 0,
    max: 65535,
    standard: "3978",
    secret: false,
    help: "Port to listen on; 0 takes a free one.",
  },
  {
    name: "HOST",
    kind: "text",
    standard: "127.0.0.1 (production: 0.0.0.0)",
    secret: false,
    help: "Address to listen on.",
  },
  {
    name: "PUBLIC_URL",
    kind: "url",
    standard: "http://127.0.0.1:PORT (needed in production)",
    secret: false,
    help: "URL under which platforms and browsers reach the server; webhook signatures are checked against it.",
  },
  {
    name: "TRUST_PROXY_HOPS",
    kind: "integer",
    min: 0,
    max: 10,
    standard: "0",
    secret: false,
    help: "How many proxies stand in front; so many entries of X-Forwarded-For are believed.",
  },
  {
    name: "SWITCHBOARD_DATA",
    kind: "text",
    standard: "./data",
    secret: false,
    help: "Folder of the embedded store and the secrets file.",
  },
  {
    name: "SWITCHBOARD_CONFIG",
    kind: "text",
    standard: "none (development: the demo when the store is empty)",
    secret: false,
    help: "Configuration file, YAML or JSON; applied at start when it is new.",
  },
  {
    name: "SWITCHBOARD_FLOW_HOSTS",
    kind: "text",
    standard: "none",
    secret: false,
    help: "Hosts that http steps of flows may ask, with commas between: orders.example.com, .example.com (all below it), 127.0.0.1:4000. Plain http only to loopback addresses and hosts written with http://.",
  },
  {
    name: "SWITCHBOARD_WEBHOOK_HOSTS",
    kind: "text",
    standard: "none",
    secret: false,
    help: "Hosts at private addresses that webhooks may reach in production, with commas between, written as in SWITCHBOARD_FLOW_HOSTS.",
  },
  {
    name: "SWITCHBOARD_KNOWLEDGE",
    kind: "text",
    standard: "knowledge, beside the configuration file",
    secret: false,
    help: "Folder of Markdown files with questions and answers, for the knowledge steps of flows.",
  },
  {
    name: "SWITCHBOARD_PLUGINS",
    kind: "text",
    standard: "none (what stands under plugins/)",
    secret: false,
    help: "Plugins to load besides those in the folder plugins/ beside the configuration file: npm names or paths, separated by commas.",
  },
  {
    name: "SWITCHBOARD_STORE",
    kind: "choice",
    options: ["local", "cosmos"],
    standard: "local",
    secret: false,
    help: "Where everything is stored: in SWITCHBOARD_DATA, or in Azure Cosmos DB, which any number of servers share.",
  },
  {
    name: "COSMOS_ENDPOINT",
    kind: "url",
    standard: "none (needed with SWITCHBOARD_STORE=cosmos)",
    secret: false,
    help: "URL of the Cosmos DB account.",
  },
  {
    name: "COSMOS_KEY",
    kind: "text",
    standard: "none (the server's managed identity)",
    secret: true,
    help: "Key of the Cosmos DB account. In development database and containers are then made when they are missing.",
  },
  {
    name: "COSMOS_DATABASE",
    kind: "text",
    standard: "switchboard",
    secret: false,
    help: "Database in the Cosmos DB account.",
  },
  {
    name: "AZURE_CLIENT_ID",
    kind: "text",
    standard: "none (the system's)",
    secret: false,
    help: "Client id of the user-assigned managed identity that signs in to Cosmos DB, Key Vault and Blob Storage.",
  },
  {
    name: "SWITCHBOARD_WORKERS",
    kind: "choice",
    options: ["on", "off"],
    standard: "on",
    secret: false,
    help: "off: answer HTTP only and leave the work to other servers.",
  },
  {
    name: "SWITCHBOARD_SECRETS",
    kind: "choice",
    options: ["file", "keyvault"],
    standard: "file",
    secret: false,
    help: "Where generated secrets and those typed into the console go; keyvault needs KEY_VAULT_URL.",
  },
  {
    name: "KEY_VAULT_URL",
    kind: "url",
    standard: "none (no keyvault: references)",
    secret: false,
    help: "Azure Key Vault of keyvault: references, https://NAME.vault.azure.net.",
  },
  {
    name: "SWITCHBOARD_MASTER_KEY",
    kind: "text",
    standard: "none (development: generated into the data folder)",
    secret: true,
    help: "Key of the secrets file: 32 bytes as base64 or hex, or a passphrase of at least 12 characters.",
  },
  {
    name: "MEDIA_URL",
    kind: "url",
    standard: "none (the data folder)",
    secret: false,
    help: "Container of Azure Blob Storage for files: https://ACCOUNT.blob.core.windows.net/CONTAINER.",
  },
  {
    name: "SIGN_IN_PASSWORDS",
    kind: "choice",
    options: ["auto", "on", "off"],
    standard: "auto",
    secret: false,
    help: "Whether agents sign in with names and passwords that this server keeps; auto: unless OIDC_ISSUER or SIGN_IN_APP_SERVICE is set.",
  },
  {
    name: "OIDC_ISSUER",
    kind: "url",
    standard: "none (passwords of our own)",
    secret: false,
    help: "Identity provider (OpenID Connect) at which agents sign in. Entra ID: https://login.microsoftonline.com/TENANT/v2.0.",
  },
  {
    name: "OIDC_CLIENT_ID",
    kind: "text",
    standard: "none (needed with OIDC_ISSUER)",
    secret: false,
    help: "This server's client id at the identity provider; PUBLIC_URL/api/sign-in/oidc/callback is its redirect address there.",
  },
  {
    name: "OIDC_CLIENT_SECRET",
    kind: "text",
    standard: "none (a public client)",
    secret: true,
    help: "This server's client secret at the identity provider.",
  },
  {
    name: "SIGN_IN_APP_SERVICE",
    kind: "choice",
    options: ["on", "off"],
    standard: "off",
    secret: false,
    help: "on: App Service authentication in front signs agents in, and its X-MS-CLIENT-PRINCIPAL is believed. The server starts with it only where the platform says that authentication is enabled.",
  },
  {
    name: "SIGN_IN_TENANT",
    kind: "text",
    standard: "none (needed with SIGN_IN_APP_SERVICE)",
    secret: false,
    help: "Id of the Entra ID tenant whose people App Service authentication may sign in; those of any other get no access.",
  },
  {
    name: "SIGN_IN_ROLES",
    kind: "text",
    standard: "Agent=agent,Supervisor=supervisor,Admin=admin",
    secret: false,
    help: "Roles of the identity provider (claim roles) and what they are here. Whoever has none of them gets no access.",
  },
  {
    name: "METRICS_TOKEN",
    kind: "text",
    standard: "none",
    secret: true,
    help: "Bearer token that /metrics asks for.",
  },
  {
    name: "FACEBOOK_GRAPH_URL",
    kind: "url",
    standard: "https://graph.facebook.com",
    secret: false,
    help: "Base URL of Facebook's Graph API, for tests.",
  },
  {
    name: "X_API_URL",
    kind: "url",
    standard: "https://api.x.com",
    secret: false,
    help: "Base URL of X's API, for tests.",
  },
  {
    name: "TWILIO_API_URL",
    kind: "url",
    standard: "https://api.twilio.com",
    secret: false,
    help: "Base URL of Twilio's API, for tests.",
  },
  {
    name: "TWILIO_MESSAGING_URL",
    kind: "url",
    standard: "https://messaging.twilio.com",
    secret: false,
    help: "Base URL of Twilio's API for messaging services, WhatsApp senders and typing marks, for tests.",
  },
  {
    name: "TWILIO_CONTENT_URL",
    kind: "url",
    standard: "https://content.twilio.com",
    secret: false,
    help: "Base URL of Twilio's API for message templates, for tests.",
  },
  {
    name: "MicrosoftAppType",
    kind: "choice",
    options: ["MultiTenant", "SingleTenant", "UserAssignedMSI"],
    standard: "MultiTenant",
    secret: false,
    help: "How the Azure Bot signs in.",
  },
  {
    name: "MicrosoftAppId",
    kind: "text",
    standard: "none",
    secret: false,
    help: "App id of the Azure Bot; /api/messages stays closed without it.",
  },
  {
    name: "MicrosoftAppPassword",
    kind: "text",
    standard: "none",
    secret: true,
    help: "Client secret of the Azure Bot; empty with a managed identity.",
  },
  {
    name: "MicrosoftAppTenantId",
    kind: "text",
    standard: "none",
    secret: false,
    help: "Tenant of the Azure Bot, unless it is MultiTenant.",
  },
  {
    name: "LOG_LEVEL",
    kind: "choice",
    options: ["debug", "info", "warn", "error", "silent"],
    standard: "info",
    secret: false,
    help: "Smallest severity that is logged; debug may show message text.",
  },
] as const satisfies readonly SettingRow[];

export type SettingName = (typeof ROWS)[number]["name"];

/** Settings that were given, as text. */
export type SettingValues = Partial<Record<SettingName, string>>;

/** Every setting, in the order of the docs. */
export const SETTING_ROWS: readonly (SettingRow & { name: SettingName })[] = ROWS;
