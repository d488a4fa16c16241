import assert from "node:assert/strict";
import type { ConversationView } from "../../src/desk/contract";
import { assignTo, end } from "../../src/routing/sessions";
import { conversationOf, WITH_HELPER } from "../pipeline/bench";
import { createDesk, principal, SAM } from "./bench";

interface List {
  items: ConversationView[];
  next: string | null;
}
const DAY_MS = 24 * 60 * 60 * 1000;

describe("lists of conversations", () => {
  const QUEUES = [
    { id: "general", members: ["ana", "ben"] },
    { id: "vip", members: ["ana"] },
  ];
  const RULES = [{ name: "even", if: "startsWith(message.text, 'vip')", queue: "vip" }];
  const build = () => createDesk({ queues: QUEUES, workstreams: [{ id: "messenger", rules: RULES }] });
  type Desk = ReturnType<typeof build>;
  const customersOf = (list: List) => list.items.map(({ customer }) => customer.id);

  async function all(
    desk: Desk,
    who: Parameters<Desk["call"]>[0],
    query: string,
    limit: number,
  ): Promise<string[]> {
    const found: string[] = [];
    let cursor = "";
    do {
      const { body } = await desk.call<List>(
        who,
        "GET",
        `/conversations?${query}&limit=${limit}${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      assert.ok(body.items.length <= limit);
      found.push(...customersOf(body));
      cursor = body.next ?? "";
    } while (cursor !== "");
    return found;
  }

  async function close(desk: Desk, n: string): Promise<void> {
    await desk.say(n, "hi");
    await assignTo(desk.ports, conversationOf(n), "ana");
    await desk.pipeline.closing.close(await end(desk.ports, conversationOf(n), "ana"), "agentClosed");
  }

  it("come newest first, each once, page by page, whatever the caller cannot see between them", async () => {
    const desk = build();
    for (let n = 1; n <= 9; n++) {
      await desk.say(String(n), n % 3 === 0 ? "vip" : "hi");
      desk.clock.advance(1000);
    }
    for (const limit of [1, 2, 50]) {
      assert.deepEqual(await all(desk, SAM, "", limit), ["9", "8", "7", "6", "5", "4", "3", "2", "1"]);
      assert.deepEqual(await all(desk, "ben", "", limit), ["8", "7", "5", "4", "2", "1"]);
      assert.deepEqual(await all(desk, "ben", "queue=vip", limit), []);
      assert.deepEqual(await all(desk, "ana", "queue=vip", limit), ["9", "6", "3"]);
    }
  });

  it("filter by state, several too, by holder and by agent", async () => {
    const desk = build();
    for (const n of ["1", "2", "3"]) await desk.say(n, "hi");
    await assignTo(desk.ports, conversationOf("1"), "ana");
    await assignTo(desk.ports, conversationOf("2"), "ben");
    await end(desk.ports, conversationOf("2"), "ben");
    const ids = async (query: string) => (await all(desk, SAM, query, 50)).sort();
    assert.deepEqual(await ids("state=open"), ["3"]);
    assert.deepEqual(await ids("state=active,wrapUp"), ["1", "2"]);
    assert.deepEqual(await ids("holder=agent"), ["1", "2"]);
    assert.deepEqual(await ids("agent=ben"), ["2"]);
    assert.deepEqual(await ids("agent=ben&state=active"), []);
  });

  it("show closed ones of several days, newest first, page by page, to whom they belonged", async () => {
    const desk = build();
    for (const n of ["1", "2", "3", "4", "5"]) {
      await close(desk, n);
      desk.clock.advance(n === "2" ? DAY_MS : 1000);
    }
    assert.deepEqual(await all(desk, SAM, "", 50), []);
    for (const limit of [1, 2, 50])
      assert.deepEqual(await all(desk, "ana", "state=closed", limit), ["5", "4", "3", "2", "1"]);
    assert.deepEqual(await all(desk, principal("cleo"), "state=closed", 50), []);
    assert.deepEqual(await all(desk, SAM, "state=closed&agent=ben", 50), []);
  });

  it("go on where they stopped when midnight passes between two pages", async () => {
    const desk = build();
    for (const n of ["1", "2", "3"]) {
      await close(desk, n);
      desk.clock.advance(1000);
    }
    const first = (await desk.call<List>(SAM, "GET", "/conversations?state=closed&limit=2")).body;
    desk.clock.advance(DAY_MS);
    const second = (
      await desk.call<List>(
        SAM,
        "GET",
        `/conversations?state=closed&limit=2&cursor=${encodeURIComponent(first.next ?? "")}`,
      )
    ).body;
    assert.deepEqual([...customersOf(first), ...customersOf(second)], ["3", "2", "1"]);
  });

  it("refuse a cursor for closed ones that is none", async () => {
    const desk = build();
    for (const cursor of ["nonsense", "2026-99-99.", "9999-01-01.", "2026-11-21.abc"]) {
      await assert.rejects(
        desk.call(SAM, "GET", `/conversations?state=closed&cursor=${cursor}`),
        { code: "INPUT_INVALID" },
        cursor,
      );
    }
  });

  it("show what the helper has to every agent", async () => {
    const desk = createDesk(WITH_HELPER);
    await desk.say("1", "hi");
    const { items } = (await desk.call<List>("cleo", "GET", "/conversations?holder=bot")).body;
    assert.equal(items[0]?.holder, "bot");
  });
});
