import assert from "node:assert/strict";
import { connect as netConnect } from "node:net";
import { createGuardedPost, type GuardedPostOptions } from "../../src/media/guardedPost";
import { type Receiver, startReceiver, status } from "../contacts/webhooks/receiver";
import { createFakeClock } from "../support/clock";

describe("the guarded post", () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  const build = (more: Partial<GuardedPostOptions> = {}) => {
    const post = createGuardedPost({ clock: createFakeClock(), allowsPrivate: () => false, ...more });
    return (url: string) => post({ url, headers: { "x-a": "b" }, body: "{}", timeoutMs: 10_000 });
  };
  const at = (address: string): Partial<GuardedPostOptions> => ({
    resolve: async () => [address],
    connect: () => netConnect(Number(new URL(receiver.url).port), "127.0.0.1"),
  });
  const isRefused = { code: "WEBHOOK_UNDELIVERED", message: /private address.*SWITCHBOARD_WEBHOOK_HOSTS/ };

  it("reaches a public address with what it was given", async () => {
    const reply = await build(at("93.184.216.34"))("http://crm.example.com/hook");
    assert.deepEqual(reply, { status: 200 });
    assert.equal(receiver.received[0]?.headers.host, "crm.example.com");
    assert.equal(receiver.received[0]?.headers["x-a"], "b");
  });

  it("refuses private addresses, by name or number, unless their host is allowed", async () => {
    await assert.rejects(build()(receiver.url), isRefused);
    await assert.rejects(build(at("10.0.0.1"))("http://crm.example.com/"), isRefused);
    await assert.rejects(build(at("169.254.169.254"))("http://crm.example.com/"), isRefused);
    await assert.rejects(build()("http://[::1]:9/"), isRefused);
    assert.equal(receiver.received.length, 0);
    const allowed = build({ ...at("10.0.0.1"), allowsPrivate: ({ host }) => host === "crm.internal" });
    assert.equal((await allowed("http://crm.internal/")).status, 200);
    await assert.rejects(allowed("http://other.internal/"), isRefused);
  });

  it("refuses when one of several addresses is private", async () => {
    const mixed = build({ ...at(""), resolve: async () => ["93.184.216.34", "127.0.0.1"] });
    await assert.rejects(mixed("http://crm.example.com/"), isRefused);
  });

  it("gives a redirect back as it is, and says when to come again", async () => {
    receiver.answer = status(307, { location: "http://127.0.0.1:1/" });
    assert.equal((await build(at("93.184.216.34"))("http://crm.example.com/")).status, 307);
    receiver.answer = status(429, { "retry-after": "7" });
    assert.deepEqual(await build(at("93.184.216.34"))("http://crm.example.com/"), {
      status: 429,
      retryAfter: "7",
    });
  });

  it("says in words that a host cannot be found", async () => {
    const lost = build({ resolve: () => Promise.reject(new Error("ENOTFOUND")) });
    await assert.rejects(lost("http://nowhere.example.com/"), {
      code: "WEBHOOK_UNDELIVERED",
      message: /nowhere\.example\.com cannot be found/,
    });
  });
});
