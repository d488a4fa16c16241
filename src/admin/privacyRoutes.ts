import { Readable } from "node:stream";
import { z } from "zod";
import { checkInput } from "../core/checkInput";
import { isoTime } from "../core/clock";
import { InputError, NotFound } from "../core/errors";
import { isName } from "../core/ids";
import type { ApiRequest, Route } from "../core/route";
import type { ErasureDoc, ReceiptDoc } from "../privacy/erasure/erasureDocs";
import { keyIn, type LedgerEntry, receiptsIn } from "../privacy/erasure/ledger";
import type { Privacy } from "../privacy/privacy";
import { listQuery, listView } from "./contract";
import {
  type ErasureView,
  eraseBody,
  erasureView,
  previewView,
  reapplyBody,
  retentionView,
  subjectBody,
} from "./privacyContract";

const PATH = "/api/admin/privacy";
/** Everybody who has a copy that we cannot reach; docs/privacy.md says where to ask. */
const ELSEWHERE = ["backups", "webhook receivers"];

interface PrivacyRoutesPorts {
  privacy: Privacy;
  /** Writes down who did what to whom, by pseudonym or id. */
  audit(entry: { by: string; action: "export" | "erase"; objectId: string }): Promise<void>;
}

/** Retention, export and erasure. */
export function privacyRoutes({ privacy, audit }: PrivacyRoutesPorts): Route[] {
  const { erasures, retention } = privacy;
  return [
    {
      method: "GET",
      path: `${PATH}/retention`,
      access: "supervisor",
      summary: "What retention has removed, by kind, and whether it keeps up.",
      schema: { reply: retentionView },
      async handle() {
        const { ranAt, kinds } = await retention.report();
        return { status: 200, body: { ranAt: timeOf(ranAt), kinds: kinds.map(toKindView) } };
      },
    },
    {
      method: "POST",
      path: `${PATH}/export`,
      access: "supervisor",
      summary: "Everything on a person as a zip archive.",
      schema: { body: subjectBody },
      async handle({ body, principal }) {
        const subject = checkInput(subjectBody, body);
        const bytes = await privacy.exported(subject);
        await audit({ by: principal?.id ?? "operator", action: "export", objectId: idOf(subject) });
        const headers = {
          "Content-Disposition": 'attachment; filename="person.zip"',
          "Cache-Control": "no-store",
        };
        return {
          status: 200,
          headers,
          file: { contentType: "application/zip", stream: Readable.from(bytes) },
        };
      },
    },
    {
      method: "POST",
      path: `${PATH}/erasures/preview`,
      access: "supervisor",
      summary: "What an erasure would remove, with the token that lets it begin.",
      schema: { body: subjectBody, reply: previewView },
      async handle({ body }) {
        const { person, counts, confirm } = await erasures.preview(checkInput(subjectBody, body));
        const contacts = person.contacts.map(({ contactId }) => contactId);
        const channels = person.threads.flatMap(({ profile }) => profile?.channel ?? []);
        const threads = person.threads.map(({ threadId, part, profile }) => ({
          threadId,
          channel: profile?.channel ?? null,
          whole: part === "all",
          linkedTo: [...new Set((profile?.links ?? []).map(({ contactId }) => contactId))].filter(
            (id) => !contacts.includes(id),
          ),
        }));
        return { status: 200, body: { contacts, threads, counts, remains: remainsOf(channels), confirm } };
      },
    },
    {
      method: "POST",
      path: `${PATH}/erasures`,
      access: "admin",
      summary: "Erases everything on a person; it is under way when this answers.",
      schema: { body: eraseBody, reply: erasureView },
      async handle({ body, principal }) {
        const { confirm, reason, ...subject } = checkInput(eraseBody, body);
        const by = principal?.id ?? "operator";
        const erasure = await erasures.erase(subject, { confirm, reason, by });
        await audit({ by, action: "erase", objectId: erasure.pseudonym });
        return { status: 202, body: toRunningView(erasure) };
      },
    },
    {
      method: "GET",
      path: `${PATH}/erasures`,
      access: "supervisor",
      summary: "Erasures under way, then receipts by id.",
      schema: { query: listQuery, reply: listView(erasureView) },
      async handle({ query }) {
        const { limit = 100, cursor } = checkInput(listQuery, Object.fromEntries(query));
        const running = cursor === undefined ? (await erasures.docs.underWay()).items : [];
        const page = await erasures.docs.receipts({ limit, ...(cursor === undefined ? {} : { cursor }) });
        const ids = new Set(running.map(({ doc }) => doc.id));
        const done = page.items.filter(({ doc }) => !ids.has(doc.id));
        return {
          status: 200,
          body: {
            items: [
              ...running.map(({ doc }) => toRunningView(doc)),
              ...done.map(({ doc }) => toReceiptView(doc)),
            ],
            next: page.next ?? null,
          },
        };
      },
    },
    {
      method: "GET",
      path: `${PATH}/erasures/:id`,
      access: "supervisor",
      summary: "How far an erasure has come, or its receipt.",
      schema: { reply: erasureView },
      async handle(request) {
        return { status: 200, body: await needErasure(request) };
      },
    },
    {
      method: "GET",
      path: `${PATH}/receipts`,
      access: "admin",
      summary: "All receipts with their key, for a store that is restored from a backup.",
      async handle() {
        const entries = await privacy.ledgerEntries();
        return { status: 200, body: { lines: entries.map((entry) => JSON.stringify(entry)).join("\n") } };
      },
    },
    {
      method: "POST",
      path: `${PATH}/reapply`,
      access: "admin",
      summary: "Erases again what a restored backup brought back.",
      limitBytes: 10_000_000,
      schema: { body: reapplyBody },
      async handle({ body }) {
        const entries = toEntries(checkInput(reapplyBody, body).lines);
        const [own] = await privacy.ledgerEntries();
        const key = keyIn(entries);
        if (key === undefined)
          throw new InputError("INPUT_INVALID", "The first line, with the key, is missing.");
        if (own !== undefined && "key" in own && own.key !== key)
          throw new InputError(
            "INPUT_INVALID",
            "These receipts were made with another key: the store is not of the deployment that they come from, or older than its first start with this version.",
          );
        return { status: 202, body: { begun: await erasures.reapply(receiptsIn(entries)) } };
      },
    },
  ];

  async function needErasure({ params }: ApiRequest): Promise<ErasureView> {
    const { id = "" } = params;
    const running = isName(id) ? await erasures.docs.read(id) : undefined;
    if (running !== undefined) return toRunningView(running.doc);
    const receipt = isName(id) ? await erasures.docs.receipt(id) : undefined;
    if (receipt !== undefined) return toReceiptView(receipt.doc);
    throw new NotFound("NOT_FOUND", "There is no erasure with this id.");
  }

  function toKindView(kind: Awaited<ReturnType<typeof retention.report>>["kinds"][number]) {
    const { days, removed, lastRemoved, lastRemovedAt, oldestDay, lagDays, passedAt } = kind;
    return {
      kind: kind.kind,
      days: days ?? null,
      removed,
      lastRemoved: lastRemoved ?? 0,
      lastRemovedAt: timeOf(lastRemovedAt),
      oldestDay: oldestDay ?? null,
      lagDays: lagDays ?? null,
      passedAt: timeOf(passedAt),
    };
  }
}

const timeOf = (at: number | undefined): string | null => (at === undefined ? null : isoTime(at));
const idOf = (subject: { contactId: string } | { threadId: string }): string =>
  "contactId" in subject ? subject.contactId : subject.threadId;

/** Platforms by channel, then places of one's own. */
const remainsOf = (channels: readonly string[]): string[] => [...new Set(channels)].sort().concat(ELSEWHERE);

function toRunningView(erasure: ErasureDoc): ErasureView {
  const { id, step, waiting, pseudonym, counts, reason, by, at, threads } = erasure;
  return {
    ...{
      id,
      state: "running",
      step,
      waiting: waiting ?? null,
      pseudonym,
      counts,
      reason,
      by,
      at: isoTime(at),
    },
    finishedAt: null,
    scrubbedAt: null,
    remains: remainsOf(threads.flatMap(({ channel }) => channel ?? [])),
  };
}

function toReceiptView(receipt: ReceiptDoc): ErasureView {
  const { id, pseudonym, counts, reason, by, at, finishedAt, scrubbedAt, channels } = receipt;
  return {
    ...{ id, state: "done", step: "done", waiting: null, pseudonym, counts, reason, by, at: isoTime(at) },
    finishedAt: isoTime(finishedAt),
    scrubbedAt: timeOf(scrubbedAt),
    remains: remainsOf(channels),
  };
}

const range = z.strictObject({ from: z.number(), to: z.number() });
/** What a reapply reads of a line; the rest is taken as it was written. */
const ledgerEntry = z.union([
  z.object({ key: z.string().min(1) }),
  z.object({
    receipt: z.looseObject({
      id: z.string().min(1),
      pseudonym: z.string(),
      by: z.string(),
      at: z.number(),
      channels: z.array(z.string()),
      contacts: z.array(z.string()),
      threads: z.array(z.object({ alias: z.string(), part: z.union([z.literal("all"), z.array(range)]) })),
    }),
  }),
]);

/** Throws InputError for what is no file of receipts. */
function toEntries(lines: string): LedgerEntry[] {
  try {
    const entries = lines.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line)]));
    return z.array(ledgerEntry).parse(entries) as LedgerEntry[];
  } catch {
    throw new InputError(
      "INPUT_INVALID",
      "This is no file of receipts as `switchboard privacy receipts` writes it.",
    );
  }
}
