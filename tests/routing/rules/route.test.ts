import assert from "node:assert/strict";
import type { WorkItemSeed } from "../../../src/core/workItem";
import { openingWords } from "../../../src/routing/hours/openHours";
import { createRouter } from "../../../src/routing/rules/route";
import type { TestSettings } from "../../support/settings";
import { buildSeed, conversationOf, createBench } from "../bench";

const QUEUES = ["general", "vip", "back"].map((id) => ({ id, members: ["ana"] }));
const RULES = [
  { name: "Gilda", if: "customer.name == 'Gilda Moore'", queue: "vip" },
  { name: "back again", if: "conversation.returning", queue: "back" },
];
/** Open on weekdays from 8 to 17, in a zone without clock changes. */
const OFFICE = {
  id: "office",
  timeZone: "Etc/UTC",
  weekly: [
    { days: ["monday", "tuesday", "wednesday", "thursday", "friday"] as const, from: "08:00", to: "17:00" },
  ].map((span) => ({ ...span, days: [...span.days] })),
};
const ALWAYS_SHUT = { id: "shut", timeZone: "Etc/UTC", weekly: [] };

/** The bench's clock stands on a Saturday morning. */
function routing(settings: TestSettings) {
  const bench = createBench(settings);
  const router = createRouter(bench.ports);
  const route = (n: number, seed: Partial<WorkItemSeed> = {}, wish?: string, k = 1) =>
    router.route({ conversationId: conversationOf(n, k), seed: buildSeed(n, seed), wish });
  return { bench, route };
}

describe("createRouter", () => {
  it("goes by the rules of the work stream", async () => {
    const { route } = routing({ queues: QUEUES, workstreams: [{ id: "messenger", rules: RULES }] });
    const { placement, text, details } = await route(1);
    assert.equal(placement.queueId, "vip");
    assert.equal(details.rule, "Gilda");
    assert.equal(text, 'To queue "vip", rule "Gilda".');
  });

  it("tells which tickets classification wants, with what rulesets before it found out", async () => {
    const classification = [
      {
        name: "subject",
        rules: [
          {
            name: "order",
            if: "hasWord(message.text, 'order')",
            set: {
              attributes: { topic: "order" },
              ticket: { subject: "${context.topic} of\n${customer.name}: ${message.text}", group: "shop" },
            },
          },
        ],
      },
      {
        name: "empty",
        rules: [{ name: "all", if: "true", set: { ticket: { subject: "${context.none}" } } }],
      },
    ];
    const { route } = routing({ workstreams: [{ id: "messenger", classification }] });
    const { tickets } = await route(1, { lastText: `an order ${"x".repeat(300)}` });
    assert.deepEqual(
      tickets?.map(({ rule, wish }) => [rule, wish.subject.slice(0, 32), wish.subject.length, wish.group]),
      [
        ["subject/order", "order of Gilda Moore: an order x", 200, "shop"],
        ["empty/all", "empty/all", 9, undefined],
      ],
    );
    assert.equal((await route(2, { lastText: "hi" })).tickets?.length, 1);
  });

  it("gives the queue that a hand-off wished for, before any rule; rules when it does not exist", async () => {
    const { route } = routing({ queues: QUEUES, workstreams: [{ id: "messenger", rules: RULES }] });
    const { placement, details } = await route(1, {}, "back");
    assert.equal(placement.queueId, "back");
    assert.equal(details.rule, "hand-off");
    assert.deepEqual(details.read, []);
    assert.equal((await route(1, {}, "nowhere")).placement.queueId, "vip");
  });

  it("knows a returning customer by the conversation's number", async () => {
    const { route } = routing({ queues: QUEUES, workstreams: [{ id: "messenger", rules: RULES }] });
    const ann = { customer: { id: "1", name: "Ann" } };
    for (const [k, queue] of [
      [1, "general"],
      [2, "back"],
      [11, "back"],
    ] as const)
      assert.equal((await route(1, ann, undefined, k)).placement.queueId, queue);
  });

  it("reads past a rule whose queue was deleted", async () => {
    const { route } = routing({
      queues: QUEUES.filter(({ id }) => id !== "vip"),
      workstreams: [{ id: "messenger", rules: RULES }],
    });
    const { placement, text } = await route(1);
    assert.equal(placement.queueId, "general");
    assert.match(text, /no rule of "messenger" matched: fallback queue/);
  });

  it("uses changed rules at once", async () => {
    const { bench, route } = routing({ queues: QUEUES, workstreams: [{ id: "messenger", rules: RULES }] });
    await route(1);
    bench.ports.settings.change({
      queues: QUEUES,
      workstreams: [{ id: "messenger", rules: [{ name: "all", if: "true", queue: "back" }] }],
    });
    assert.equal((await route(1)).placement.queueId, "back");
  });

  it("takes the default queue, else the first there is, for a work stream that was deleted", async () => {
    const { bench, route } = routing({ queues: QUEUES });
    assert.equal((await route(1, { workstreamId: "gone" })).placement.queueId, "general");
    bench.ports.settings.change({ queues: [...QUEUES, { id: "default", members: ["ana"] }] });
    assert.equal((await route(1, { workstreamId: "gone" })).placement.queueId, "default");
  });
});

describe("classification", () => {
  const stream = {
    id: "messenger",
    classification: [
      {
        name: "skills",
        rules: [
          { name: "invoice", if: "hasWord(message.text, 'invoice')", set: { skills: { billing: 5 } } },
          { name: "any", if: "true", set: { skills: { general: 1 } } },
        ],
      },
      {
        name: "urgency",
        rules: [
          {
            name: "billing is urgent",
            if: "conversation.skills.billing >= 5",
            set: { priority: 1, attributes: { reason: "bill" } },
          },
        ],
      },
    ],
    rules: [
      { name: "urgent bills", if: "conversation.priority < 10 && context.reason == 'bill'", queue: "vip" },
    ],
  };

  it("takes the first true rule of each ruleset, and lets later ones see what was found", async () => {
    const { route } = routing({ queues: QUEUES, workstreams: [stream] });
    const { placement, details } = await route(1, { lastText: "about my invoice" });
    assert.equal(placement.queueId, "vip");
    assert.deepEqual(placement.skills, { billing: 5 });
    assert.equal(placement.priority, 1);
    assert.deepEqual(placement.attributes, { reason: "bill" });
    assert.deepEqual(
      details.classification.map(({ ruleset, position }) => [ruleset, position]),
      [
        ["skills", 0],
        ["urgency", 0],
      ],
    );
  });

  it("adds to the skills that a conversation has", async () => {
    const { bench } = routing({ queues: QUEUES, workstreams: [stream] });
    const router = createRouter(bench.ports);
    const { placement } = await router.route({
      conversationId: conversationOf(1),
      seed: buildSeed(1, { lastText: "hello" }),
      known: { skills: { portuguese: 3 } },
    });
    assert.deepEqual(placement.skills, { portuguese: 3, general: 1 });
    assert.equal(placement.queueId, "general");
  });

  it("stands in line by its priority, before those who came earlier", async () => {
    const { bench, route } = routing({ queues: QUEUES, workstreams: [stream] });
    const early = await bench.enqueue(1, "general");
    const { placement } = await route(2, { lastText: "my invoice" });
    const { enqueue } = await import("../../../src/routing/queue.js");
    await enqueue(bench.ports, {
      conversationId: conversationOf(2),
      epoch: 1,
      seed: buildSeed(2),
      placement: { ...placement, queueId: "general" },
    });
    const [first, second] = [await bench.item(conversationOf(2)), await bench.item(early)];
    assert.ok((first?.sk ?? "") < (second?.sk ?? ""));
    assert.deepEqual(first?.context, { reason: "bill" });
  });
});

describe("a split", () => {
  const stream = {
    id: "messenger",
    rules: [
      {
        name: "share",
        if: "true",
        split: [
          { queue: "vip", percent: 30 },
          { queue: "back", percent: 70 },
        ],
      },
    ],
  };

  it("draws the same for the same conversation, and its shares over many", async () => {
    const { route } = routing({ queues: QUEUES, workstreams: [stream] });
    const counts = new Map<string, number>();
    for (let n = 0; n < 2000; n++) {
      const { queueId } = (await route(n)).placement;
      counts.set(queueId, (counts.get(queueId) ?? 0) + 1);
      if (n < 20) assert.equal((await route(n)).placement.queueId, queueId);
    }
    const share = (counts.get("vip") ?? 0) / 2000;
    assert.ok(share > 0.26 && share < 0.34, String(share));
    assert.equal((counts.get("vip") ?? 0) + (counts.get("back") ?? 0), 2000);
  });
});

describe("overflow before queueing", () => {
  const rules = [
    { name: "first", if: "true", queue: "vip" },
    { name: "second", if: "true", queue: "back" },
  ];
  const queues = (vip: object, back: object = {}) => [
    { id: "general", members: ["ana"] },
    { id: "vip", members: ["ana"], ...vip },
    { id: "back", members: ["ana"], ...back },
  ];
  const shut = { operatingHours: "shut" };
  const hours = { operatingHours: [OFFICE, ALWAYS_SHUT] };

  it("lets the next matching rule have it", async () => {
    const { route } = routing({
      queues: queues({ ...shut, overflow: [{ when: "outOfHours", do: "end" }] }),
      workstreams: [{ id: "messenger", rules }],
      more: hours,
    });
    const { placement, details } = await route(1);
    assert.equal(placement.queueId, "back");
    assert.equal(details.rule, "second");
  });

  it("puts it into the queue all the same with 'assign', and tells the customer", async () => {
    const { route } = routing({
      queues: queues({ ...shut, overflow: [{ when: "outOfHours", do: "assign" }] }),
      workstreams: [{ id: "messenger", rules }],
      more: hours,
    });
    const { placement } = await route(1);
    assert.equal(placement.queueId, "vip");
    assert.deepEqual(placement.tell, [
      { trigger: "outOfHours", values: { Holiday: "", OpensAt: 0, TimeZone: "Etc/UTC" } },
    ]);
  });

  it("of all matches: the one that opens first has its way", async () => {
    const { route } = routing({
      queues: queues(
        { ...shut, overflow: [{ when: "outOfHours", do: "end" }] },
        { operatingHours: "office", overflow: [{ when: "outOfHours", do: "transfer", queue: "general" }] },
      ),
      workstreams: [{ id: "messenger", rules }],
      more: hours,
    });
    const { placement, text } = await route(1);
    assert.equal(placement.queueId, "general");
    assert.deepEqual(placement.overflowed, ["back"]);
    assert.equal(text, 'To queue "general" after "back" was out of hours, rule "second".');
  });

  it("ends the conversation where it says so, with a word to the customer", async () => {
    const { route } = routing({
      queues: queues({ ...shut, overflow: [{ when: "outOfHours", do: "end" }] }),
      workstreams: [{ id: "messenger", rules: rules.slice(0, 1) }],
      more: hours,
    });
    const { placement } = await route(1);
    assert.equal(placement.endAs, "overflowEnded");
    assert.deepEqual(placement.tell, [{ trigger: "overflowEnded" }]);
  });

  it("counts who waits, and is not turned round in a ring", async () => {
    const full = (queue: string) => ({
      overflow: [{ when: "itemsAbove", limit: 2, do: "transfer", queue }] as const,
    });
    const { bench, route } = routing({
      queues: queues({ overflow: [...full("back").overflow] }, { overflow: [...full("vip").overflow] }),
      workstreams: [{ id: "messenger", rules: rules.slice(0, 1) }],
    });
    assert.equal((await route(1)).placement.queueId, "vip");
    for (const n of [11, 12]) await bench.enqueue(n, "vip");
    for (const n of [13, 14]) await bench.enqueue(n, "back");
    assert.equal((await route(2)).placement.queueId, "vip", "a count is believed for ten seconds");
    bench.clock.advance(11_000);
    const { placement } = await route(3);
    assert.equal(placement.queueId, "vip", "both are full: back where it began");
    assert.deepEqual(placement.overflowed, ["vip", "back"]);
  });

  it("of the rule counts instead of the queue's own, and a fallback queue has none", async () => {
    const { route } = routing({
      queues: queues({ ...shut, overflow: [{ when: "outOfHours", do: "end" }] }),
      workstreams: [
        {
          id: "messenger",
          fallbackQueue: "vip",
          rules: [{ name: "own", if: "customer.id == '1'", queue: "vip", overflow: [] }],
        },
      ],
      more: hours,
    });
    assert.equal((await route(1)).placement.endAs, undefined);
    const fallback = await route(2);
    assert.equal(fallback.placement.queueId, "vip");
    assert.equal(fallback.placement.endAs, undefined);
    assert.deepEqual(fallback.placement.overflow, []);
  });
});

describe("what the customer is told", () => {
  it("is the next opening, in the customer's language and the office's time", async () => {
    const { bench, route } = routing({
      workstreams: [{ id: "messenger", operatingHours: "office" }],
      more: { operatingHours: [OFFICE] },
    });
    const said = (await route(1, { customer: { id: "1", locale: "pt_PT" } })).placement.tell?.[0];
    assert.equal(said?.trigger, "outOfHours");
    const { OpensAt, TimeZone } = said?.values ?? {};
    const words = openingWords(Number(OpensAt), String(TimeZone), "pt-PT", bench.clock.now());
    assert.match(words, /segunda-feira.*08:00/);
  });

  it("is that nobody can be reached, of a queue without members", async () => {
    const { route } = routing({ queues: [{ id: "general", members: [] }] });
    assert.deepEqual((await route(1)).placement.tell, [{ trigger: "cannotAssign" }]);
  });
});
