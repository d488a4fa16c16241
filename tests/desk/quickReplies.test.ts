import assert from "node:assert/strict";
import type { QuickReplyView } from "../../src/desk/contract";
import { conversationOf, message } from "../pipeline/bench";
import { createDesk, principal } from "./bench";

const ONE = conversationOf("1");
const REPLIES = [
  { id: "bye", title: "Goodbye", text: "Goodbye {CustomerName}, yours {AgentName}", tags: ["end"] },
  { id: "hours", title: "Hours", text: "Open from 9 to 5", tags: ["shop", "times"] },
  { id: "zeiten", title: "Öffnungszeiten", language: "de", text: "Von 9 bis 17 Uhr", tags: ["shop"] },
  { id: "gruss", title: "Gruß", language: "de-AT", text: "Servus {CustomerName}" },
  { id: "other", title: "Elsewhere", text: "Only there", workstreams: ["sms"] },
  {
    id: "mine",
    title: "Order",
    text: "Order {$orderNo$} in {QueueName}{$none$}",
    workstreams: ["messenger"],
  },
];

function createDeskWithReplies(locale?: string) {
  return createDesk({
    more: {
      quickReplies: REPLIES,
      maskingRules: [{ id: "n", name: "Secret numbers", pattern: "S-\\d+", appliesTo: "customer" as const }],
    },
    queues: [{ id: "general", name: "General", members: ["ana", "ben"] }],
    workstreams: [
      { id: "messenger", helper: "first", flow: "flow" },
      { id: "sms", channel: "sms" },
    ],
    flows: [{ id: "flow", start: "a", steps: {} }],
    bot: () => ({ context: { orderNo: "S-12" }, handoff: {} }),
    ...(locale === undefined ? {} : { profile: async () => ({ locale }) }),
  });
}

describe("quick replies", () => {
  const read = async (desk: ReturnType<typeof createDesk>, query = "") =>
    (
      await desk.call<{ items: QuickReplyView[] }>(
        principal("ana"),
        "GET",
        `/conversations/${ONE}/quickReplies${query}`,
      )
    ).body.items;
  const ids = (items: QuickReplyView[]) => items.map(({ id }) => id);

  it("are those of the work stream, English first, then by title", async () => {
    const desk = createDeskWithReplies();
    await desk.say("1", "hi");
    assert.deepEqual(ids(await read(desk)), ["bye", "hours", "mine", "gruss", "zeiten"]);
  });

  it("stand in the customer's language first, and in the asked one before that", async () => {
    const desk = createDeskWithReplies("de_DE");
    await desk.say("1", "hi");
    assert.deepEqual(ids(await read(desk)), ["gruss", "zeiten", "bye", "hours", "mine"]);
    assert.deepEqual(ids(await read(desk, "?language=de&search=")), [
      "zeiten",
      "gruss",
      "bye",
      "hours",
      "mine",
    ]);
    assert.deepEqual(ids(await read(desk, "?language=EN")), ["bye", "hours", "mine", "gruss", "zeiten"]);
  });

  it("are filled in for the conversation and the agent; unknown variables become nothing", async () => {
    const desk = createDeskWithReplies();
    await desk.webhook(message("1", "hi", { name: "Gilda" }));
    await desk.quiet();
    const items = await read(desk);
    assert.equal(items[0]?.text, "Goodbye Gilda, yours ana");
    // The helper wrote down what the customer said: hidden like the words themselves.
    assert.equal(items.find(({ id }) => id === "mine")?.text, "Order #### in General");
  });

  it("are searched by words of title, text and tags, and by tag", async () => {
    const desk = createDeskWithReplies();
    await desk.say("1", "hi");
    const search = async (words: string) => ids(await read(desk, `?search=${encodeURIComponent(words)}`));
    assert.deepEqual(await search("GOODB"), ["bye"]);
    assert.deepEqual(await search("9 uhr"), ["zeiten"]);
    assert.deepEqual(await search("shop"), ["hours", "zeiten"]);
    assert.deepEqual(await search("#shop"), ["hours", "zeiten"]);
    assert.deepEqual(await search("#sho open"), ["hours"]);
    assert.deepEqual(await search("#open"), []);
    assert.deepEqual(await search("  "), ["bye", "hours", "mine", "gruss", "zeiten"]);
  });

  it("are not told to those who cannot see the conversation, nor for a language that is none", async () => {
    const desk = createDeskWithReplies();
    await desk.say("1", "hi");
    await assert.rejects(desk.call("cleo", "GET", `/conversations/${ONE}/quickReplies`), {
      code: "NOT_FOUND",
    });
    await assert.rejects(read(desk, "?language=!"), { code: "INPUT_INVALID", message: /language/ });
  });
});
