import assert from "node:assert/strict";
import type { FakeSent } from "../../adapters/shared/fakePlatform";
import type { Activity } from "../../core/activity";
import { ChannelError } from "../../core/errors";
import type { OutboundMedia } from "../../core/media";
import { type ContractParts, deliver, PNG, toOutboundMedia } from "./parts";

const textOf = (sent: readonly FakeSent[]): string => sent.map(({ text }) => text).join("\n");
const titlesOf = (sent: readonly FakeSent[]): string[] =>
  sent.flatMap(({ choices }) => (choices ?? []).map(({ title }) => title));

/** Everything that an agent or bot says reaches the customer somehow. Registers tests. */
export function outboundShapesContract(parts: ContractParts): void {
  const { channel } = parts;
  const { describe, it } = parts.suite;
  const { abilities } = channel.definition;
  const toMessage = (over: Partial<Activity>): Activity => ({ ...parts.toActivity(""), ...over });
  const toFile = (media: OutboundMedia) => ({
    contentType: media.contentType,
    contentUrl: `media:${media.id}`,
    ...(media.name === undefined ? {} : { name: media.name }),
  });
  const sendFile = (media: OutboundMedia, text: string) =>
    deliver(parts, toMessage({ text, attachments: [toFile(media)] }), {
      media: new Map([[`media:${media.id}`, media]]),
    });
  /** By the address that the platform fetches, or by its bytes where they are uploaded. */
  const hasFile = (sent: readonly FakeSent[], media: OutboundMedia) =>
    sent
      .flatMap((one) => one.media ?? [])
      .some(({ url, content }) => url === media.url || content?.equals(PNG) === true);

  describe("outbound shapes", () => {
    it("sends a picture and its text", async () => {
      const media = toOutboundMedia();
      const sent = await sendFile(media, "Here is the plan");
      assert.ok(textOf(sent).includes("Here is the plan"), textOf(sent));
      assert.ok(hasFile(sent, media) || (!abilities.attachments && textOf(sent).includes(media.url)));
    });
    it("sends a picture without text", async () => {
      const media = toOutboundMedia();
      const sent = await sendFile(media, "");
      assert.ok(hasFile(sent, media) || (!abilities.attachments && textOf(sent).includes(media.url)));
    });
    it("sends a file of any type, as a file or as a link", async () => {
      const media = toOutboundMedia({
        contentType: "application/x-drawing",
        name: "plan.dwg",
        url: "https://bots.example.com/media/m~1/plan.dwg",
      });
      const sent = await sendFile(media, "The drawing");
      assert.ok(textOf(sent).includes("The drawing"));
      assert.ok(hasFile(sent, media) || textOf(sent).includes(media.url), JSON.stringify(sent));
    });
    it("lets the text survive a file that is gone", async () => {
      const activity = toMessage({
        text: "The text",
        attachments: [{ contentType: "image/png", contentUrl: "media:gone" }],
      });
      assert.ok(textOf(await deliver(parts, activity)).includes("The text"));
    });
    it("says in words when nothing can be sent", () => {
      const activity = toMessage({ attachments: [{ contentType: "image/png", contentUrl: "media:gone" }] });
      assert.throws(
        () => channel.toRequests(activity, parts.toContext()),
        (error) => error instanceof ChannelError && !error.retryable && error.code === "CHANNEL_REFUSED",
      );
    });
    it("offers suggested actions as buttons or as a numbered list", async () => {
      for (const count of [2, 20]) {
        const actions = Array.from({ length: count }, (_, index) => ({
          title: `Colour ${index + 1}`,
          value: `c${index + 1}`,
        }));
        const sent = await deliver(parts, toMessage({ text: "Pick one", suggestedActions: { actions } }));
        const text = textOf(sent);
        assert.ok(text.includes("Pick one"));
        const buttons = titlesOf(sent);
        actions.forEach(({ title }, index) => {
          assert.ok(buttons.includes(title) || text.includes(`${index + 1}. ${title}`), `${title}: ${text}`);
        });
      }
    });
    it("loses nothing of a hero card", async () => {
      const card = {
        contentType: "application/vnd.microsoft.card.hero",
        content: {
          title: "Sourdough",
          subtitle: "Baked today",
          text: "From our own oven",
          images: [{ url: "https://cdn.example.com/bread.png" }],
          buttons: [
            { type: "imBack", title: "Buy it", value: "buy" },
            { type: "openUrl", title: "Recipe", value: "https://shop.example.com/recipe" },
          ],
        },
      };
      const sent = await deliver(parts, toMessage({ attachments: [card] }));
      const all = JSON.stringify(sent);
      for (const part of [
        "Sourdough",
        "Baked today",
        "From our own oven",
        "https://cdn.example.com/bread.png",
        "Buy it",
        "Recipe",
        "https://shop.example.com/recipe",
      ]) {
        assert.ok(all.includes(part), `${part}: ${all}`);
      }
    });
    it("shows no markdown marks that the platform does not draw", async () => {
      const text = "# Hello\n\nThis is **bold**, see [our shop](https://shop.example.com/a_b_c)";
      const shown = textOf(await deliver(parts, toMessage({ text, textFormat: "markdown" })));
      for (const word of ["Hello", "bold", "our shop", "https://shop.example.com/a_b_c"])
        assert.ok(shown.includes(word), shown);
      assert.ok(!shown.includes("**") && !shown.includes("](") && !shown.includes("# "), shown);
      // One pair of marks is how WhatsApp writes bold.
      assert.match(shown, /This is (\*?)bold\1, see/);
    });
    it("leaves plain text alone", async () => {
      const text = "2 * 3 * 4 = 24, _really_ [1](2)";
      assert.equal(textOf(await deliver(parts, toMessage({ text }))), text);
    });
    it("shows that somebody types exactly where it says so", async () => {
      const { signal } = parts.client();
      if (abilities.typing) assert.ok(signal);
      if (signal === undefined) return;
      const before = parts.fake().calls.length;
      const lastInboundId = (() => {
        const [item] = parts.say();
        return item?.kind === "activity" ? item.activity.id : undefined;
      })();
      const context = parts.toContext(lastInboundId === undefined ? {} : { lastInboundId });
      if (abilities.typing) {
        await signal("typing", context);
        assert.ok(parts.fake().calls.length > before);
      }
      await signal("read", context);
      assert.equal(parts.fake().sent.length, 0);
    });
    it("lists templates exactly where it says so", async () => {
      const { templates } = parts.client();
      assert.equal(templates !== undefined, abilities.templates);
      if (templates === undefined) return;
      const found = await templates({ account: parts.reachable(), instance: parts.instance });
      for (const template of found) assert.ok(template.id !== "" && template.text !== "");
    });
  });
}
