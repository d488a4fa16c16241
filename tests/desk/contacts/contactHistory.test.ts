import assert from "node:assert/strict";
import type { ConversationDoc } from "../../../src/core/conversation";
import { toConversationId, toThreadId } from "../../../src/core/ids";
import { readHistory } from "../../../src/desk/contacts/contactHistory";
import { recordId } from "../../../src/pipeline/recordId";
import { createMemoryStore } from "../../support/memoryStore";

const threadId = toThreadId("sms", "+1", "+2");

async function kept(numbers: readonly number[]) {
  const store = createMemoryStore();
  for (const n of numbers) {
    const conversationId = toConversationId(threadId, n);
    const doc: ConversationDoc = {
      ...{ id: recordId(conversationId), type: "conversation", conversationId, threadId },
      ...{ workstreamId: "sms", openedAt: n * 1_000, trace: [] },
    };
    await store.batch("threads", threadId, [{ do: "create", doc }], "test");
  }
  const read = async (span: { from: number; to?: number }, limit: number) => {
    const page = await readHistory(store, [{ threadId, ...span }], { limit });
    return page.items.map(({ conversationId }) => Number(conversationId.split(".").at(-1)));
  };
  return read;
}

describe("readHistory", () => {
  it("gives a former owner's conversations though the record of their last one has gone", async () => {
    const read = await kept([1, 2, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(await read({ from: 1, to: 3 }, 1), [2]);
    assert.deepEqual(await read({ from: 1, to: 3 }, 5), [2, 1]);
  });

  it("gives the newest of whoever has the number now", async () => {
    const read = await kept([1, 2, 3, 4, 5]);
    assert.deepEqual(await read({ from: 3 }, 2), [5, 4]);
  });
});
