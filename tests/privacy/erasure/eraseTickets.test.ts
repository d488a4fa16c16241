import assert from "node:assert/strict";
import { changeTicket, linkConversation } from "../../../src/contacts/tickets/change";
import { keepTicket, readTicket } from "../../../src/contacts/tickets/keep";
import { toConversationId, toThreadId } from "../../../src/core/ids";
import { eraseTickets } from "../../../src/privacy/erasure/eraseTickets";
import { BY_ANA, conversation, createTicketBench, THREAD, ticket } from "../../contacts/tickets/setup";

const OTHER = toThreadId("facebook", "2000", "2");

/** T-1001 is the person's, T-1002 somebody else's; both have later conversations of both. */
async function twoTickets() {
  const bench = createTicketBench();
  const other = { conversationId: toConversationId(OTHER, 1), threadId: OTHER };
  await keepTicket(bench.ports, ticket("T-1001"));
  await keepTicket(bench.ports, ticket("T-1002", other));
  const link = (number: string, threadId: string, n: number) =>
    linkConversation(bench.ports, number, {
      ...{ conversationId: toConversationId(threadId, n), threadId, by: BY_ANA },
    });
  for (const number of ["T-1001", "T-1002"]) {
    await link(number, THREAD, 5);
    await link(number, OTHER, 6);
  }
  await link("T-1002", THREAD, 7);
  await changeTicket(bench.ports, "T-1002", { priority: "high" }, { by: BY_ANA });
  const links = () =>
    bench.store
      .all("contacts")
      .filter(({ type }) => type === "ticketLink")
      .map(({ id }) => id)
      .sort();
  return { ...bench, links, read: async (number: string) => (await readTicket(bench.store, number))?.doc };
}

describe("tickets of an erased person", () => {
  it("lose their links, and other people's tickets their conversations", async () => {
    const { store, links, read } = await twoTickets();
    const owners = { contactIds: [], threads: [{ threadId: THREAD, part: "all" as const }] };
    for (let i = 0; i < 2; i++) await eraseTickets(store, owners);
    const kept = toConversationId(OTHER, 6);
    assert.deepEqual(links(), [`link~T-1002~${kept}`]);
    const other = await read("T-1002");
    assert.equal(other?.subject, "About T-1002");
    assert.deepEqual(other.conversations, [kept]);
    assert.deepEqual(
      other.history.map(({ changes }) => Object.keys(changes)),
      [["conversation"], ["priority"]],
    );
    assert.equal((await read("T-1001"))?.subject, "(erased)");
    const left = store.all("contacts").filter(({ type }) => type !== "owed");
    assert.ok(!JSON.stringify(left).includes(THREAD));
  });

  it("keep what belongs to somebody else who has the number now", async () => {
    const { store, read } = await twoTickets();
    const part = [{ from: 1, to: 5 }];
    await eraseTickets(store, { contactIds: [], threads: [{ threadId: THREAD, part }] });
    const kept = [toConversationId(OTHER, 6), conversation(7)];
    assert.deepEqual((await read("T-1002"))?.conversations, kept);
  });
});
