import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import type { createWebhooks } from "../../../src/contacts/webhooks/webhooks";
import { eventually } from "../../support/startApp";
import { buildContact, buildTicket, createBench, pass, SECRET } from "./bench";
import { type Receiver, startReceiver, status } from "./receiver";

const DAY_MS = 24 * 60 * 60 * 1000;

describe("webhooks", () => {
  let receiver: Receiver;
  let bench: ReturnType<typeof createBench>;
  let webhooks: ReturnType<typeof createWebhooks>;

  beforeEach(async () => {
    receiver = await startReceiver();
    use({});
  });
  afterEach(async () => {
    await webhooks.stop(0);
    await receiver.close();
  });

  function use(more: Partial<Parameters<typeof createBench>[0][number]>): void {
    bench = createBench([{ url: receiver.url, ...more }]);
    webhooks = bench.build();
    webhooks.start();
  }
  const tell = async (...given: Parameters<typeof bench.event>) => {
    const event = bench.event(...given);
    await webhooks.tell(event);
    return event;
  };
  const wait = (ms: number) => pass(bench.clock, webhooks.idle, ms);
  const states = () => bench.deliveries().map(({ state }) => state);
  const ids = () => receiver.received.map(({ id }) => id);

  describe("what is sent", () => {
    it("is the record as it stands when it is sent, signed so that another implementation agrees", async () => {
      bench.contacts.set("c1", buildContact("c1", { version: 7, emails: ["ana@example.com"] }));
      const event = await tell("c1");
      await webhooks.idle();
      const [received] = receiver.received;
      assert.ok(received);
      // The clock of the test is another than the library's.
      const real = Date.now;
      Date.now = bench.clock.now;
      try {
        const payload = new Webhook(SECRET).verify(received.body, received.headers);
        assert.deepEqual(payload, received.payload);
        assert.throws(() => new Webhook(SECRET).verify(`${received.body} `, received.headers));
      } finally {
        Date.now = real;
      }
      const { id, type, data } = received.payload;
      assert.deepEqual([id, type, data.version], [event.id, "contact.changed", 7]);
      assert.deepEqual(data.contact?.emails, ["ana@example.com"]);
      assert.deepEqual(data.by, { kind: "agent", id: "ana" });
    });

    it("carries a signature of each secret while it is being changed", async () => {
      const next = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
      bench.setSecrets(next, SECRET);
      await tell("c1");
      await webhooks.idle();
      const [received] = receiver.received;
      assert.ok(received);
      const real = Date.now;
      Date.now = bench.clock.now;
      try {
        for (const secret of [next, SECRET]) new Webhook(secret).verify(received.body, received.headers);
      } finally {
        Date.now = real;
      }
    });

    it("says that a record is gone, and the store keeps nothing of it", async () => {
      receiver.answer = status(500);
      bench.contacts.set("c1", buildContact("c1", { name: "Carla Canary" }));
      await tell("c1");
      await webhooks.idle();
      assert.doesNotMatch(JSON.stringify(bench.store.all("contacts")), /Carla|Canary/);
      bench.contacts.delete("c1");
      receiver.answer = status(200);
      await wait(6_000);
      const data = receiver.received.at(-1)?.payload.data;
      assert.equal(data?.gone, true);
      assert.equal(data?.contact, undefined);
    });

    it("holds a ticket, and what a person agreed to", async () => {
      bench.tickets.set("T-1001", buildTicket("T-1001", { version: 3 }));
      const consent = { type: "consent", threadId: "t~1", kind: "optedOut", at: 0 } as const;
      const former = { ...consent, kind: "accepted", id: "0" } as const;
      bench.consents.set("t~1", [former, { ...consent, id: "1", text: "STOP" }]);
      await tell("", { type: "ticket.created", number: "T-1001" });
      await tell("", { type: "consent.changed", threadId: "t~1", consentId: "1" });
      await webhooks.idle();
      const byType = new Map(receiver.received.map(({ payload }) => [payload.type, payload.data]));
      assert.equal(byType.get("ticket.created")?.ticket?.subject, "Lamp broken");
      assert.equal(byType.get("ticket.created")?.version, 3);
      assert.deepEqual(byType.get("consent.changed")?.consent, {
        threadId: "t~1",
        kind: "optedOut",
        at: "1970-01-01T00:00:00.000Z",
      });
    });

    it("is only what the webhook asks for, and nothing while it is switched off", async () => {
      use({ events: ["ticket.created"] });
      await tell("c1");
      assert.deepEqual(states(), []);
      use({ enabled: false });
      await tell("c1");
      assert.deepEqual(states(), []);
    });
  });

  describe("once, and in order", () => {
    it("keeps an event that is told twice once", async () => {
      const event = await tell("c1");
      await webhooks.idle();
      await webhooks.tell(event);
      await webhooks.idle();
      assert.deepEqual(ids(), [event.id]);
    });

    it("sends events of one record one after the other, also after failures, and of others meanwhile", async () => {
      receiver.answer = (response, { payload }) =>
        status(payload.data.contactId === "bad" ? 500 : 200)(response);
      const first = await tell("bad");
      await webhooks.idle();
      const second = await tell("bad");
      const other = await tell("good");
      await webhooks.idle();
      assert.deepEqual(ids(), [first.id, other.id]);
      receiver.answer = status(200);
      await wait(6_000);
      assert.deepEqual(ids().slice(2), [first.id, second.id]);
      assert.deepEqual(states(), ["done", "done", "done"]);
    });

    it("orders what was told out of order by its time, while it waits", async () => {
      const older = bench.event("c1", { id: "event~z", version: 9 });
      const newer = bench.event("c1", { id: "event~a", version: 1 });
      receiver.answer = status(500);
      await webhooks.tell(newer);
      await webhooks.idle();
      await webhooks.tell(older);
      receiver.answer = status(200);
      await wait(6_000);
      assert.deepEqual(ids(), [newer.id, older.id, newer.id]);
    });

    it("tells at most four records at the same time", async () => {
      const waiting: (() => void)[] = [];
      receiver.answer = (response) => void waiting.push(() => status(200)(response));
      for (let i = 0; i < 12; i++) await webhooks.tell(bench.event(`c${i}`));
      await eventually(() => receiver.open === 4, "four of them");
      for (let i = 0; i < 12; i++) {
        await eventually(() => waiting.length > i, "another request");
        waiting[i]?.();
      }
      await webhooks.idle();
      assert.equal(receiver.mostOpen, 4);
      assert.equal(new Set(ids()).size, 12);
    });
  });

  describe("when the receiver fails", () => {
    it("tries again after longer and longer, for three days; then it is dead and can be sent again", async () => {
      use({});
      receiver.answer = status(500);
      const event = await tell("c1");
      await webhooks.idle();
      const gaps: number[] = [];
      let before = bench.clock.now();
      while (states()[0] === "waiting") {
        const [delivery] = bench.deliveries();
        const next = delivery?.sendAt ?? 0;
        gaps.push(next - before);
        before = next;
        await wait(next - bench.clock.now());
        // A rest of the receiver may end a little later than the delivery's own.
        for (let i = 0; i < 60 && bench.deliveries()[0]?.attempts === delivery?.attempts; i++)
          await wait(15_000);
      }
      assert.deepEqual(states(), ["dead"]);
      assert.deepEqual(gaps.slice(0, 4), [5_000, 20_000, 80_000, 320_000]);
      assert.ok(gaps.length > 10 && gaps.length < 20, `${gaps.length} attempts`);
      const age = bench.clock.now() - (bench.deliveries()[0]?.since ?? 0);
      assert.ok(age >= 3 * DAY_MS && age < 3 * DAY_MS + 20 * 60_000, `${age / DAY_MS} days`);
      const dead = (await webhooks.list("crm", { state: "dead", limit: 10 })).items;
      assert.equal(dead[0]?.last?.text, "It answered 500.");

      receiver.answer = status(200);
      await webhooks.test("crm");
      await webhooks.replay("crm", dead[0]?.id ?? "");
      await webhooks.idle();
      assert.equal(ids().at(-1), event.id);
      assert.deepEqual(states(), ["done"]);
      await assert.rejects(webhooks.replay("crm", "d~none"), { code: "NOT_FOUND" });
    });

    it("refuses to send again what waits", async () => {
      receiver.answer = status(500);
      await tell("c1");
      await webhooks.idle();
      const [delivery] = bench.deliveries();
      await assert.rejects(webhooks.replay("crm", delivery?.id ?? ""), { code: "WRONG_STATE" });
    });

    it("waits as long as Retry-After says, with everything", async () => {
      receiver.answer = status(429, { "retry-after": "120" });
      await tell("c1");
      await webhooks.idle();
      receiver.answer = status(200);
      await tell("c2");
      await wait(100_000);
      assert.equal(receiver.received.length, 1);
      await wait(21_000);
      await wait(0);
      assert.deepEqual(states(), ["done", "done"]);
    });

    it("is switched off by 410, keeps what comes, and is on again after a test that comes through", async () => {
      receiver.answer = status(410);
      await tell("c1");
      await webhooks.idle();
      await tell("c2");
      await wait(DAY_MS);
      assert.equal(receiver.received.length, 1);
      assert.match((await webhooks.statuses())[0]?.state.off?.reason ?? "", /410/);
      assert.deepEqual(await webhooks.test("crm"), {
        kind: "off",
        status: 410,
        text: "It answered 410: whoever is there wants no more of it.",
      });
      receiver.answer = status(200);
      assert.equal((await webhooks.test("crm")).kind, "done");
      await webhooks.idle();
      assert.deepEqual(states(), ["done", "done"]);
      assert.equal((await webhooks.statuses())[0]?.state.off, undefined);
    });

    it("is on again at another address", async () => {
      receiver.answer = status(410);
      await tell("c1");
      await webhooks.idle();
      receiver.answer = status(200);
      bench.settings.change({
        more: { webhooks: [{ id: "crm", url: `${receiver.url}/new`, secret: "env:HOOK" }] },
      });
      await webhooks.idle();
      await wait(30_000);
      assert.deepEqual(states(), ["done"]);
    });

    it("follows no redirect", async () => {
      const trap = await startReceiver();
      receiver.answer = status(302, { location: trap.url });
      await tell("c1");
      await webhooks.idle();
      assert.equal(trap.received.length, 0);
      assert.match(bench.deliveries()[0]?.last?.text ?? "", /302; redirects are not followed/);
      await trap.close();
    });

    it("takes a broken connection, silence and a bad secret as failures, in words", async () => {
      receiver.answer = (response) => response.destroy();
      await tell("c1");
      await webhooks.idle();
      assert.match(bench.deliveries()[0]?.last?.text ?? "", /cannot be reached/);
      receiver.answer = () => {};
      bench.clock.advance(6_000);
      await eventually(() => receiver.received.length === 2, "the second attempt");
      bench.clock.advance(10_000);
      await webhooks.idle();
      assert.match(bench.deliveries()[0]?.last?.text ?? "", /did not answer within 10 s/);
      bench.setSecrets("short");
      const outcome = await webhooks.test("crm");
      assert.equal(outcome.kind === "failed" && /base64 of 24 to 64 bytes/.test(outcome.text), true);
    });

    it("reads no more of an answer than it needs", async () => {
      receiver.answer = (response) => {
        response.writeHead(200);
        const more = (): void => {
          while (!response.destroyed && response.write("x".repeat(16_384)));
          if (!response.destroyed) response.once("drain", more);
        };
        more();
      };
      await tell("c1");
      await webhooks.idle();
      assert.deepEqual(states(), ["done"]);
    });

    it("asks a receiver that is away with one delivery at a time, and gives all up after its three days", async () => {
      receiver.answer = status(500);
      for (let i = 0; i < 200; i++) await webhooks.tell(bench.event(`c${i}`));
      await webhooks.idle();
      const first = receiver.received.length;
      assert.ok(first < 10, `${first} before it rests`);
      for (let hour = 0; hour < 24; hour++) await wait(60 * 60_000);
      assert.ok(receiver.received.length < first + 24 * 8, `${receiver.received.length} in a day`);
      for (let hour = 0; hour < 49; hour++) await wait(60 * 60_000);
      assert.deepEqual([...new Set(states())], ["dead"]);
      assert.equal(bench.deliveries().length, 200);
    });

    it("does not hold up others: one that fails some records still gets the rest", async () => {
      receiver.answer = (response, { payload }) =>
        status(Number(payload.data.contactId) % 2 === 0 ? 400 : 200)(response);
      for (let i = 0; i < 100; i++) await webhooks.tell(bench.event(String(i)));
      await webhooks.idle();
      for (let i = 0; i < 40; i++) await wait(60_000);
      assert.equal(bench.deliveries().filter(({ state }) => state === "done").length, 50);
    });
  });
});
