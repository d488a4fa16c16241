import assert from "node:assert/strict";
import { type Content, toContent, toListedText, toQuotedId } from "../../../src/adapters/shared/content";
import type { Activity, Attachment } from "../../../src/core/activity";
import type { SendContext } from "../../../src/core/channel";

const activity = (over: Partial<Activity> = {}): Activity => ({
  type: "message",
  channelId: "facebook",
  from: { id: "101" },
  recipient: { id: "555" },
  conversation: { id: "t" },
  ...over,
});
const toCard = (kind: string, content: unknown): Attachment => ({
  contentType: `application/vnd.microsoft.card.${kind}`,
  content,
});
const ofCard = (kind: string, content: unknown): Content =>
  toContent(activity({ attachments: [toCard(kind, content)] }));

const HERO = {
  title: "Sourdough",
  subtitle: "Baked today",
  text: "From our own oven.",
  images: [
    {
      url: "https://cdn.example/bread.png",
      alt: "A loaf",
      tap: { type: "openUrl", value: "https://a.example" },
    },
  ],
  buttons: [
    { type: "imBack", title: "Buy", value: "buy sourdough" },
    { type: "postBack", title: "Reserve", value: { id: 7 } },
    { type: "messageBack", title: "Ask", text: "ask the baker" },
    { type: "openUrl", title: "Recipe", value: "https://b.example/recipe" },
    { type: "call", title: "Call us", value: "tel:+4312345" },
  ],
  tap: { type: "openUrl", value: "https://c.example" },
};

describe("content of an activity", () => {
  it("keeps text, format, files and suggested actions", () => {
    const content = toContent(
      activity({
        text: "Pick **one**",
        textFormat: "markdown",
        attachments: [
          { contentType: "image/png", contentUrl: "media:m~1" },
          { contentType: "text/plain", content: "A note" },
          { contentType: "image/png", contentUrl: "data:image/png;base64,AAAA" },
        ],
        suggestedActions: {
          actions: [
            { title: "Red", value: "r" },
            { title: "Blue", value: undefined },
          ],
        },
      }),
    );
    assert.deepEqual(content, {
      text: "Pick **one**\nA note",
      textFormat: "markdown",
      media: [{ contentType: "image/png", contentUrl: "media:m~1" }],
      choices: [
        { title: "Red", value: "r" },
        { title: "Blue", value: "Blue" },
      ],
      links: [],
    });
  });

  for (const kind of ["hero", "thumbnail"]) {
    it(`loses nothing of a ${kind} card`, () => {
      assert.deepEqual(ofCard(kind, HERO), {
        text: "Sourdough\nBaked today\nFrom our own oven.\nCall us: +4312345",
        textFormat: "plain",
        media: [{ contentType: "image/*", contentUrl: "https://cdn.example/bread.png", name: "A loaf" }],
        choices: [
          { title: "Buy", value: "buy sourdough" },
          { title: "Reserve", value: '{"id":7}' },
          { title: "Ask", value: "ask the baker" },
        ],
        links: [
          { title: "https://a.example", url: "https://a.example" },
          { title: "Recipe", url: "https://b.example/recipe" },
          { title: "https://c.example", url: "https://c.example" },
        ],
      });
    });
  }

  it("writes a receipt line by line", () => {
    const { text, media } = ofCard("receipt", {
      title: "Order 1234",
      facts: [{ key: "Paid with", value: "VISA" }],
      items: [
        {
          title: "Sourdough",
          quantity: "2",
          price: "8.40",
          subtitle: "sliced",
          image: { url: "https://a.example/1.png" },
        },
        { title: "Roll", quantity: 1, price: 1.1 },
      ],
      tax: "0.95",
      vat: "0.10",
      total: "10.45",
    });
    assert.equal(
      text,
      "Order 1234\nPaid with: VISA\n2 × Sourdough: 8.40\nsliced\nRoll: 1.1\nTax: 0.95\nVAT: 0.10\nTotal: 10.45",
    );
    assert.deepEqual(media, [{ contentType: "image/*", contentUrl: "https://a.example/1.png" }]);
  });

  it("makes a link of a sign-in", () => {
    const content = ofCard("signin", {
      text: "Please sign in",
      buttons: [{ type: "signin", title: "Sign in", value: "https://login.example" }],
    });
    assert.equal(content.text, "Please sign in");
    assert.deepEqual(content.links, [{ title: "Sign in", url: "https://login.example" }]);
  });

  it("takes the files of media cards by the card's kind", () => {
    for (const [kind, contentType] of [
      ["audio", "audio/*"],
      ["video", "video/*"],
      ["animation", "image/gif"],
    ] as const) {
      const card = {
        title: "Clip",
        media: [{ url: "https://a.example/clip" }],
        image: { url: "https://a.example/poster.png" },
      };
      assert.deepEqual(
        ofCard(kind, card).media.map((file) => [file.contentType, file.contentUrl]),
        [
          [contentType, "https://a.example/clip"],
          ["image/*", "https://a.example/poster.png"],
        ],
      );
    }
  });

  it("walks an adaptive card in reading order", () => {
    const content = ofCard("adaptive", {
      type: "AdaptiveCard",
      body: [
        { type: "TextBlock", text: "Your booking" },
        {
          type: "ColumnSet",
          columns: [
            {
              type: "Column",
              items: [{ type: "Image", url: "https://a.example/room.png", altText: "Room" }],
            },
            { type: "Column", items: [{ type: "TextBlock", text: "Room 12" }] },
          ],
        },
        { type: "FactSet", facts: [{ title: "From", value: "Friday" }] },
        { type: "RichTextBlock", inlines: ["Breakfast ", { type: "TextRun", text: "included" }] },
        {
          type: "Table",
          rows: [
            {
              type: "TableRow",
              cells: [{ type: "TableCell", items: [{ type: "TextBlock", text: "Cell" }] }],
            },
          ],
        },
        {
          type: "Input.ChoiceSet",
          label: "Bed",
          choices: [
            { title: "Single", value: "1" },
            { title: "Double", value: "2" },
          ],
        },
        { type: "ActionSet", actions: [{ type: "Action.OpenUrl", title: "Map", url: "https://m.example" }] },
      ],
      actions: [
        { type: "Action.Submit", title: "Confirm", data: { ok: true } },
        {
          type: "Action.ShowCard",
          title: "More",
          card: { type: "AdaptiveCard", body: [{ type: "TextBlock", text: "Small print" }] },
        },
      ],
    });
    assert.equal(
      content.text,
      "Your booking\nRoom 12\nFrom: Friday\nBreakfast included\nCell\nBed\n- Single\n- Double\nMore\nSmall print",
    );
    assert.deepEqual(content.media, [
      { contentType: "image/*", contentUrl: "https://a.example/room.png", name: "Room" },
    ]);
    assert.deepEqual(content.choices, [{ title: "Confirm", value: '{"ok":true}' }]);
    assert.deepEqual(content.links, [{ title: "Map", url: "https://m.example" }]);
  });

  it("uses an adaptive card's fallback only when there is nothing else", () => {
    assert.equal(ofCard("adaptive", { fallbackText: "Sorry" }).text, "Sorry");
    assert.equal(ofCard("adaptive", { fallbackText: "Sorry", body: [{ text: "Hi" }] }).text, "Hi");
  });

  it("tells equal buttons of several cards apart", () => {
    const card = (title: string) =>
      toCard("hero", { title, buttons: [{ type: "imBack", title: "Buy", value: title }] });
    const { choices } = toContent(activity({ attachments: [card("Shoes"), card("Hats")] }));
    assert.deepEqual(choices, [
      { title: "Buy (Shoes)", value: "Shoes" },
      { title: "Buy (Hats)", value: "Hats" },
    ]);
  });

  it("survives cards of any shape", () => {
    let deep: unknown = { type: "TextBlock", text: "bottom" };
    for (let level = 0; level < 5_000; level++) deep = { type: "Container", items: [deep] };
    for (const content of [
      null,
      5,
      "x",
      [],
      { body: "x", buttons: [null, 5, []], images: {} },
      { body: [deep] },
    ]) {
      assert.equal(typeof ofCard("adaptive", content).text, "string");
    }
  });
});

describe("listed text", () => {
  it("numbers the choices and writes the links out", () => {
    const content: Content = {
      text: "Pick",
      textFormat: "plain",
      media: [],
      choices: [
        { title: "Red", value: "r" },
        { title: "Blue", value: "b" },
      ],
      links: [
        { title: "Shop", url: "https://a.example" },
        { title: "https://b.example", url: "https://b.example" },
      ],
    };
    assert.equal(toListedText(content), "Pick\n1. Red\n2. Blue\nShop: https://a.example\nhttps://b.example");
  });
});

describe("quoted message", () => {
  const quoted = (kind: "bot" | "agent", replyToId: string | undefined, lastInboundId?: string) =>
    toQuotedId(activity(replyToId === undefined ? {} : { replyToId }), {
      author: { kind },
      lastInboundId,
    } as SendContext);

  it("is what an agent chose, and of a bot only what is no longer the last", () => {
    assert.equal(quoted("agent", "m_1", "m_1"), "m_1");
    assert.equal(quoted("bot", "m_1", "m_1"), undefined);
    assert.equal(quoted("bot", "m_1", "m_2"), "m_1");
    assert.equal(quoted("agent", undefined, "m_1"), undefined);
    assert.equal(quoted("agent", "", "m_1"), undefined);
  });
});
