import { z } from "zod";
import { checkInput } from "../core/checkInput";
import type { Clock } from "../core/clock";
import { isoTime } from "../core/clock";
import type { InboundMessage } from "../core/conversation";
import { InputError, NotAllowed } from "../core/errors";
import { isName } from "../core/ids";
import type { Route } from "../core/route";
import { type SettingsReader, toInstanceId } from "../core/settings";
import type { Pipeline } from "../pipeline/pipeline";
import { listView } from "./contract";
import {
  type CountView,
  countsQuery,
  countView,
  type DeadLetterView,
  deadLetterView,
  type StatusView,
  statusView,
} from "./operationsContract";

export interface OperationsPorts {
  pipeline: Pick<Pipeline, "deadLetters" | "counts" | "counters">;
  settings: SettingsReader;
  /** Why an account cannot be used; undefined when it can. */
  problem(accountId: string): string | undefined;
  backup(file: string): Promise<void>;
  /** Applies the configuration text that the command line read, with the flow files that it names. */
  applyConfig(
    text: string,
    options: { force: boolean; by: string; flowFiles: ReadonlyMap<string, string> },
  ): Promise<unknown>;
  exportConfig(): string;
  clock: Clock;
}

const name = z.string().refine(isName, "is no id");
const replayBody = z.strictObject({ threadId: name, messageId: name });
const backupBody = z.strictObject({ file: z.string().min(1).max(1000) });
const applyBody = z.strictObject({
  text: z.string().max(8_000_000),
  force: z.boolean().default(false),
  /** Path as the text has it -> content. */
  flowFiles: z.record(z.string().max(500), z.string().max(1_100_000)).default({}),
});

/** What operators need: dead letters and replay, the ledger, instances, backup, configuration. */
export function operationsRoutes(ports: OperationsPorts): Route[] {
  return [
    {
      method: "GET",
      path: "/api/admin/dead-letters",
      access: "supervisor",
      summary: "Messages nobody could work, newest first.",
      schema: { reply: listView(deadLetterView) },
      async handle({ query }) {
        const cursor = query.get("cursor");
        const page = await ports.pipeline.deadLetters.list({
          limit: 50,
          ...(cursor === null ? {} : { cursor }),
        });
        return {
          status: 200,
          body: { items: page.items.map(({ doc }) => toDeadLetterView(doc)), next: page.next ?? null },
        };
      },
    },
    {
      method: "POST",
      path: "/api/admin/dead-letters/replay",
      access: "supervisor",
      summary: "Puts a dead letter back into the inbox.",
      schema: { body: replayBody },
      async handle({ body }) {
        const { threadId, messageId } = checkInput(replayBody, body);
        await ports.pipeline.deadLetters.replay(threadId, messageId);
        return { status: 202, body: { threadId, messageId } };
      },
    },
    {
      method: "GET",
      path: "/api/admin/counts",
      access: "supervisor",
      summary:
        "The ledger of a day (query: day, YYYY-MM-DD, UTC): received, stored, worked, shown, answered, failed.",
      schema: { query: countsQuery, reply: listView(countView) },
      async handle({ query }) {
        return { status: 200, body: { items: await counts(ports, query.get("day")), next: null } };
      },
    },
    {
      method: "GET",
      path: "/api/admin/status",
      access: "supervisor",
      summary: "Instances with their last inbound message and what is wrong with their account.",
      schema: { reply: listView(statusView) },
      async handle() {
        const last = ports.pipeline.counters.lastInbound();
        const items: StatusView[] = [...ports.settings.current().instances.values()].map((instance) => {
          const at = last.get(instance.id);
          return {
            id: instance.id,
            channel: instance.channel,
            account: instance.account,
            name: instance.name,
            lastInboundAt: at === undefined ? null : isoTime(at),
            problem: ports.problem(instance.account) ?? null,
          };
        });
        return { status: 200, body: { items, next: null } };
      },
    },
    {
      method: "POST",
      path: "/api/admin/backup",
      access: "admin",
      summary:
        "Writes a copy of the embedded store to a new file on the server; with the operator's token only, as `switchboard backup` does.",
      schema: { body: backupBody },
      async handle({ body, principal }) {
        // Any path, and hashes of passwords in the file: for whoever has the machine, not for an admin at a browser.
        if (principal?.isOperator !== true)
          throw new NotAllowed(
            "NOT_ALLOWED",
            "Only this machine's operator may: use `switchboard backup FILE`.",
          );
        const { file } = checkInput(backupBody, body);
        await ports.backup(file);
        return { status: 201, body: { file } };
      },
    },
    {
      method: "POST",
      path: "/api/admin/configuration",
      access: "admin",
      summary: "Applies a configuration file's text, with the flow files that it names.",
      schema: { body: applyBody },
      limitBytes: 10_000_000,
      async handle({ body, principal }) {
        const { text, force, flowFiles } = checkInput(applyBody, body);
        const by = principal?.id ?? "operator";
        const files = new Map(Object.entries(flowFiles));
        return { status: 200, body: await ports.applyConfig(text, { force, by, flowFiles: files }) };
      },
    },
    {
      method: "GET",
      path: "/api/admin/configuration",
      access: "admin",
      summary: "All settings as a configuration file's text; secrets stay references.",
      async handle() {
        return { status: 200, body: { text: ports.exportConfig() } };
      },
    },
  ];
}

function counts(ports: OperationsPorts, day: string | null): Promise<CountView[]> {
  const wanted = day ?? isoTime(ports.clock.now()).slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(wanted)) throw new InputError("INPUT_INVALID", "day: as in 2026-11-21.");
  return ports.pipeline.counts.day(wanted);
}

function toDeadLetterView(message: InboundMessage): DeadLetterView {
  return {
    threadId: message.threadId,
    messageId: message.id,
    channel: message.channel,
    instanceId: toInstanceId(message.channel, message.instanceExternalId),
    instance: message.instanceExternalId,
    customerId: message.customerId,
    text: message.activity.text ?? "",
    storedAt: isoTime(message.storedAt),
    deadAt: isoTime(message.deadAt ?? message.storedAt),
    reason: message.deadReason ?? { code: "TURN_FAILED", message: "" },
    correlationId: message.correlationId ?? null,
    raw: message.activity.channelData ?? null,
  };
}
