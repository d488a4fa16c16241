import assert from "node:assert/strict";
import type { z } from "zod";
import { type WorkstreamSettings, workstreamSchema } from "../../../src/core/distribution";
import { createDryRun, type RoutedRow } from "../../../src/routing/rules/dryRun";
import { createSettings, type TestSettings } from "../../support/settings";
import { buildSeed, conversationOf, createBench } from "../bench";

const QUEUES = ["general", "vip", "back"].map((id) => ({ id, members: ["ana"] }));
/** Monday, 9:00. */
const MORNING = Date.UTC(2026, 10, 16, 9);
const NIGHT = Date.UTC(2026, 10, 16, 23);
const OFFICE = {
  id: "office",
  timeZone: "Etc/UTC",
  weekly: [{ days: ["monday" as const], from: "08:00", to: "17:00" }],
};

type Stream = Partial<z.input<typeof workstreamSchema>>;
const VIPS = { name: "VIPs", if: "customer.name == 'Gilda Moore'", queue: "vip" };

/** Customer `n`, who was routed; rows go on afterwards, as this one has. */
function row(n: number, more: Partial<RoutedRow> & { text?: string; at?: number } = {}): RoutedRow {
  const { text = "hello", at = MORNING, ...rest } = more;
  return {
    ...buildSeed(n),
    conversationId: conversationOf(n),
    lastText: "thanks, bye",
    context: { later: 1 },
    routed: { at, text },
    ...rest,
  } as RoutedRow;
}

const draftOf = (draft: Stream): WorkstreamSettings =>
  workstreamSchema.parse({ id: "messenger", channel: "facebook", fallbackQueue: "general", ...draft });

/** What `draft` changes, where `stored` counts now. */
function run(
  stored: Stream,
  draft: Stream,
  rows: RoutedRow[],
  more: TestSettings & { mostRows?: number } = {},
) {
  const { mostRows = 100, ...settings } = more;
  const reader = createSettings({
    queues: QUEUES,
    workstreams: [{ id: "messenger", ...stored }],
    ...settings,
  });
  const dry = createDryRun({ settings: reader.current(), draft: draftOf(draft), mostRows });
  for (const each of rows) dry.look(each);
  return dry.table();
}

describe("createDryRun", () => {
  it("reads the contact that the row carries", () => {
    const gold = { name: "gold", if: "contact.group == 'gold'", queue: "vip" };
    const contact = { id: "c~1", version: 1, name: "Ann", group: "gold" };
    assert.equal(run({}, { rules: [gold] }, [row(1, { contact }), row(2)]).moved, 1);
  });

  it("tells which conversations the draft sends elsewhere, by which rule, and how many from where to where", () => {
    const ann = { customer: { id: "2", name: "Ann" } };
    const table = run({}, { rules: [VIPS] }, [row(1), row(2, ann), row(3, { customer: { id: "3" } })]);
    assert.deepEqual(table, {
      lookedAt: 3,
      undecidable: 0,
      moved: 1,
      changed: 0,
      pairs: [{ from: "general", to: "vip", count: 1 }],
      rows: [
        {
          conversationId: conversationOf(1),
          customer: "Gilda Moore",
          at: MORNING,
          from: { queueId: "general", rule: null, skills: {}, priority: null },
          to: { queueId: "vip", rule: "VIPs", skills: {}, priority: null },
        },
      ],
      more: 0,
      errors: [],
    });
  });

  it("moves nothing when the draft says the same, splits and renamed rules included", () => {
    const split = [
      { queue: "vip", percent: 50 },
      { queue: "back", percent: 50 },
    ];
    const rules = [{ name: "half", if: "message.text == 'hello'", split }, VIPS];
    const rows = Array.from({ length: 40 }, (_, n) => row(n));
    assert.equal(run({ rules }, { rules }, rows).moved, 0);
    assert.equal(run({ rules: [VIPS] }, { rules: [{ ...VIPS, name: "very important" }] }, rows).moved, 0);
    const later = run({ rules: [] }, { rules }, rows);
    assert.deepEqual(later.pairs.map(({ to }) => to).sort(), ["back", "vip"]);
  });

  it("reads what rules read then: text, variables, media and hour, not what the row has become", () => {
    const seen = (condition: string, more: Parameters<typeof row>[1]) =>
      run(
        { operatingHours: "office" },
        { operatingHours: "office", rules: [{ ...VIPS, if: condition }] },
        [row(1, more)],
        {
          more: { operatingHours: [OFFICE] },
        },
      ).moved === 1;
    const withContext = { routed: { at: MORNING, text: "", context: { orderNo: "7" } } };
    assert.ok(seen("message.text == 'refund'", { text: "refund" }));
    assert.ok(!seen("message.text == 'thanks, bye'", {}));
    assert.ok(seen("context.orderNo == '7'", withContext));
    assert.ok(!seen("exists(context.later)", withContext));
    assert.ok(!seen("exists(context.later)", {}));
    assert.ok(seen("message.hasMedia", { hasMedia: true }));
    assert.ok(seen("time.open", { at: MORNING }));
    assert.ok(!seen("time.open", { at: NIGHT }));
    assert.ok(seen("conversation.returning", { conversationId: conversationOf(1, 2) }));
  });

  it("leaves a conversation where a hand-off wanted it", () => {
    const wished = row(1, { routed: { at: MORNING, text: "hi", wish: "back" } });
    assert.equal(run({}, { rules: [VIPS] }, [wished]).moved, 0);
  });

  it("knows the skills that a hand-off asked for", () => {
    const skilled = row(1, { routed: { at: MORNING, text: "hi", skills: { billing: 4 } } });
    const rule = { name: "billing", if: "conversation.skills.billing >= 4", queue: "vip" };
    const table = run({}, { rules: [rule] }, [skilled]);
    assert.deepEqual([table.moved, table.rows[0]?.to.skills], [1, { billing: 4 }]);
  });

  it("counts what it cannot decide", () => {
    const { routed: _routed, ...old } = row(1);
    const table = run({}, { rules: [VIPS] }, [old]);
    assert.deepEqual([table.lookedAt, table.undecidable, table.moved], [0, 1, 0]);
  });

  it("tells of other skills and priorities in the same queue", () => {
    const ruleset = (set: object) => ({
      classification: [{ name: "topic", rules: [{ name: "hello", if: "message.text == 'hello'", set }] }],
    });
    const table = run(ruleset({ skills: { talk: 3 } }), ruleset({ skills: { talk: 5 }, priority: 7 }), [
      row(1),
      row(2, { text: "bye" }),
    ]);
    assert.deepEqual([table.moved, table.changed, table.pairs], [0, 1, []]);
    assert.deepEqual(
      table.rows.map(({ from, to }) => [from.skills, from.priority, to.skills, to.priority]),
      [[{ talk: 3 }, null, { talk: 5 }, 7]],
    );
    assert.equal(run(ruleset({ priority: 1 }), ruleset({ priority: 2 }), [row(1)]).changed, 1);
    assert.equal(run(ruleset({ skills: { a: 1 } }), ruleset({ skills: { b: 1 } }), [row(1)]).changed, 1);
  });

  it("says null for conversations that no queue would have", () => {
    const shut = {
      overflow: [{ when: "outOfHours" as const, do: "end" as const }],
      operatingHours: "office",
    };
    const queues = QUEUES.map((queue) => (queue.id === "vip" ? { ...queue, ...shut } : queue));
    const settings = { queues, more: { operatingHours: [OFFICE] } };
    const table = run({}, { rules: [VIPS] }, [row(1, { at: NIGHT }), row(2)], settings);
    assert.deepEqual(table.pairs, [
      { from: "general", to: null, count: 1 },
      { from: "general", to: "vip", count: 1 },
    ]);
  });

  it("tells which rules of the draft fail, how often and why", () => {
    const zone = { name: "zone", if: "context.zone > 3", queue: "vip" };
    const seen = (n: number, value: string | number) =>
      row(n, { customer: { id: "1" }, routed: { at: MORNING, text: "", context: { zone: value } } });
    const { errors, moved } = run({}, { rules: [VIPS, zone] }, [seen(1, "5.5"), seen(2, "6"), seen(3, 4)]);
    const error = "5.5 and 3 must be comparable.";
    assert.deepEqual(errors, [{ ruleset: null, rule: "zone", count: 2, error }]);
    assert.equal(moved, 1);
  });

  it("keeps as many rows as it may and counts the rest", () => {
    const rows = Array.from({ length: 7 }, (_, n) => row(n));
    const table = run({}, { rules: [VIPS] }, rows, { mostRows: 5 });
    assert.deepEqual([table.rows.length, table.more, table.moved], [5, 2, 7]);
  });

  it("looks at a work stream that is not stored yet as one without rules", () => {
    const draft = { id: "new", rules: [VIPS] };
    assert.equal(run({}, draft, [row(1, { workstreamId: "new" })]).moved, 1);
  });
});

describe("enqueue", () => {
  it("remembers the queue that a hand-off asked for", async () => {
    const bench = createBench();
    const { enqueue } = await import("../../../src/routing/queue.js");
    const order = { conversationId: conversationOf(1), epoch: 1, seed: buildSeed(1), wish: "vip" };
    await enqueue(bench.ports, { ...order, placement: { queueId: "vip" } });
    assert.equal((await bench.item(order.conversationId))?.routed?.wish, "vip");
  });
});
