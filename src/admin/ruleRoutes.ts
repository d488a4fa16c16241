import { checkInput } from "../core/checkInput";
import { type Clock, isoTime } from "../core/clock";
import type { ContactBook } from "../core/contactBook";
import { createContactFinder, withPresentContact } from "../core/conversationContact";
import type { WorkstreamSettings } from "../core/distribution";
import type { Route } from "../core/route";
import type { Store } from "../core/store";
import { createDryRun } from "../routing/rules/dryRun";
import { createStreamCompiler } from "../routing/rules/route";
import { tryRules } from "../routing/rules/tryRules";
import { inputInvalid, parseObject, withObject, withoutReadOnly } from "./checks";
import { readPeriod } from "./period";
import { routedRows } from "./routedRows";
import {
  type DecisionView,
  type DryRunView,
  decisionView,
  dryRunBody,
  dryRunView,
  tryBody,
} from "./ruleContract";
import type { SettingsRepository } from "./settingsRepository";

export interface RulePorts {
  store: Store;
  contacts: ContactBook;
  settings: Pick<SettingsRepository, "current" | "validateObject">;
  clock: Clock;
}

/** Before proxies give up on an answer. */
const MOST_MS = 25_000;
const DAYS = 7;
/** As large as a work stream may be that is saved, and something beside it. */
const LIMIT_BYTES = 1_200_000;

/** Trying rules before they count: nothing is saved. */
export function ruleRoutes(ports: RulePorts): Route[] {
  const compiledOf = createStreamCompiler();
  return [
    {
      method: "POST",
      path: "/api/admin/rules/dryrun",
      access: "admin",
      summary: "What a draft of a work stream would have done with conversations of at most 31 days.",
      schema: { body: dryRunBody, reply: dryRunView },
      limitBytes: LIMIT_BYTES,
      async handle({ body }) {
        const { workstream, limit, ...given } = checkInput(dryRunBody, body);
        const draft = checkDraft(ports, workstream);
        const period = readPeriod(given, { now: ports.clock.now(), days: DAYS });
        return { status: 200, body: await dryRun(ports, { draft, period, limit }) };
      },
    },
    {
      method: "POST",
      path: "/api/admin/rules/try",
      access: "admin",
      summary: "Where a made-up conversation would go by a work stream, saved or draft, and why.",
      schema: { body: tryBody, reply: decisionView },
      limitBytes: LIMIT_BYTES,
      async handle({ body }) {
        const { workstream, sample } = checkInput(tryBody, body);
        const stream =
          typeof workstream === "string" ? savedStream(ports, workstream) : checkDraft(ports, workstream);
        const settings = withObject(ports.settings.current(), "workstreams", stream);
        if (sample.instance !== undefined && !settings.instances.has(sample.instance))
          throw inputInvalid([{ path: "sample.instance", message: `there is no "${sample.instance}"` }]);
        const tried = tryRules({ sample, workstreamId: stream.id }, compiledOf(stream), {
          settings,
          now: ports.clock.now(),
        });
        return { status: 200, body: tried satisfies DecisionView };
      },
    },
  ];
}

function savedStream({ settings }: RulePorts, id: string): WorkstreamSettings {
  const found = settings.current().workstreams.get(id);
  if (found === undefined)
    throw inputInvalid([{ path: "workstream", message: `there is no work stream "${id}"` }]);
  return found;
}

/** A draft as it would be saved. Throws InputError with every fault that a save would have. */
function checkDraft({ settings }: RulePorts, given: Record<string, unknown>): WorkstreamSettings {
  const value = withoutReadOnly(given);
  const id = typeof given.id === "string" ? given.id : "";
  const faults = settings.validateObject("workstreams", id, value);
  if (faults.length === 0) return parseObject("workstreams", id, value);
  throw inputInvalid(
    faults.map(({ path, message }) => ({
      path: path === "" ? "workstream" : `workstream.${path}`,
      message,
    })),
  );
}

async function dryRun(
  { store, contacts, settings, clock }: RulePorts,
  order: { draft: WorkstreamSettings; period: { from: string; to: string }; limit: number },
): Promise<DryRunView> {
  const { draft, period, limit } = order;
  const run = createDryRun({ settings: settings.current(), draft, mostRows: limit });
  const findContact = createContactFinder(contacts);
  const end = clock.now() + MOST_MS;
  let complete = true;
  for await (const row of routedRows(store, period)) {
    complete = clock.now() < end;
    if (!complete) break;
    if (row.workstreamId === draft.id) run.look(await withPresentContact(row, findContact));
    // A thousand rules take milliseconds: others get their turn in between.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const table = run.table();
  return {
    ...period,
    complete,
    ...table,
    rows: table.rows.map((row) => ({ ...row, at: isoTime(row.at) })),
  };
}
