import assert from "node:assert/strict";
import type { SignedWebhook } from "../../adapters/shared/fakePlatform";
import type { MediaRequest } from "../../core/channel";
import { assertReadable, type ContractParts, onlyActivity, PICTURE, PNG } from "./parts";

const AT = Date.UTC(2026, 10, 21, 11, 59);

/** What a customer's app can say beside text arrives as something that a person can read. Registers tests. */
export function inboundShapesContract(parts: ContractParts): void {
  const { channel, customerId, lacks, probe } = parts;
  const { describe, it } = parts.suite;
  const receiveOne = (signed: SignedWebhook) => onlyActivity(parts.receive(signed));

  describe("inbound shapes", () => {
    if (!lacks.has("media")) {
      it("keeps a picture and its text together, and fetches the picture", async () => {
        const activity = onlyActivity(parts.say({ text: "Look at this", media: [PICTURE] }));
        assert.equal(activity.type, "message");
        assert.equal(activity.text, "Look at this");
        const [attachment, ...others] = activity.attachments ?? [];
        assert.equal(others.length, 0);
        assert.match(attachment?.contentType ?? "", /^image\//);
        assert.ok(attachment?.contentUrl);
        const request = await toMediaRequest(attachment.contentUrl);
        const answer = await fetch(request.url, { headers: { ...request.headers } });
        assert.equal(answer.status, 200);
        assert.deepEqual(Buffer.from(await answer.arrayBuffer()), PNG);
        if (Object.keys(request.headers).length > 0) {
          const denied = await fetch(request.url);
          await denied.arrayBuffer();
          assert.ok(denied.status === 401 || denied.status === 403, "the fake checks the credentials");
        }
      });
      it("takes a picture without text for a message", () => {
        const activity = onlyActivity(parts.say({ text: "", media: [PICTURE] }));
        assert.equal(activity.type, "message");
        assert.equal(activity.text ?? "", "");
        assert.equal(activity.attachments?.length, 1);
      });
      it("fetches nothing from a stranger's address", () => {
        const { mediaRequest } = parts.client();
        assert.ok(mediaRequest);
        for (const url of [
          "https://evil.example/a.png",
          "http://169.254.169.254/latest",
          "file:///etc/passwd",
          "not a url",
          `https://evil.example/?${new URL(parts.fake().url).host}`,
        ]) {
          assert.throws(
            () => mediaRequest(url, { account: parts.reachable(), instance: parts.instance }),
            { code: "CHANNEL_UNSUPPORTED" },
            url,
          );
        }
      });
    }
    if (!lacks.has("place")) {
      it("makes a place of a location", () => {
        const location = { latitude: 48.2104, longitude: 16.3655, name: "Café Central" };
        const activity = onlyActivity(parts.say({ text: "", location }));
        assert.equal(activity.type, "message");
        const place = (activity.entities ?? []).find(
          (entity) => (entity as { type?: unknown }).type === "GeoCoordinates",
        ) as { latitude: number; longitude: number } | undefined;
        assert.ok(place);
        assert.deepEqual([place.latitude, place.longitude], [48.2104, 16.3655]);
      });
    }
    if (!lacks.has("choice")) {
      it("gives a tapped choice its title as text and its payload as value", () => {
        const activity = onlyActivity(parts.say({ choice: { title: "Red", value: "colour=red" } }));
        assert.equal(activity.type, "message");
        assert.equal(activity.text, "Red");
        assert.equal(activity.value, "colour=red");
      });
    }
    if (!lacks.has("reply")) {
      it("knows what a reply answers", () => {
        const { id } = onlyActivity(parts.say({ text: "first" }));
        assert.ok(id);
        const activity = onlyActivity(parts.say({ text: "second", replyTo: id }));
        assert.equal(activity.text, "second");
        assert.equal(activity.replyToId, id);
      });
    }
    it("puts reactions, edits and unsent messages into words, each with a key of its own", () => {
      const { webhook } = parts.fake();
      const messageId = onlyActivity(parts.say({ text: "the message" })).id ?? "";
      const deed = { customerId, messageId };
      const signed: [type: string, webhook: SignedWebhook | undefined][] = [
        ["messageReaction", webhook.react?.({ ...deed, emoji: "❤️", at: AT })],
        ["messageReaction", webhook.react?.({ ...deed, at: AT + 1_000 })],
        ["messageReaction", webhook.react?.({ ...deed, emoji: "😆", at: AT + 2_000 })],
        ["messageUpdate", webhook.edit?.({ ...deed, text: "mended", at: AT + 3_000 })],
        ["messageUpdate", webhook.edit?.({ ...deed, text: "mended again", at: AT + 4_000 })],
        ["messageDelete", webhook.unsend?.({ ...deed, at: AT + 5_000 })],
      ];
      const keys = new Set<string>([messageId]);
      let count = 1;
      for (const [type, one] of signed) {
        if (one === undefined) continue;
        const activity = receiveOne(one);
        assert.equal(activity.type, type);
        assert.equal(activity.replyToId, messageId, type);
        assert.equal(activity.from.id, customerId);
        assert.equal(receiveOne(one).key, activity.key, "a repeat has the same key");
        assertReadable(activity);
        keys.add(activity.key);
        count++;
      }
      assert.equal(keys.size, count);
    });
    it("tells which reaction came or went, and the new text of an edit", () => {
      const { webhook } = parts.fake();
      const messageId = onlyActivity(parts.say()).id ?? "";
      const deed = { customerId, messageId, at: AT };
      if (webhook.react !== undefined) {
        assert.deepEqual(receiveOne(webhook.react({ ...deed, emoji: "❤️" })).reactionsAdded, [{ type: "❤️" }]);
        const gone = receiveOne(webhook.react(deed));
        assert.equal(gone.reactionsAdded, undefined);
        assert.equal(gone.reactionsRemoved?.length, 1);
      }
      if (webhook.edit !== undefined)
        assert.equal(receiveOne(webhook.edit({ ...deed, text: "mended" })).text, "mended");
    });
    if (probe.typing !== undefined) {
      it("never stores that somebody types", () => {
        const signed = parts.fake().webhook.typing?.({ customerId });
        assert.ok(signed);
        const [item, ...others] = parts.receive(signed);
        assert.equal(others.length, 0);
        assert.ok(item?.kind === "typing", item?.kind);
        assert.equal(item.customerId, customerId);
      });
    }
    it("gives a repeated delivery of any shape the same key", () => {
      const shapes = [
        { text: "a", media: lacks.has("media") ? [] : [PICTURE] },
        ...(lacks.has("place") ? [] : [{ text: "", location: { latitude: 1, longitude: 2 } }]),
        ...(lacks.has("choice") ? [] : [{ choice: { title: "Red", value: "r" } }]),
      ];
      for (const shape of shapes) {
        const signed = parts.fake().webhook.say({ customerId, text: "", ...shape });
        const activity = receiveOne(signed);
        assertReadable(activity);
        assert.equal(receiveOne(signed).key, activity.key);
        assert.equal(activity.channelId, channel.definition.id);
      }
    });
    it("learns the customer's name by the webhook or by asking, where the platform has names", async () => {
      const [item] = parts.say({ name: "Zoë Ode" });
      assert.ok(item?.kind === "activity");
      const { profile } = parts.client();
      if (item.profile?.name === undefined && profile === undefined) return;
      const context = { account: parts.reachable(), instance: parts.instance, customerId };
      const name = item.profile?.name ?? (await profile?.(context))?.name;
      assert.equal(name, "Zoë Ode");
    });
  });

  async function toMediaRequest(contentUrl: string): Promise<MediaRequest> {
    const client = parts.client();
    assert.ok(client.mediaRequest, "a channel with files says how to fetch them");
    const request = await client.mediaRequest(contentUrl, {
      account: parts.reachable(),
      instance: parts.instance,
    });
    const { origin, hostname } = new URL(request.url);
    const isNamed = request.hosts.some((host) =>
      host.startsWith(".") ? hostname.endsWith(host) : hostname === host,
    );
    assert.ok(isNamed || new URL(request.trustedOrigin ?? "http://none").origin === origin, request.url);
    return request;
  }
}
