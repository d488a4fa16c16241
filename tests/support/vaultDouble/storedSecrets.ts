import { randomBytes } from "node:crypto";
import { type Answer, refusal } from "./answer";

interface StoredVersion {
  id: string;
  value: string;
  enabled: boolean;
  /** Whole seconds, as in the API. */
  created: number;
  nbf?: number;
  exp?: number;
  tags?: Record<string, string>;
  managed?: boolean;
}

interface Stored {
  name: string;
  versions: StoredVersion[];
}

/** What the vault keeps; the methods above are its answers, those below are what an operator does in the portal. */
export interface StoredSecrets {
  get(name: string, version?: string): Answer;
  page(skip: number): Answer;
  versionPage(name: string, skip: number): Answer;
  deleted(name: string): Answer;
  put(name: string, body: { value?: unknown; tags?: unknown }): Answer;
  /** Adds a version and gives it, for later changes. Dates in ms. */
  add(
    name: string,
    value: string,
    options?: { notBefore?: number; expires?: number; keepOldHours?: string; managed?: boolean },
  ): StoredVersion;
  /** Soft delete. */
  remove(name: string): void;
  recover(name: string): void;
  versionsOf(name: string): StoredVersion[];
}

/** Names are found whatever their capitals, and keep those of the first version. */
export function createStoredSecrets(options: {
  url: string;
  now(): number;
  pageSize: number;
}): StoredSecrets {
  const { url, now, pageSize } = options;
  const live = new Map<string, Stored>();
  const gone = new Map<string, Stored>();

  const toItem = (secret: Stored, version: StoredVersion, withVersion: boolean) => ({
    id: `${url}/secrets/${secret.name}${withVersion ? `/${version.id}` : ""}`,
    attributes: {
      enabled: version.enabled,
      created: version.created,
      updated: version.created,
      ...(version.nbf === undefined ? {} : { nbf: version.nbf }),
      ...(version.exp === undefined ? {} : { exp: version.exp }),
      recoveryLevel: "Recoverable+Purgeable",
      recoverableDays: 90,
    },
    ...(version.tags === undefined ? {} : { tags: version.tags }),
    ...(version.managed === true ? { managed: true } : {}),
  });
  const latestOf = ({ versions }: Stored): StoredVersion => versions.at(-1) as StoredVersion;
  const notFound = (name: string): Answer =>
    refusal(404, "SecretNotFound", `A secret with (name/id) ${name} was not found in this key vault.`);

  function paged(items: unknown[], skip: number, path: string): Answer {
    const more = skip + pageSize < items.length;
    const nextLink = more ? `${url}${path}?api-version=7.5&$skiptoken=${skip + pageSize}` : null;
    return { status: 200, body: { value: items.slice(skip, skip + pageSize), nextLink } };
  }

  function store(
    name: string,
    version: Omit<StoredVersion, "id" | "created" | "enabled">,
  ): [Stored, StoredVersion] {
    const secret = live.get(name.toLowerCase()) ?? { name, versions: [] };
    const created = Math.floor(now() / 1000);
    const stored = { id: randomBytes(16).toString("hex"), created, enabled: true, ...version };
    secret.versions.push(stored);
    live.set(name.toLowerCase(), secret);
    return [secret, stored];
  }

  return {
    get(name, version) {
      const secret = live.get(name.toLowerCase());
      const found =
        secret &&
        (version === undefined ? latestOf(secret) : secret.versions.find(({ id }) => id === version));
      if (secret === undefined || found === undefined) return notFound(name);
      if (!found.enabled)
        return refusal(
          403,
          "Forbidden",
          "Operation get is not allowed on a disabled secret.",
          "SecretDisabled",
        );
      return { status: 200, body: { ...toItem(secret, found, true), value: found.value } };
    },
    page: (skip) =>
      paged(
        [...live.values()].map((secret) => toItem(secret, latestOf(secret), false)),
        skip,
        "/secrets",
      ),
    versionPage(name, skip) {
      const secret = live.get(name.toLowerCase());
      // By id, which says nothing of their age.
      const versions = [...(secret?.versions ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
      return paged(
        versions.map((version) => toItem(secret as Stored, version, true)),
        skip,
        `/secrets/${name}/versions`,
      );
    },
    deleted(name) {
      const secret = gone.get(name.toLowerCase());
      if (secret === undefined) return notFound(name);
      const recoveryId = `${url}/deletedsecrets/${secret.name}`;
      return { status: 200, body: { ...toItem(secret, latestOf(secret), true), recoveryId } };
    },
    put(name, body) {
      if (!/^[0-9a-zA-Z-]{1,127}$/.test(name) || typeof body.value !== "string")
        return refusal(
          400,
          "BadParameter",
          "The request URI contains an invalid name, or the value is missing.",
        );
      if (gone.has(name.toLowerCase())) {
        const words = `Secret ${name} is currently in a deleted but recoverable state.`;
        return refusal(409, "Conflict", words, "ObjectIsDeletedButRecoverable");
      }
      const tags = body.tags as Record<string, string> | undefined;
      const [secret, version] = store(name, { value: body.value, ...(tags && { tags }) });
      return { status: 200, body: { ...toItem(secret, version, true), value: version.value } };
    },
    add(name, value, { notBefore, expires, keepOldHours, managed } = {}) {
      const [, version] = store(name, {
        value,
        ...(notBefore === undefined ? {} : { nbf: Math.floor(notBefore / 1000) }),
        ...(expires === undefined ? {} : { exp: Math.floor(expires / 1000) }),
        ...(keepOldHours === undefined ? {} : { tags: { "keep-old-hours": keepOldHours } }),
        ...(managed === undefined ? {} : { managed }),
      });
      return version;
    },
    remove: (name) => move(name, live, gone),
    recover: (name) => move(name, gone, live),
    versionsOf: (name) => live.get(name.toLowerCase())?.versions ?? [],
  };
}

function move(name: string, from: Map<string, Stored>, to: Map<string, Stored>): void {
  const key = name.toLowerCase();
  const secret = from.get(key);
  if (secret !== undefined) to.set(key, secret);
  from.delete(key);
}
