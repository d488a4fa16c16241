import assert from "node:assert/strict";
import type { ContactFacts } from "../../src/core/contact";
import { toConversationId, toThreadId } from "../../src/core/ids";
import { begunAgain, newItem } from "../../src/routing/newItem";
import { buildSeed, createBench } from "./bench";

const THREAD = toThreadId("facebook", "2000", "1");
const ANN: ContactFacts = { id: "c~ann", version: 1, name: "Ann" };

describe("newItem", () => {
  const { ports } = createBench();
  const item = (n: number, more: Parameters<typeof buildSeed>[1] = {}) =>
    newItem(ports, toConversationId(THREAD, n), 1, buildSeed(1, more));

  it("leads to the conversation before, but not to one of a former owner of the address", () => {
    assert.equal(item(1).previousId, undefined);
    assert.equal(item(3).previousId, toConversationId(THREAD, 2));
    assert.equal(item(3, { ownerFrom: 3 }).previousId, undefined);
    assert.equal(item(4, { ownerFrom: 3 }).previousId, toConversationId(THREAD, 3));
  });

  it("begun again keeps the contact of the row, which learns of each change, and not that of an older effect", () => {
    assert.equal(begunAgain(item(1), item(1, { contact: ANN })).contact?.id, "c~ann");
    assert.equal(begunAgain(item(1, { contact: ANN }), item(1)).contact, undefined);
    assert.equal(begunAgain(item(1, { contact: ANN }), undefined).contact?.id, "c~ann");
  });

  it("begun again does not forget that the address has changed hands", () => {
    const again = begunAgain(item(3), item(3, { ownerFrom: 3 }));
    assert.deepEqual([again.ownerFrom, again.previousId], [3, undefined]);
  });
});
