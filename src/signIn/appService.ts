import type { SignInChoice } from "../core/signInChoice";
import { type Person, rolesOf } from "./claims";
import type { Headers } from "./ownPages";

interface PlatformClaim {
  typ: string;
  val: string;
}

/** Both spellings of a claim that the platform hands on. */
const NAMES = {
  tenant: ["tid", "http://schemas.microsoft.com/identity/claims/tenantid"],
  object: ["oid", "http://schemas.microsoft.com/identity/claims/objectidentifier"],
  issuer: ["iss"],
  subject: ["sub", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"],
  name: ["name"],
  roles: ["roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"],
} as const;

const LONGEST = 64 * 1024;

/**
 * Whom App Service authentication says this is, by `X-MS-CLIENT-PRINCIPAL`: undefined without the header, or when it names
 * nobody. Whoever is of another Entra ID tenant has no roles here. The platform takes the header off what comes from outside; whoever calls this must know that it is there.
 */
export function personOfPlatform(
  headers: Headers,
  { roles: mapping, tenant: ours }: Pick<SignInChoice, "roles" | "tenant">,
): Person | undefined {
  const principal = parse(headers["x-ms-client-principal"]);
  if (principal === undefined) return undefined;
  const { claims, provider, roleType } = principal;
  const one = (names: readonly string[]) =>
    claims.find(({ typ, val }) => names.includes(typ) && val !== "")?.val;
  const [tenant, object, subject] = [one(NAMES.tenant), one(NAMES.object), one(NAMES.subject)];
  const isEntra = provider === "aad" && tenant !== undefined && object !== undefined;
  // Another tenant's admins give out roles of the same names.
  const isForeign =
    provider === "aad" && (tenant === undefined || tenant.toLowerCase() !== ours?.toLowerCase());
  if (!isEntra && subject === undefined) return undefined;
  const issuer = one(NAMES.issuer) ?? provider;
  const theirs = claims.filter(
    ({ typ }) => typ === roleType || (NAMES.roles as readonly string[]).includes(typ),
  );
  const name = one(NAMES.name);
  return {
    identity: isEntra ? `${tenant}|${object}` : `${issuer}|${subject}`,
    ...(name !== undefined && { name: name.slice(0, 200) }),
    roles: isForeign
      ? []
      : rolesOf(
          theirs.map(({ val }) => val),
          mapping,
        ),
  };
}

function parse(
  header: string | string[] | undefined,
): { claims: PlatformClaim[]; provider: string; roleType: string } | undefined {
  if (typeof header !== "string" || header.length > LONGEST) return undefined;
  try {
    const value = JSON.parse(Buffer.from(header, "base64").toString()) as {
      auth_typ?: unknown;
      role_typ?: unknown;
      claims?: unknown;
    };
    if (!Array.isArray(value.claims)) return undefined;
    const claims = (value.claims as unknown[]).filter(isClaim);
    return { claims, provider: String(value.auth_typ), roleType: String(value.role_typ) };
  } catch {
    return undefined;
  }
}

function isClaim(value: unknown): value is PlatformClaim {
  if (typeof value !== "object" || value === null) return false;
  const { typ, val } = value as Partial<PlatformClaim>;
  return typeof typ === "string" && typeof val === "string";
}
