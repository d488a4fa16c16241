import assert from "node:assert/strict";
import { listTemplates } from "../../../src/adapters/twilio/templates";
import type { HttpResponse } from "../../../src/core/channel";
import { buildAccount } from "./account";

/** Lists templates out of these pages, and keeps the paths asked for. */
async function list(...pages: unknown[]) {
  const asked: string[] = [];
  const call = async (_account: unknown, { path }: { path: string }): Promise<HttpResponse> => {
    const body = pages[asked.length];
    asked.push(path);
    return { status: 200, headers: {}, body: typeof body === "string" ? body : JSON.stringify(body) };
  };
  return { templates: await listTemplates(call, buildAccount()), asked };
}
const content = (over: Record<string, unknown> = {}) => ({
  sid: "HX1",
  friendly_name: "order",
  language: "en",
  variables: { "2": "10042", "1": "Anna" },
  types: { "twilio/text": { body: "Hello {{1}}, order {{2}}." } },
  approval_requests: { status: "approved", rejection_reason: "" },
  ...over,
});
const first = async (over: Record<string, unknown>) =>
  (await list({ contents: [content(over)] })).templates[0];

describe("Twilio listTemplates", () => {
  it("reads one with its variables in order", async () => {
    assert.deepEqual(await first({}), {
      id: "HX1",
      name: "order",
      language: "en",
      text: "Hello {{1}}, order {{2}}.",
      variables: [
        { name: "1", sample: "Anna" },
        { name: "2", sample: "10042" },
      ],
      approved: true,
    });
  });
  it("turns pages, but never to another host or twice to the same", async () => {
    const next = (path: string) => ({ next_page_url: `https://evil.example${path}` });
    const { templates, asked } = await list(
      { contents: [content()], meta: next("/v1/ContentAndApprovals?Page=1") },
      { contents: [content({ sid: "HX2" })], meta: next("/v1/ContentAndApprovals?PageSize=50") },
    );
    assert.deepEqual(
      templates.map(({ id }) => id),
      ["HX1", "HX2"],
    );
    assert.deepEqual(asked, ["/v1/ContentAndApprovals?PageSize=50", "/v1/ContentAndApprovals?Page=1"]);
  });
  it("says why one may not be sent", async () => {
    const reasonOf = async (approval_requests: unknown) => {
      const template = await first({ approval_requests });
      return `${template?.approved} ${template?.reason}`;
    };
    assert.equal(await reasonOf({ status: "rejected", rejection_reason: "Too loud." }), "false Too loud.");
    assert.equal(await reasonOf({ status: "pending" }), "false WhatsApp has not decided yet.");
    assert.match(await reasonOf({ status: "paused" }), /^false WhatsApp paused it/);
    assert.equal(await reasonOf(null), "false Not submitted to WhatsApp for approval.");
    assert.equal(await reasonOf({ status: "constructor" }), "false WhatsApp's status: constructor.");
    assert.equal(await reasonOf([{ status: "pending" }, { status: "approved" }]), "true undefined");
  });
  it("makes every kind readable", async () => {
    const textOf = async (types: unknown) => (await first({ types }))?.text;
    const body = "Shall we meet?";
    assert.equal(await textOf({ "twilio/media": { body, media: ["https://x.example/a.png"] } }), body);
    assert.equal(
      await textOf({ "twilio/quick-reply": { body, actions: [{ title: "Yes", id: "y" }] } }),
      `${body}\n[Yes]`,
    );
    assert.equal(
      await textOf({
        "twilio/list-picker": { body, button: "Choose", items: [{ item: "Monday", id: "m" }] },
      }),
      `${body}\n[Monday]`,
    );
    assert.equal(
      await textOf({
        "twilio/text": { body: "plain" },
        "whatsapp/card": { header_text: "Shop", body, footer: "Bye", actions: [{ title: "Call" }] },
      }),
      `Shop\n${body}\nBye\n[Call]`,
    );
    assert.equal(
      await textOf({ "twilio/carousel": { body, cards: [{ title: "A" }, { title: "B" }] } }),
      `${body}\nA\nB`,
    );
    assert.equal(await textOf({ "whatsapp/authentication": {} }), "");
  });
  it("finds variables that stand in the text alone", async () => {
    const types = { "twilio/text": { body: "{{ name }} and {{10}} and {{2}}" } };
    const template = await first({ variables: {}, types });
    assert.deepEqual(
      template?.variables.map(({ name }) => name),
      ["name", "2", "10"].sort((one, other) => Number(one) - Number(other) || 0),
    );
  });
  it("reads past what is none", async () => {
    const { templates } = await list({ contents: [null, 5, "x", [], {}, { sid: 7 }, content()] });
    assert.equal(templates.length, 1);
    for (const page of ["<html>", "[]", { contents: 5 }, { meta: { next_page_url: 5 } }]) {
      assert.deepEqual((await list(page)).templates, []);
    }
  });
});
