/** One version of a secret, as far as it matters when it counts. Times in ms. */
export interface Version {
  id: string;
  enabled: boolean;
  createdAt: number;
  notBefore?: number;
  expiresAt?: number;
  /** How long its predecessor is accepted beside it, when somebody said so. */
  keepOldMs?: number;
}

/** A version that counts until then. */
export interface Counting {
  version: Version;
  until: number;
}

export interface Choice {
  /** Newest first: the current one, and the former one during a rotation. */
  counting: Counting[];
  /** When another choice may be right. */
  changesAt: number;
}

/** Tag of a version: hours that its predecessor is accepted beside it. */
export const KEEP_OLD_TAG = "keep-old-hours";

/** What the vault tells of a version; everything in it may be missing. */
interface Properties {
  version?: string;
  enabled?: boolean;
  createdOn?: Date;
  notBefore?: Date;
  expiresOn?: Date;
  tags?: Record<string, string>;
}

export function toVersion(given: Properties): Version {
  const hours = given.tags?.[KEEP_OLD_TAG]?.trim() ?? "";
  return {
    id: given.version ?? "",
    enabled: given.enabled !== false,
    createdAt: given.createdOn?.getTime() ?? 0,
    ...(given.notBefore && { notBefore: given.notBefore.getTime() }),
    ...(given.expiresOn && { expiresAt: given.expiresOn.getTime() }),
    ...(/^\d{1,6}(\.\d+)?$/.test(hours) && { keepOldMs: Number(hours) * 3_600_000 }),
  };
}

/**
 * The newest version that counts, and the one before it while that was replaced only `overlapMs` ago. The vault itself
 * gives out versions outside of their dates ("About Azure Key Vault secrets"), so the dates are kept here.
 */
export function chooseVersions(versions: readonly Version[], now: number, overlapMs: number): Choice {
  const newestFirst = versions.filter(({ enabled }) => enabled).sort((a, b) => b.createdAt - a.createdAt);
  const [current, former] = newestFirst.filter((version) => isLive(version, now));
  const coming = newestFirst.map(({ notBefore = 0 }) => notBefore).filter((at) => at > now);
  const counting: Counting[] = current === undefined ? [] : [{ version: current, until: endOf(current) }];
  if (current !== undefined && former !== undefined) {
    const until = Math.min(endOf(former), overlapEnd(current, overlapMs));
    if (until > now) counting.push({ version: former, until });
  }
  return { counting, changesAt: Math.min(...coming, ...counting.map(({ until }) => until)) };
}

/** A current version whose predecessor counts no more. */
export function soleChoice(version: Version): Choice {
  return { counting: [{ version, until: endOf(version) }], changesAt: endOf(version) };
}

/** When the predecessor of `version` stops counting. */
export function overlapEnd(version: Version, overlapMs: number): number {
  return Math.max(version.createdAt, version.notBefore ?? 0) + (version.keepOldMs ?? overlapMs);
}

export function isLive({ enabled, notBefore = 0, expiresAt }: Version, now: number): boolean {
  return enabled && notBefore <= now && (expiresAt ?? Number.POSITIVE_INFINITY) > now;
}

const endOf = ({ expiresAt = Number.POSITIVE_INFINITY }: Version): number => expiresAt;
