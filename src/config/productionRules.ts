import { DEMO_SECRET } from "../core/demo";
import { isGuessable, isWeakToken, MIN_PASSPHRASE, MIN_TOKEN } from "../core/guessable";
import { isLoopback } from "../core/loopback";
import type { SettingsByKind, SettingsKind } from "../core/settings";
import type { SettingValues } from "./settingRows";
import type { Path } from "./yamlSource";

/** Carry the platforms' tokens and what customers write. */
const PLATFORM_URLS = [
  "FACEBOOK_GRAPH_URL",
  "X_API_URL",
  "TWILIO_API_URL",
  "TWILIO_MESSAGING_URL",
  "TWILIO_CONTENT_URL",
] as const;

/** What a server in production refuses of its settings: conveniences of development. One line each, [] when there are none. */
export function productionFaults(values: SettingValues): string[] {
  return [
    ...publicUrlFaults(values),
    ...masterKeyFaults(values),
    ...metricsFaults(values),
    ...PLATFORM_URLS.filter((name) => isOpen(values[name])).map(
      (name) => `${name}: must be https in production; the platform's token would travel in the open`,
    ),
    ...(isOpen(values.COSMOS_ENDPOINT)
      ? ["COSMOS_ENDPOINT: must be https in production; conversations would travel in the open"]
      : []),
    ...(values.MEDIA_URL?.startsWith("http:") ? ["MEDIA_URL: must be https in production"] : []),
  ];
}

function publicUrlFaults({ PUBLIC_URL: url }: SettingValues): string[] {
  if (url === undefined)
    return ["PUBLIC_URL: needed in production; signatures are checked against it and links point to it"];
  return url.startsWith("https:")
    ? []
    : [
        "PUBLIC_URL: must be https in production; browsers would send sign-in cookies in the open. Put a proxy with a certificate in front",
      ];
}

function masterKeyFaults({
  SWITCHBOARD_SECRETS: kind,
  SWITCHBOARD_MASTER_KEY: key,
}: SettingValues): string[] {
  const cure = "give 32 random bytes as base64 or hex, for example from: openssl rand -base64 32";
  if (key === undefined)
    return kind === "keyvault"
      ? []
      : [`SWITCHBOARD_MASTER_KEY: needed in production unless SWITCHBOARD_SECRETS is keyvault; ${cure}`];
  if (key.length < MIN_PASSPHRASE) return [`SWITCHBOARD_MASTER_KEY: is too short; ${cure}`];
  return isGuessable(key) ? [`SWITCHBOARD_MASTER_KEY: can be guessed; ${cure}`] : [];
}

function metricsFaults({ METRICS_TOKEN: token }: SettingValues): string[] {
  if (token === undefined || !isWeakToken(token)) return [];
  return [
    `METRICS_TOKEN: must be at least ${MIN_TOKEN} random characters in production; without it /metrics is closed`,
  ];
}

/** Plain http that leaves this machine. */
function isOpen(url: string | undefined): boolean {
  if (!url?.startsWith("http:")) return false;
  const { hostname } = new URL(url);
  return !isLoopback(hostname);
}

/**
 * What cannot work on Azure App Service: there the package is read-only, /home is a network share of all instances, and
 * every other folder is lost at a restart.
 */
export function appServiceFaults(values: SettingValues): string[] {
  const folder = values.SWITCHBOARD_DATA;
  return [
    ...(values.NODE_ENV === "production"
      ? []
      : ["NODE_ENV: must be production on App Service; anybody could sign in to the demo"]),
    ...(values.SWITCHBOARD_STORE === "cosmos"
      ? []
      : [
          "SWITCHBOARD_STORE: must be cosmos on App Service; the embedded store would be lost at a restart, or break on the network share",
        ]),
    ...(values.SWITCHBOARD_SECRETS === "keyvault"
      ? []
      : [
          "SWITCHBOARD_SECRETS: must be keyvault on App Service; the secrets file would be lost at a restart",
        ]),
    ...(values.MEDIA_URL === undefined
      ? ["MEDIA_URL: needed on App Service; files in SWITCHBOARD_DATA would be lost at a restart"]
      : []),
    ...(folder === undefined || !folder.startsWith("/") || /^\/home(\/|$)/.test(folder)
      ? [
          "SWITCHBOARD_DATA: must be a folder of the instance's own on App Service, such as /tmp/switchboard; all instances share /home",
        ]
      : []),
    ...(Number(values.TRUST_PROXY_HOPS ?? 0) >= 1
      ? []
      : ["TRUST_PROXY_HOPS: must be at least 1 on App Service; everybody would have its proxy's address"]),
  ];
}

/** What of an object is for development only. */
export function developmentFaults<K extends SettingsKind>(
  kind: K,
  value: SettingsByKind[K],
): { path: Path; message: string }[] {
  const object = value as { simulated?: boolean; secrets?: Record<string, string>; token?: string };
  const simulated = {
    path: ["simulated"],
    message: "a simulated account is for development; the simulator does not exist in production",
  };
  const references = [
    ...Object.entries((kind === "accounts" || kind === "instances" ? object.secrets : undefined) ?? {}).map(
      ([name, reference]) => ({ path: ["secrets", name], reference }),
    ),
    ...(kind === "agents" ? [{ path: ["token"], reference: object.token ?? "" }] : []),
  ];
  return [
    ...(kind === "accounts" && object.simulated === true ? [simulated] : []),
    ...references
      .filter(({ reference }) => DEMO_SECRET.test(reference))
      .map(({ path, reference }) => ({
        path,
        message: `${reference} is the demo's, which production refuses; give it a secret of its own`,
      })),
  ];
}
