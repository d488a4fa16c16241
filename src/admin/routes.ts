import type { z } from "zod";
import type { AuditDoc } from "../core/audit";
import { type Clock, isoTime } from "../core/clock";
import { preconditionOf } from "../core/preconditions";
import { type ApiReply, type ApiRequest, callerId, type Route } from "../core/route";
import { SETTINGS, SETTINGS_KINDS, type SettingsKind } from "../core/settings";
import { inputInvalid, toDetails, withoutReadOnly } from "./checks";
import {
  type AccountExtras,
  type AuditView,
  auditQuery,
  auditView,
  listQuery,
  listView,
  objectView,
} from "./contract";
import type { AccountDirectory } from "./directory";
import { noSuch } from "./settingsDoc";
import type { SettingsEntry, SettingsRepository } from "./settingsRepository";

export interface AdminRoutesOptions {
  settings: SettingsRepository;
  directory: Pick<AccountDirectory, "problem">;
  /** PUBLIC_URL, without a trailing slash. */
  publicUrl: string;
  clock: Clock;
}

/** The uniform admin API: the same four routes for every kind, and the audit. An unknown kind has no route. */
export function adminRoutes(options: AdminRoutesOptions): Route[] {
  return [auditRoute(options), ...SETTINGS_KINDS.flatMap((kind) => kindRoutes(kind, options))];
}

function kindRoutes(kind: SettingsKind, options: AdminRoutesOptions): Route[] {
  const { settings } = options;
  const list = `/api/admin/${kind}`;
  const view = objectView(kind);
  const present = (entry: SettingsEntry) => toView(kind, entry, options);
  return [
    {
      method: "GET",
      path: list,
      access: "admin",
      summary: `Lists ${kind} in the order of their ids.`,
      schema: { query: listQuery, reply: listView(view) },
      async handle(request) {
        const page = await settings.list(kind, listOptions(readQuery(listQuery, request)));
        return { status: 200, body: { items: page.items.map(present), next: page.next ?? null } };
      },
    },
    {
      method: "GET",
      path: `${list}/:id`,
      access: "admin",
      summary: `Gives one of the ${kind} with its ETag.`,
      schema: { reply: view },
      async handle(request) {
        const id = idOf(request);
        const entry = await settings.get(kind, id);
        if (entry === undefined) throw noSuch(kind, id, settings.current()[kind].keys());
        return reply(200, entry, present(entry));
      },
    },
    {
      method: "PUT",
      path: `${list}/:id`,
      access: "admin",
      summary: `Creates one of the ${kind}, or replaces the version that If-Match names.`,
      schema: { body: SETTINGS[kind], reply: view },
      async handle(request) {
        const value = withoutReadOnly(request.body);
        const entry = await settings.put(kind, idOf(request), value, {
          ...preconditionOf(request),
          by: callerId(request),
        });
        return reply(entry.revision === 1 ? 201 : 200, entry, present(entry));
      },
    },
    {
      method: "DELETE",
      path: `${list}/:id`,
      access: "admin",
      summary: `Deletes one of the ${kind}, in the version that If-Match names.`,
      async handle(request) {
        await settings.delete(kind, idOf(request), { ...preconditionOf(request), by: callerId(request) });
        return { status: 204 };
      },
    },
  ];
}

function auditRoute({ settings, clock }: AdminRoutesOptions): Route {
  return {
    method: "GET",
    path: "/api/admin/audit",
    access: "admin",
    summary: "Lists who changed what on one day (UTC), newest first.",
    schema: { query: auditQuery, reply: listView(auditView) },
    async handle(request) {
      const query = readQuery(auditQuery, request);
      const page = await settings.audit(query.day ?? isoTime(clock.now()).slice(0, 10), listOptions(query));
      return { status: 200, body: { items: page.items.map(toAuditView), next: page.next ?? null } };
    },
  };
}

function readQuery<T>(schema: z.ZodType<T>, request: ApiRequest): T {
  const result = schema.safeParse(Object.fromEntries(request.query));
  if (!result.success) throw inputInvalid(toDetails(result.error));
  return result.data;
}

function listOptions(query: z.infer<typeof listQuery>) {
  return {
    ...(query.limit !== undefined && { limit: query.limit }),
    ...(query.cursor !== undefined && { cursor: query.cursor }),
  };
}

const idOf = (request: ApiRequest): string => request.params.id ?? "";

function reply(status: number, entry: SettingsEntry, body: unknown): ApiReply {
  return { status, body, headers: { etag: `"${entry.etag}"` } };
}

function toView(kind: SettingsKind, entry: SettingsEntry, options: AdminRoutesOptions): object {
  const { value, ...meta } = entry;
  const extras = kind === "accounts" ? accountExtrasOf(entry as SettingsEntry<"accounts">, options) : {};
  return { ...value, ...meta, editedAt: isoTime(entry.editedAt), ...extras };
}

function accountExtrasOf({ value }: SettingsEntry<"accounts">, options: AdminRoutesOptions): AccountExtras {
  // Bot Service calls one address for all bots of a server.
  const path = value.provider === "azure" ? "/api/messages" : `/webhooks/${value.provider}/${value.id}`;
  const callbackUrl = options.publicUrl + path;
  return {
    callbackUrl,
    statusUrl: value.provider === "twilio" ? `${callbackUrl}/status` : null,
    problem: options.directory.problem(value.id) ?? null,
  };
}

function toAuditView(doc: AuditDoc): AuditView {
  const { id, at, by, action, source, kind, objectId, revision } = doc;
  return {
    id,
    at: isoTime(at),
    by,
    action,
    source,
    kind,
    objectId,
    revision,
    before: doc.before ?? null,
    after: doc.after ?? null,
  };
}
