import { checkInput } from "../../core/checkInput";
import { type Clock, isoTime } from "../../core/clock";
import { preconditionOf } from "../../core/preconditions";
import { type ApiReply, type ApiRequest, callerId, type Route } from "../../core/route";
import type { Store } from "../../core/store";
import { withoutReadOnly } from "../checks";
import { listView, objectView } from "../contract";
import type { SettingsEntry, SettingsRepository } from "../settingsRepository";
import {
  checkFlowBody,
  checkFlowView,
  type DraftView,
  draftBody,
  draftView,
  publishBody,
  type RevisionRow,
  type RevisionView,
  revisionRow,
  revisionView,
  rollbackBody,
} from "./flowContract";
import { toFlowFaults } from "./flowFaults";
import type { FlowRevisionDoc } from "./flowHistory";
import { createFlowVersions, type FlowDraft } from "./flowVersions";

export interface FlowPorts {
  store: Store;
  settings: Pick<SettingsRepository, "current" | "get" | "put" | "validateObject">;
  clock: Clock;
  /** JSON schema of one flow, for editors. */
  schema(): object;
}

const FLOW = "/api/admin/flows/:id";

/** Revisions, drafts and checks of flows, beside the routes that every kind of setting has. */
export function flowRoutes(ports: FlowPorts): Route[] {
  return [
    {
      method: "GET",
      path: "/api/admin/flows/schema",
      access: "admin",
      summary: "The JSON schema of one flow, by which editors complete and check flow files.",
      async handle() {
        return { status: 200, body: ports.schema() };
      },
    },
    {
      method: "POST",
      path: "/api/admin/flows/check",
      access: "admin",
      summary: "Checks a flow and saves nothing: every fault with its step, property and the nearest name.",
      schema: { body: checkFlowBody, reply: checkFlowView },
      async handle({ body }) {
        const { flow } = checkInput(checkFlowBody, body);
        const id = (flow as { id?: unknown } | null)?.id;
        const value = withoutReadOnly(flow);
        return { status: 200, body: { faults: faultsOf(ports, typeof id === "string" ? id : "", value) } };
      },
    },
    ...revisionRoutes(ports),
    ...draftRoutes(ports),
  ];
}

function revisionRoutes(ports: FlowPorts): Route[] {
  const versions = createFlowVersions(ports);
  return [
    {
      method: "GET",
      path: `${FLOW}/revisions`,
      access: "admin",
      summary: "The last 20 published revisions of a flow, newest first.",
      schema: { reply: listView(revisionRow) },
      async handle(request) {
        const found = await versions.revisions(idOf(request));
        return { status: 200, body: { items: found.map(toRow), next: null } };
      },
    },
    {
      method: "GET",
      path: `${FLOW}/revisions/:revision`,
      access: "admin",
      summary: "One revision with its flow.",
      schema: { reply: revisionView },
      async handle(request) {
        const revision = Number(request.params.revision);
        const found = await versions.revision(idOf(request), Number.isInteger(revision) ? revision : 0);
        return { status: 200, body: { ...toRow(found), flow: found.value } satisfies RevisionView };
      },
    },
    {
      method: "POST",
      path: `${FLOW}/rollback`,
      access: "admin",
      summary: "Publishes an old revision anew, over the version that If-Match names.",
      schema: { body: rollbackBody, reply: objectView("flows") },
      async handle(request) {
        const { revision } = checkInput(rollbackBody, request.body);
        return published(await versions.rollBack(idOf(request), revision, changeOf(request)));
      },
    },
  ];
}

function draftRoutes(ports: FlowPorts): Route[] {
  const versions = createFlowVersions(ports);
  const reply = (status: number, draft: FlowDraft): ApiReply => ({
    status,
    body: toDraftView(ports, draft),
    headers: { etag: `"${draft.etag}"` },
  });
  return [
    {
      method: "GET",
      path: `${FLOW}/draft`,
      access: "admin",
      summary: "The draft of a flow with its faults and ETag.",
      schema: { reply: draftView },
      async handle(request) {
        const draft = await versions.draft(idOf(request));
        if (draft !== undefined) return reply(200, draft);
        throw versions.noDraft(idOf(request));
      },
    },
    {
      method: "PUT",
      path: `${FLOW}/draft`,
      access: "admin",
      summary: "Keeps a draft, faulty or not, and tells its faults; If-Match names the version it replaces.",
      schema: { body: draftBody, reply: draftView },
      async handle(request) {
        // A flow as it was read may be kept as a draft.
        const value = checkInput(draftBody, withoutReadOnly(request.body));
        return reply(200, await versions.saveDraft(idOf(request), value, changeOf(request)));
      },
    },
    {
      method: "DELETE",
      path: `${FLOW}/draft`,
      access: "admin",
      summary: "Drops the draft, in the version that If-Match names.",
      async handle(request) {
        await versions.dropDraft(idOf(request), changeOf(request));
        return { status: 204 };
      },
    },
    {
      method: "POST",
      path: `${FLOW}/publish`,
      access: "admin",
      summary: "The draft that If-Match names becomes the flow; refused with faults.",
      schema: { body: publishBody, reply: objectView("flows") },
      async handle(request) {
        const { over } = checkInput(publishBody, request.body ?? {});
        return published(await versions.publish(idOf(request), { ...changeOf(request), over }));
      },
    },
  ];
}

const idOf = ({ params }: ApiRequest): string => params.id ?? "";

const changeOf = (request: ApiRequest) => ({
  ...preconditionOf(request),
  by: callerId(request),
});

function faultsOf({ settings }: FlowPorts, id: string, flow: unknown) {
  return toFlowFaults(settings.validateObject("flows", id, flow));
}

function toRow({ revision, at, by, source, same }: FlowRevisionDoc & { same: boolean }): RevisionRow {
  return { revision, at: isoTime(at), by, source, same };
}

function toDraftView(ports: FlowPorts, { doc, etag, published: now }: FlowDraft): DraftView {
  return {
    flow: doc.value,
    faults: faultsOf(ports, doc.flow, doc.value),
    basedOn: doc.basedOn,
    published: now ?? null,
    outdated: (now ?? 0) !== doc.basedOn,
    etag,
    editedAt: isoTime(doc.at),
    editedBy: doc.by,
  };
}

function published({ value, ...meta }: SettingsEntry<"flows">): ApiReply {
  return {
    status: 200,
    body: { ...value, ...meta, editedAt: isoTime(meta.editedAt) },
    headers: { etag: `"${meta.etag}"` },
  };
}
