import assert from "node:assert/strict";
import { createFake, whatsapp } from "../../../src/adapters/whatsapp";
import type { Account } from "../../../src/core/channel";
import { buildAccount, buildInstance } from "../twilio/account";
import { CALLBACK_URL, type Console, checkOf, openConsole, statesOf } from "../twilio/connectContract";
import { checkTwilioRequest } from "../twilio/requests.schema";

const NUMBER = "+14252306549";
const numbersOf = (...externalIds: string[]) =>
  externalIds.map((externalId) => buildInstance("whatsapp", { id: `whatsapp~${externalId}`, externalId }));

describe("whatsapp connect", function () {
  this.timeout(10_000);
  let open: Console;
  const start = async (account: Account = buildAccount({ instances: numbersOf(NUMBER) })) => {
    open = await openConsole(whatsapp, createFake, account);
    return open;
  };
  afterEach(() => open.close());
  const isSenders = ({ path }: { path: string }) => path.startsWith("/v2/Channels/Senders");
  const senderBody = (over: Record<string, unknown> = {}) => ({
    meta: { next_page_url: null },
    senders: [
      {
        sid: `XE${"0".repeat(32)}`,
        sender_id: `whatsapp:${NUMBER}`,
        status: "ONLINE",
        offline_reasons: null,
        webhook: { callback_url: CALLBACK_URL, callback_method: "POST", fallback_url: CALLBACK_URL },
        ...over,
      },
    ],
  });

  it("says that a fresh sender has no webhook, sets it, and is content", async () => {
    await start();
    assert.deepEqual(statesOf(await open.validate()), [
      "token ok",
      "clock ok",
      "callbackUrl skipped",
      "sender ok",
      "webhook failed",
    ]);
    assert.deepEqual(statesOf(await open.register()), ["webhook ok"]);
    assert.deepEqual(statesOf(await open.validate()).slice(3), ["sender ok", "webhook ok"]);
    const call = open.fake.calls.find(({ method }) => method === "POST");
    assert.ok(call);
    checkTwilioRequest({ method: "POST", path: call.path, contentType: "application/json", body: call.body });
    assert.equal(call.headers["content-type"], "application/json");
  });
  it("looks at its own numbers only", async () => {
    await start(buildAccount({ instances: [...numbersOf(NUMBER), buildInstance("sms")] }));
    assert.ok(open.fake.calls.every(({ path }) => !path.includes("IncomingPhoneNumbers")));
    const ids = (await open.validate()).map(({ instanceId }) => instanceId).filter((id) => id !== undefined);
    assert.deepEqual([...new Set(ids)], [`whatsapp~${NUMBER}`]);
  });
  const states: [Record<string, unknown>, string, RegExp][] = [
    [{ status: "ONLINE:UPDATING" }, "sender ok", /online/],
    [
      { status: "OFFLINE", offline_reasons: [{ code: "63020", message: "The business is not verified." }] },
      "sender failed",
      /offline: The business is not verified\./,
    ],
    [
      { status: "PENDING_VERIFICATION", offline_reasons: [null, 5] },
      "sender failed",
      /pending verification$/,
    ],
    [{ webhook: { callback_url: "https://other.example" } }, "webhook failed", /other\.example/],
    [{ webhook: { callback_url: CALLBACK_URL, callback_method: "GET" } }, "webhook failed", /GET/],
    [{ webhook: { callback_url: CALLBACK_URL } }, "webhook warning", /no fallback URL/],
  ];
  for (const [over, state, words] of states) {
    it(`knows a sender with ${JSON.stringify(over)}`, async () => {
      await start();
      open.fake.behave({ status: 200, body: senderBody(over), match: isSenders });
      const check = checkOf(await open.validate(), state.split(" ")[0] ?? "");
      assert.equal(`${check.id} ${check.state}`, state);
      assert.match(check.text, words);
    });
  }
  it("asks for the sender itself when the list leaves its webhook out", async () => {
    await start();
    open.fake.behave({ status: 200, body: senderBody({ webhook: undefined }), match: isSenders });
    open.fake.behave({ status: 200, body: senderBody().senders[0], match: isSenders });
    assert.equal(checkOf(await open.validate(), "webhook").state, "ok");
  });
  it("turns pages", async () => {
    await start();
    const meta = {
      next_page_url: "https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp&Page=1",
    };
    open.fake.behave({ status: 200, body: { meta, senders: [] }, match: isSenders });
    assert.equal(checkOf(await open.validate(), "sender").state, "ok");
    assert.match(open.fake.calls.at(-1)?.path ?? "", /Page=1$/);
  });
  it("knows the sandbox, a missing country code and a foreign number", async () => {
    await start();
    const look = async (externalId: string) =>
      checkOf(await open.validate({ instances: numbersOf(externalId) }), "sender");
    const sandbox = await look("+14155238886");
    assert.equal(sandbox.state, "skipped");
    assert.ok(sandbox.cure?.includes(CALLBACK_URL));
    assert.equal((await look("+4252306549")).cure, `Write it as ${NUMBER}.`);
    assert.match((await look("0612345678")).text, /no country code/);
    assert.match((await look("+19995550000")).text, /no WhatsApp sender of the account/);
    assert.deepEqual(statesOf(await open.register({ instances: numbersOf("+19995550000") })), [
      "webhook failed",
    ]);
  });
  it("makes a failed check of a Twilio that fails", async () => {
    await start();
    open.fake.behave({ status: 500, match: isSenders });
    assert.equal(checkOf(await open.validate(), "sender").state, "failed");
  });
});
