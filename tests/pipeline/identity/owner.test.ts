import assert from "node:assert/strict";
import type { ContactFacts } from "../../../src/core/contact";
import type { Head } from "../../../src/core/conversation";
import { changedHands, contactAt, forNewOwner } from "../../../src/pipeline/identity/owner";

const ANN: ContactFacts = { id: "c~ann", version: 1, name: "Ann" };

const buildHead = (more: Partial<Head> = {}): Head => ({
  id: "head",
  type: "head",
  open: "0",
  threadId: "t~1",
  channel: "sms",
  instanceId: "sms~1",
  instanceExternalId: "1",
  accountId: "shop",
  customer: { id: "+12065550100", name: "Ann", phone: "+12065550100", locale: "pt" },
  seq: 9,
  conversations: 5,
  ...more,
});

const live = (n: number, openedAt = 1000): NonNullable<Head["live"]> => ({
  id: `t~AAAAAAAAAAAAAAAAAAAAAAAAAAA.${n}`,
  n,
  workstreamId: "sms",
  heldBy: "people",
  epoch: 1,
  openedAt,
});

const survey = (n: number): NonNullable<Head["survey"]> => ({
  surveyId: "s",
  conversationId: `t~AAAAAAAAAAAAAAAAAAAAAAAAAAA.${n}`,
  question: 0,
  answers: {},
  misses: 0,
  language: "en",
  until: 9,
});

describe("contactAt", () => {
  it("is the head's contact from the first conversation of its link", () => {
    const head = buildHead({ contact: ANN, contactFrom: 3 });
    assert.deepEqual(
      [2, 3, 6].map((n) => contactAt(head, n)?.id),
      [undefined, "c~ann", "c~ann"],
    );
  });

  it("is nobody from the conversation on with which the number changed hands, but the next owner if linked", () => {
    const former = buildHead({ contact: ANN, contactFrom: 3, ownerFrom: 6 });
    assert.equal(contactAt(former, 5)?.id, "c~ann");
    assert.equal(contactAt(former, 6), undefined);
    const next = buildHead({ contact: { ...ANN, id: "c~ben" }, contactFrom: 6, ownerFrom: 6 });
    assert.equal(contactAt(next, 6)?.id, "c~ben");
  });
});

describe("forNewOwner", () => {
  const left: Partial<Head> = {
    contact: ANN,
    contactFrom: 1,
    dialog: { at: "ask" },
    asked: { question: "q", times: 1 },
    choices: [{ title: "Yes", value: "1" }],
    survey: survey(5),
    notice: { noticeId: "n", version: "1", at: 1, answer: "accepted" },
    helperEnded: { flow: "f", revision: 1, at: 1 },
    profileAt: 5,
    optedOut: true,
  };

  it("leaves nothing of the former owner, but that the number was opted out", () => {
    const head = forNewOwner(buildHead({ ...left, ownerFrom: 6 }));
    assert.deepEqual(head, {
      ...buildHead({ ownerFrom: 6, optedOut: true }),
      customer: { id: "+12065550100" },
    });
  });

  it("touches nothing while the former owner's conversation lives, in the new owner's later ones, or without a change", () => {
    const heads = [
      buildHead({ ...left, ownerFrom: 6, live: live(5) }),
      buildHead({ ...left, ownerFrom: 4 }),
      buildHead(left),
    ];
    for (const head of heads) assert.equal(forNewOwner(head), head);
  });
});

describe("changedHands", () => {
  it("drops the former owner's survey at once: the next to answer is somebody else", () => {
    const head = changedHands(buildHead({ survey: survey(5), choices: [{ title: "1", value: "1" }] }), 6);
    assert.deepEqual([head.survey, head.choices, head.ownerFrom], [undefined, undefined, 6]);
  });

  it("keeps what the new owner has been told and asked since their conversation began", () => {
    const notice = { noticeId: "n", version: "1", at: 1500 };
    const head = buildHead({ survey: survey(5), notice, dialog: { at: "ask" }, live: live(5) });
    assert.deepEqual(changedHands(head, 5), { ...head, ownerFrom: 5 });
  });

  it("drops a notice that the former owner got", () => {
    const notice = { noticeId: "n", version: "1", at: 500 };
    assert.equal(changedHands(buildHead({ notice, live: live(5) }), 5).notice, undefined);
    assert.equal(changedHands(buildHead({ notice }), 4).notice, undefined, "whose it is cannot be told");
  });
});
