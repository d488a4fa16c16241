import type { WorkstreamSettings } from "../../core/distribution";
import type { SettingsSnapshot } from "../../core/settings";
import type { WorkItem } from "../../core/workItem";
import { type CompiledStream, decide, type Routed, type RouteRequest } from "./decide";
import { createStreamCompiler } from "./route";

/** A conversation as a dry run reads it: a live work item, or the row of a closed one. */
export type RoutedRow = Pick<
  WorkItem,
  "conversationId" | "threadId" | "channel" | "instanceId" | "workstreamId" | "customer" | "openedAt"
> &
  Partial<Pick<WorkItem, "hasMedia" | "routed" | "contact" | "ownerFrom">>;

/** Where some rules send a conversation. */
export interface Outcome {
  /** Null: no queue will have it, it is closed. */
  queueId: string | null;
  /** Null: the fallback queue. */
  rule: string | null;
  skills: Record<string, number>;
  /** Null when classification sets none. */
  priority: number | null;
}

/** A conversation that the draft treats otherwise: another queue, other skills or another priority. */
export interface Moved {
  conversationId: string;
  /** Name, or else the channel's id. */
  customer: string;
  /** When it was routed, ms. */
  at: number;
  from: Outcome;
  to: Outcome;
}

/** What a draft of a work stream would have changed. */
export interface DryRun {
  /** Conversations that were decided. */
  lookedAt: number;
  /** Those that tell nothing of what rules read: people never got them, or an older version wrote them. */
  undecidable: number;
  /** Into another queue, or closed instead. */
  moved: number;
  /** Same queue, other skills or another priority. */
  changed: number;
  /** Where from and where to, most first; null: closed. */
  pairs: { from: string | null; to: string | null; count: number }[];
  rows: Moved[];
  /** How many more were moved or changed than `rows` has. */
  more: number;
  /** Rules of the draft that ended in an error, with one of the errors; `ruleset`: of classification. */
  errors: { ruleset: string | null; rule: string; count: number; error: string }[];
}

const MOST_ERROR_LENGTH = 300;

/**
 * Decides conversations of one work stream twice, by its rules as they are in `settings` and by the draft, each as it
 * was when people got it. Everything but the draft is as it is now: queues, hours, and what is known of the customer.
 * Queues count as empty, and skills as unknown. Changes nothing. `mostRows`: how many of the moved ones are kept.
 */
export function createDryRun(options: {
  settings: SettingsSnapshot;
  draft: WorkstreamSettings;
  mostRows: number;
}) {
  const { settings, draft, mostRows } = options;
  const compiledOf = createStreamCompiler();
  const before = { settings, stream: compiledOf(settings.workstreams.get(draft.id)) };
  const after = { settings: withDraft(settings, draft), stream: compiledOf(draft) };
  const counts = { lookedAt: 0, undecidable: 0, moved: 0, changed: 0 };
  const rows: Moved[] = [];
  const pairs = new Map<string, DryRun["pairs"][number]>();
  const errors = new Map<string, DryRun["errors"][number]>();

  function note(row: Moved): void {
    const [from, to] = [row.from.queueId, row.to.queueId];
    if (from !== to) countIn(pairs, { from, to });
    else if (isSame(row.from, row.to)) return;
    counts[from === to ? "changed" : "moved"] += 1;
    if (rows.length < mostRows) rows.push(row);
  }

  return {
    /** One more conversation of the work stream. */
    look(row: RoutedRow): void {
      const { conversationId, customer, routed } = row;
      counts[routed === undefined ? "undecidable" : "lookedAt"] += 1;
      if (routed === undefined) return;
      const request = toRequest(row, routed);
      const [was, would] = [decideAt(request, before, routed.at), decideAt(request, after, routed.at)];
      for (const error of errorsOf(would)) countIn(errors, error, `${error.ruleset}\n${error.rule}`);
      note({
        conversationId,
        customer: customer.name ?? customer.id,
        at: routed.at,
        from: toOutcome(was),
        to: toOutcome(would),
      });
    },
    /** What was found so far. */
    table(): DryRun {
      return {
        ...counts,
        pairs: [...pairs.values()].sort((a, b) => b.count - a.count),
        rows,
        more: counts.moved + counts.changed - rows.length,
        errors: [...errors.values()].sort((a, b) => b.count - a.count),
      };
    },
  };
}

interface Rules {
  settings: SettingsSnapshot;
  stream: CompiledStream;
}

const withDraft = (settings: SettingsSnapshot, draft: WorkstreamSettings): SettingsSnapshot => ({
  ...settings,
  workstreams: new Map(settings.workstreams).set(draft.id, draft),
});

/** What routing was asked then; the row itself has gone on since. */
function toRequest(row: RoutedRow, routed: NonNullable<RoutedRow["routed"]>): RouteRequest {
  const { conversationId, threadId, channel, instanceId, workstreamId, customer, openedAt, hasMedia } = row;
  const { contact, ownerFrom } = row;
  return {
    conversationId,
    seed: {
      threadId,
      channel,
      instanceId,
      workstreamId,
      customer,
      openedAt,
      lastText: routed.text,
      ...(hasMedia === undefined ? {} : { hasMedia }),
      ...(contact === undefined ? {} : { contact }),
      ...(ownerFrom === undefined ? {} : { ownerFrom }),
      ...(routed.context === undefined ? {} : { context: routed.context }),
    },
    wish: routed.wish,
    skills: routed.skills,
    fields: routed.fields,
  };
}

const decideAt = (request: RouteRequest, { settings, stream }: Rules, now: number): Routed =>
  decide(request, stream, { settings, now, lengthOf: () => 0 });

function toOutcome({ placement, details }: Routed): Outcome {
  return {
    queueId: placement.endAs === undefined ? placement.queueId : null,
    rule: details.rule ?? null,
    skills: details.skills,
    priority: details.priority ?? null,
  };
}

function isSame(a: Outcome, b: Outcome): boolean {
  const names = Object.keys(a.skills);
  return (
    a.priority === b.priority &&
    names.length === Object.keys(b.skills).length &&
    names.every((name) => a.skills[name] === b.skills[name])
  );
}

function errorsOf({ details }: Routed) {
  const readings = [
    ...details.classification.map(({ ruleset, read }) => ({ ruleset, read })),
    { ruleset: null, read: details.read },
  ];
  return readings.flatMap(({ ruleset, read }) =>
    read.flatMap(({ rule, result, error = "" }) =>
      result === "error" ? [{ ruleset, rule, error: error.slice(0, MOST_ERROR_LENGTH) }] : [],
    ),
  );
}

/** One more of `what`; the first of its kind is kept. */
function countIn<T extends object>(
  into: Map<string, T & { count: number }>,
  what: T,
  key = JSON.stringify(what),
): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, { ...what, count: 1 });
  else known.count += 1;
}
