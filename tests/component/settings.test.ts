import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { facebook } from "../../src/adapters/facebook";
import { sms } from "../../src/adapters/sms";
import { twitter } from "../../src/adapters/twitter";
import { whatsapp } from "../../src/adapters/whatsapp";
import { ADAPTERS, accountFieldsOf, instanceFieldsOf } from "../../src/component/channels";
import { readAccount } from "../../src/component/settings";
import { ROOT } from "../docs/parts";

const FACEBOOK = {
  applicationId: 1000,
  applicationSecret: " app-secret ",
  verifyToken: "verify",
  pages: [{ pageId: "2000", pageAccessToken: "EAA" }],
};
const TWILIO = {
  publicUrl: "https://bots.example/",
  accountSid: "AC00000000000000000000000000000001",
  authToken: "token",
  numbers: [
    { channel: "sms", number: "14252306549", messagingServiceSid: "" },
    { channel: "whatsapp", number: "whatsapp:+1 415 523 8886", name: "Shop" },
  ],
};

describe("settings of the component", () => {
  it("give each channel its account, as Composer writes them: all in one place", () => {
    const settings = { ...FACEBOOK, ...TWILIO, route: "facebook", $kind: "Switchboard.Facebook" };
    const account = readAccount(settings, facebook.definition);
    assert.deepEqual(account?.secrets, { applicationSecret: ["app-secret"], verifyToken: ["verify"] });
    assert.equal(account?.values.applicationId, "1000");
    assert.deepEqual(account?.publicUrls, []);
    assert.deepEqual(
      account?.instances.map(({ externalId, name, secrets }) => [externalId, name, secrets]),
      [["2000", "2000", { pageAccessToken: ["EAA"] }]],
    );
    assert.deepEqual(readAccount(settings, twitter.definition), undefined);
    const numbers = [sms, whatsapp].map(({ definition }) => readAccount(settings, definition)?.instances[0]);
    assert.deepEqual(
      numbers.map((number) => [number?.channel, number?.externalId, number?.name, number?.values]),
      [
        ["sms", "+14252306549", "+14252306549", {}],
        ["whatsapp", "+14155238886", "Shop", {}],
      ],
    );
    const twilio = readAccount(settings, sms.definition);
    assert.deepEqual(twilio?.publicUrls, ["https://bots.example"]);
    assert.equal(twilio?.values.statusCallback, "off");
    assert.equal(twilio?.apiUrl, undefined);
  });

  it("take lists as objects too, keyed by the ids", () => {
    const pages = { "2000": { pageAccessToken: "EAA" }, "0": { pageId: "2001", pageAccessToken: "EAB" } };
    const account = readAccount({ ...FACEBOOK, pages }, facebook.definition);
    assert.deepEqual(account?.instances.map(({ externalId }) => externalId).sort(), ["2000", "2001"]);
  });

  it("know what is left out: the API of X", () => {
    const handles = [{ userId: "3000", accessToken: "a", accessTokenSecret: "b" }];
    const account = readAccount({ consumerKey: "k", consumerSecret: "s", handles }, twitter.definition);
    assert.equal(account?.values.apiFlavor, "xaa");
  });

  for (const settings of [undefined, null, "x", {}, { pages: [] }, { pages: {} }, { pages: "2000" }])
    it(`make no adapter of ${JSON.stringify(settings)}`, () => {
      for (const { definition } of Object.values(ADAPTERS))
        assert.equal(readAccount(settings, definition), undefined);
    });

  it("tell every fault, and no secret", () => {
    const settings = {
      applicationId: "EAAsecret",
      graphVersion: "26",
      pages: [{ pageId: "" }, null, { pageId: { a: 1 }, pageAccessToken: "EAA" }],
    };
    assert.throws(
      () => readAccount(settings, facebook.definition),
      (error: Error & { code?: string; details?: string[] }) => {
        assert.equal(error.code, "CONFIG_INVALID");
        assert.deepEqual(
          error.details?.map((fault) => fault.split(" ")[0]),
          [
            "applicationId",
            "applicationSecret",
            "graphVersion",
            "pages[0].pageId",
            "pages[0].pageAccessToken",
            "pages[1].pageId",
            "pages[1].pageAccessToken",
            "pages[2].pageId",
          ],
        );
        assert.doesNotMatch(error.message, /EAAsecret/);
        return true;
      },
    );
  });

  it("tell the nearest right name of a misspelt one", () => {
    const settings = {
      ...FACEBOOK,
      ...TWILIO,
      graphVerison: "v26.0",
      pages: [{ ...FACEBOOK.pages[0], pageid: "1" }],
    };
    assert.throws(() => readAccount(settings, facebook.definition), {
      message: /graphVerison unknown key; did you mean "graphVersion"\?\n- pages\[0\]\.pageid .*"pageId"/,
    });
  });

  it("refuse a number of no channel", () => {
    for (const channel of [undefined, "", "mms", 3])
      assert.throws(
        () => readAccount({ ...TWILIO, numbers: [{ channel, number: "14252306549" }] }, sms.definition),
        { code: "CONFIG_INVALID", message: /numbers\[0\]\.channel must be "sms" or "whatsapp"/ },
      );
    assert.throws(() => readAccount({ ...TWILIO, publicUrl: "bots.example" }, sms.definition), {
      message: /publicUrl has another form/,
    });
  });

  it("have every field of the channels but those that only the server works with", () => {
    const left = Object.values(ADAPTERS).flatMap(({ definition }) => {
      const own = [...accountFieldsOf(definition), ...instanceFieldsOf(definition)].map(({ name }) => name);
      const all = [...definition.accountFields, ...definition.instance.fields].map(({ name }) => name);
      return all.filter((name) => !own.includes(name));
    });
    assert.deepEqual([...new Set(left)].sort(), [
      "agentAttachments",
      "customerAttachments",
      "environmentName",
      "humanAgentTag",
    ]);
  });

  it("stand in docs/component.md, all of them", () => {
    const page = readFileSync(path.join(ROOT, "docs", "component.md"), "utf8");
    for (const [kind, { definition }] of Object.entries(ADAPTERS)) {
      const { listKey, idField } = definition.instance;
      const fields = [...accountFieldsOf(definition), ...instanceFieldsOf(definition)].map(
        ({ name }) => name,
      );
      const row = page.split("\n").find((line) => line.startsWith(`| \`${kind}\` |`)) ?? "";
      for (const name of [listKey, idField, ...fields])
        assert.ok(row.includes(`\`${name}\``), `${kind}: ${name}`);
    }
  });

  it("of the example in docs/component.md lack only the secret", () => {
    const page = readFileSync(path.join(ROOT, "docs", "component.md"), "utf8");
    const [example = ""] = [...page.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, text]) => text ?? "");
    const { switchboard } = JSON.parse(example);
    assert.throws(
      () => readAccount(switchboard, whatsapp.definition),
      ({ details }: { details?: string[] }) => details?.length === 1 && /^authToken/.test(details[0] ?? ""),
    );
    assert.equal(readAccount({ ...switchboard, authToken: "t" }, whatsapp.definition)?.instances.length, 1);
  });
});
