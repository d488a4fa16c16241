import { ROLES, type Role } from "../core/roles";

/** Somebody whom an identity provider vouches for. */
export interface Person {
  /** `<issuer>|<subject>`; Entra ID: `<tenant id>|<object id>`. Never an e-mail address: those are given to others. */
  identity: string;
  /** As the provider has it; absent: nothing was said. */
  name?: string;
  /** Ours, the least first; none: no access. */
  roles: readonly Role[];
}

type Claims = Readonly<Record<string, unknown>>;

/** Whose `tid` and `oid` name a person; elsewhere anybody may have put such claims into their own token. */
const ENTRA = [
  "login.microsoftonline.com",
  "login.microsoftonline.us",
  "login.partner.microsoftonline.cn",
  "sts.windows.net",
];

/** Who an ID token is about, whose signature and issuer are checked. */
export function toPerson(claims: Claims, roles: Readonly<Record<string, Role>>): Person {
  const name = textOf(claims.name) ?? textOf(claims.preferred_username);
  return {
    identity: identityOf(claims),
    ...(name !== undefined && { name: name.slice(0, 200) }),
    roles: rolesOf(claims.roles, roles),
  };
}

function identityOf({ iss, sub, tid, oid }: Claims): string {
  const issuer = textOf(iss) ?? "";
  const isEntra = URL.canParse(issuer) && ENTRA.includes(new URL(issuer).hostname);
  const [tenant, object] = [textOf(tid), textOf(oid)];
  return isEntra && tenant !== undefined && object !== undefined
    ? `${tenant}|${object}`
    : `${issuer}|${textOf(sub)}`;
}

/** Ours for those of the provider; `given` is the claim, a list or one word. */
export function rolesOf(given: unknown, mapping: Readonly<Record<string, Role>>): Role[] {
  const theirs = Array.isArray(given) ? given : [given];
  const ours = new Set(
    theirs
      .filter((role) => typeof role === "string" && Object.hasOwn(mapping, role))
      .map((role) => mapping[role]),
  );
  return ROLES.filter((role) => ours.has(role));
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
