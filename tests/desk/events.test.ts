import assert from "node:assert/strict";
import { systemClock } from "../../src/core/clock";
import type { EventSink } from "../../src/core/route";
import type { DeskEvent } from "../../src/desk/contract";
import { createEventHub } from "../../src/desk/events";
import { createDesk, principal } from "./bench";

function sink(accepts = true) {
  const got: { id?: string; event?: string; data: unknown }[] = [];
  let closed = 0;
  const self: EventSink = {
    send: (event) => {
      got.push(event);
      return accepts;
    },
    close: () => {
      closed += 1;
    },
  };
  return {
    self,
    got,
    types: () => got.map(({ data, event }) => (event === "hello" ? "hello" : (data as DeskEvent).type)),
    closed: () => closed,
  };
}

describe("the event hub", () => {
  it("greets with a cursor, and tells what happens from then on", async () => {
    const desk = createDesk();
    const ana = sink();
    desk.events.connect(principal("ana"), undefined, ana.self);
    await desk.say("1", "hi");
    assert.equal(ana.types()[0], "hello");
    assert.ok(ana.types().includes("message"));
    assert.ok(ana.types().includes("conversation"));
  });

  it("tells of offers and presence only whom they are for", async () => {
    const desk = createDesk();
    const [ana, ben] = [sink(), sink()];
    desk.events.connect(principal("ana"), undefined, ana.self);
    desk.events.connect(principal("ben"), undefined, ben.self);
    await desk.call("ana", "PUT", "/presence", { presence: "available" });
    await desk.say("1", "hi");
    assert.ok(ana.types().includes("offer") && ana.types().includes("presence"));
    assert.ok(!ben.types().includes("offer") && !ben.types().includes("presence"));
  });

  it("resumes behind the cursor, without repeating or losing one", async () => {
    const desk = createDesk();
    const first = sink();
    const leave = desk.events.connect(principal("ana"), undefined, first.self);
    await desk.say("1", "a");
    leave();
    const cursor = first.got.at(-1)?.id;
    await desk.say("1", "b");
    const again = sink();
    const whole = sink();
    desk.events.connect(principal("ana"), cursor, again.self);
    desk.events.connect(principal("ana"), first.got[0]?.id, whole.self);
    assert.ok(again.got.length > 0);
    assert.deepEqual(whole.got, [...first.got.slice(1), ...again.got]);
    assert.equal(
      first.got.some(({ id }) => id === again.got[0]?.id),
      false,
    );
  });

  it("sends a reset for a cursor of another start, one that is none, and one from the future", async () => {
    const desk = createDesk();
    await desk.say("1", "a");
    const probe = sink();
    desk.events.connect(principal("ana"), undefined, probe.self);
    const [boot] = probe.got[0]?.id?.split(".") ?? [];
    for (const cursor of ["other.1", "nonsense", "", `${boot}.999`, `${boot}.-3`]) {
      const ana = sink();
      desk.events.connect(principal("ana"), cursor, ana.self);
      assert.deepEqual(ana.types(), ["reset"], cursor);
      assert.equal(ana.got[0]?.id, probe.got[0]?.id);
    }
  });

  it("sends a reset once the cursor is older than what is kept", async () => {
    const desk = createDesk();
    const probe = sink();
    desk.events.connect(principal("ana"), undefined, probe.self)();
    for (let n = 0; n < 10_050; n++) {
      await desk.store.batch(
        "routing",
        "default",
        [{ do: "upsert", doc: { id: "agent~x", type: "agent" } }],
        "test",
      );
    }
    const ana = sink();
    desk.events.connect(principal("ana"), probe.got[0]?.id, ana.self);
    assert.deepEqual(ana.types(), ["reset"]);
  });

  it("drops a desk that does not read, and counts those that do", async () => {
    const desk = createDesk();
    const slow = sink(false);
    const leave = desk.events.connect(principal("ana"), undefined, slow.self);
    assert.equal(desk.events.connections(), 1);
    await desk.say("1", "hi");
    assert.ok(slow.closed() > 0);
    leave();
    assert.equal(desk.events.connections(), 0);
  });

  it("tells that a row is gone, and nothing of messages that stand in no transcript yet", async () => {
    const desk = createDesk();
    const hub = createEventHub({ store: desk.store, clock: systemClock });
    const ana = sink();
    hub.connect(principal("ana"), undefined, ana.self);
    await desk.store.batch(
      "routing",
      "default",
      [{ do: "create", doc: { id: "item~c1", type: "item" } }],
      "test",
    );
    await desk.store.batch("routing", "default", [{ do: "delete", id: "item~c1" }], "test");
    await desk.store.batch("threads", "t", [{ do: "create", doc: { id: "in~1", type: "message" } }], "test");
    assert.deepEqual(ana.got.at(-1)?.data, { type: "conversation", conversationId: "c1", version: 0 });
    assert.equal(ana.got.length, 3);
    hub.close();
    await desk.say("1", "hi");
    assert.equal(ana.got.length, 3);
    assert.equal(ana.closed(), 1);
  });
});
