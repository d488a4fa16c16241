import type { ConversationDoc, Effect, EffectBody } from "../../core/conversation";
import { StoreError } from "../../core/errors";
import { hashId } from "../../core/ids";
import type { Op, Stored } from "../../core/store";
import type { WorkItemSeed } from "../../core/workItem";
import type { RuleTicket } from "../../routing/rules/ruleTickets";
import type { PipelinePorts } from "../ports";
import { recordId } from "../recordId";
import { newEffect } from "./newEffect";

const MAX_RACES = 50;

/**
 * The numbers of tickets that rules make in a conversation stand in its record before it is routed on: each rule makes one,
 * however often routing runs again or a step is repeated. `owed`: the steps that make those that are new; `number`: of the
 * last. Throws StoreError.
 */
export async function claimTickets(
  ports: Pick<PipelinePorts, "store" | "tickets" | "clock">,
  asked: {
    threadId: string;
    conversationId: string;
    item: WorkItemSeed;
    tickets: readonly RuleTicket[];
  },
): Promise<{ number: string | undefined; owed: Stored<Effect>[] }> {
  const { threadId, conversationId, tickets } = asked;
  const taken = new Map<string, string>();
  for (let race = 0; race < MAX_RACES; race++) {
    const record = await ports.store.read<ConversationDoc>("threads", threadId, recordId(conversationId));
    // Erased: nothing is made of it any more.
    if (record === undefined) return { number: undefined, owed: [] };
    const known = { ...record.doc.tickets };
    const fresh = tickets.filter(({ rule }) => known[rule] === undefined);
    for (const { rule } of fresh) {
      known[rule] = taken.get(rule) ?? (await ports.tickets.take());
      taken.set(rule, known[rule]);
    }
    const number = known[tickets.at(-1)?.rule ?? ""];
    if (fresh.length === 0) return { number, owed: [] };
    const effects = fresh.map((ticket) =>
      toEffect(asked, ticket, known[ticket.rule] ?? "", ports.clock.now()),
    );
    const next: ConversationDoc = { ...record.doc, tickets: known };
    const ops: Op[] = [
      { do: "replace", doc: next, etag: record.etag },
      ...effects.map((doc): Op => ({ do: "create", doc })),
    ];
    const result = await ports.store.batch("threads", threadId, ops, "ruleTicket");
    if (!result.ok) continue;
    return { number, owed: effects.map((doc, i) => ({ doc, etag: result.etags[i + 1] ?? "" })) };
  }
  throw new StoreError("STORE_UNAVAILABLE", `ruleTicket: lost ${MAX_RACES} races in a row.`);
}

function toEffect(
  { threadId, conversationId, item }: Parameters<typeof claimTickets>[1],
  { rule, wish }: RuleTicket,
  number: string,
  now: number,
): Effect {
  const effect: EffectBody = {
    kind: "ticket",
    ticket: { number, ...wish },
    by: { kind: "rule", id: rule },
    item,
  };
  return newEffect(hashId("ticket", conversationId, rule), { threadId, conversationId }, effect, now);
}
