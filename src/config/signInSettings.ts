import { isLoopback } from "../core/loopback";
import { ROLES, type Role } from "../core/roles";
import type { SignInChoice } from "../core/signInChoice";
import type { SettingValues } from "./settingRows";

const STANDARD_ROLES = "Agent=agent,Supervisor=supervisor,Admin=admin";
/** Entra's addresses for tenants of all the world: anybody's tenant could name its own admins. */
const ANY_TENANT = /^\/(common|organizations|consumers)(\/|$)/i;
const TENANT_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Faults of the settings of sign-in. `platformSignsIn`: App Service's own mark that its authentication is enabled. */
export function signInFaults(
  values: SettingValues,
  about: { production: boolean; platformSignsIn: boolean },
): string[] {
  return [
    ...oidcFaults(values, about.production),
    ...roleFaults(values.SIGN_IN_ROLES ?? STANDARD_ROLES),
    ...tenantFaults(values),
    ...(values.SIGN_IN_APP_SERVICE === "on" && !about.platformSignsIn
      ? [
          "SIGN_IN_APP_SERVICE: App Service authentication is not enabled here (WEBSITE_AUTH_ENABLED is not True), so anybody could write its headers; enable it first, or leave this setting out",
        ]
      : []),
  ];
}

/** App Service may be told to let any tenant in, and each has admins of its own. */
function tenantFaults({ SIGN_IN_APP_SERVICE: choice, SIGN_IN_TENANT: tenant }: SettingValues): string[] {
  if (tenant !== undefined && !TENANT_ID.test(tenant))
    return ["SIGN_IN_TENANT: must be the id of an Entra ID tenant, 8-4-4-4-12 hexadecimal digits"];
  return choice === "on" && tenant === undefined
    ? ["SIGN_IN_TENANT: needed with SIGN_IN_APP_SERVICE; people of any tenant could come in"]
    : [];
}

function oidcFaults(
  { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: id, OIDC_CLIENT_SECRET: secret }: SettingValues,
  production: boolean,
): string[] {
  if (issuer === undefined) {
    const alone =
      id !== undefined ? "OIDC_CLIENT_ID" : secret !== undefined ? "OIDC_CLIENT_SECRET" : undefined;
    return alone === undefined ? [] : [`OIDC_ISSUER: needed with ${alone}`];
  }
  const { protocol, hostname, pathname } = new URL(issuer);
  return [
    ...(id === undefined ? ["OIDC_CLIENT_ID: needed with OIDC_ISSUER"] : []),
    // Whoever listens in could sign in as anybody.
    ...(protocol === "https:" || (!production && isLoopback(hostname))
      ? []
      : ["OIDC_ISSUER: must be https; plain http is for this machine, in development"]),
    ...(hostname.startsWith("login.microsoftonline.") && ANY_TENANT.test(pathname)
      ? ["OIDC_ISSUER: must name your tenant, https://login.microsoftonline.com/TENANT/v2.0"]
      : []),
  ];
}

function roleFaults(text: string): string[] {
  const faults = pairsOf(text)
    .filter(({ theirs, ours }) => theirs === "" || !isRole(ours))
    .map(({ whole }) => `SIGN_IN_ROLES: "${whole}" is not THEIRS=${ROLES.join("|")}`);
  return pairsOf(text).length === 0 ? ["SIGN_IN_ROLES: names no role"] : faults;
}

/** What the settings choose; they have no faults. */
export function toSignIn(values: SettingValues): SignInChoice {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = values;
  const appService = values.SIGN_IN_APP_SERVICE === "on";
  const tenant = values.SIGN_IN_TENANT;
  const choice = values.SIGN_IN_PASSWORDS ?? "auto";
  const pairs = pairsOf(values.SIGN_IN_ROLES ?? STANDARD_ROLES);
  return Object.freeze({
    passwords: choice === "auto" ? issuer === undefined && !appService : choice === "on",
    ...(issuer !== undefined &&
      clientId !== undefined && {
        oidc: Object.freeze({ issuer, clientId, ...(clientSecret !== undefined && { clientSecret }) }),
      }),
    appService,
    ...(tenant !== undefined && { tenant }),
    roles: Object.freeze(Object.fromEntries(pairs.map(({ theirs, ours }) => [theirs, ours as Role]))),
  });
}

/** `Agent=agent,Admin=admin`: the last "=" divides, since role names of groups may have one. */
function pairsOf(text: string): { whole: string; theirs: string; ours: string }[] {
  const parts = text.split(",").map((part) => part.trim());
  return parts
    .filter((part) => part !== "")
    .map((whole) => {
      const at = whole.lastIndexOf("=");
      return { whole, theirs: whole.slice(0, Math.max(0, at)).trim(), ours: whole.slice(at + 1).trim() };
    });
}

const isRole = (word: string): word is Role => (ROLES as readonly string[]).includes(word);
