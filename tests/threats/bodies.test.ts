import assert from "node:assert/strict";
import { callRoute } from "../support/callers";
import { CONVERSATION, routesOf } from "../support/deskRoutes";
import { openSession } from "../support/session";
import { startTestApp, type TestApp } from "../support/startApp";

const ADMIN = { authorization: "Bearer token-of-admin" };
const ANA = { authorization: "Bearer token-of-ana" };
/** One object of each of these kinds is in the usual configuration. */
const OBJECTS = ["agents/ana", "queues/general", "workstreams/sms", "flows/helper", "accounts/shop-fb"];
/** Written out, because a literal would set the prototype and not the key. */
const POLLUTING = JSON.parse(
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}',
) as object;
const nested = (head: string, depth: number): Buffer =>
  Buffer.from(`${head.repeat(depth)}1${(head.startsWith("{") ? "}" : "]").repeat(depth)}`);
const DEEP = [nested("[", 3_000), nested('{"text":', 3_000)];
const DEEPEST = [nested("[", 400_000), nested('{"fields":', 40_000)];

describe("hostile bodies", function () {
  this.timeout(60_000);
  let test: TestApp;
  let hers: string;

  const writing = () =>
    test.app.internals
      .addresses()
      .filter((address) => /^(POST|PUT|DELETE) \/api\/(?!messages)/.test(address));

  before(async () => {
    test = await startTestApp();
    hers = (await openSession(test, "sms")).conversationId;
  });
  after(() => test.stop());

  it("that name prototypes change no prototype, on any route", async () => {
    for (const address of writing())
      for (const body of [POLLUTING, { values: POLLUTING }, { fields: POLLUTING }, [POLLUTING]]) {
        const { status, text } = await callRoute(test, address, {
          headers: ADMIN,
          body,
          params: { id: hers },
        });
        assert.ok(status < 500, `${address}: ${status} ${text}`);
        assert.equal(({} as { polluted?: number }).polluted, undefined, address);
      }
  });

  it("that no route expects are refused in words that tell nothing of the inside", async () => {
    for (const address of writing())
      for (const body of [[], 1, "text", null, { id: { $ne: null } }, ...DEEP]) {
        const { status, text } = await callRoute(test, address, { headers: ADMIN, body });
        assert.ok(status < 500, `${address}: ${status} ${text}`);
        assert.doesNotMatch(text, /\bat \S+ \(|node_modules|\.[jt]s:\d|SQLITE|\/src\/|dist\//, address);
      }
  });

  it("that are nested to the limit of their size are refused like others", async () => {
    for (const body of DEEPEST) {
      const reply = await callRoute(test, "PUT /api/desk/presence", { headers: ANA, body });
      assert.equal(reply.status, 400);
    }
  });

  it("with a key too many are refused at the desk, and nothing happens", async () => {
    const before = await test.messages("ana", hers);
    for (const { address, body } of routesOf("seen", CONVERSATION)) {
      if (body === undefined || TAKE_NO_BODY.some((end) => address.endsWith(end))) continue;
      for (const more of [{ roles: ["admin"] }, { agentId2: "ana" }, { author: { kind: "customer" } }]) {
        const reply = await callRoute(test, address, {
          headers: ANA,
          params: { id: hers },
          body: { ...body, ...more },
        });
        assert.equal(reply.status, 400, `${address}: ${reply.text}`);
      }
    }
    assert.deepEqual(await test.messages("ana", hers), before);
  });

  it("with a key too many are refused in settings", async () => {
    for (const object of OBJECTS) {
      const path = `/api/admin/${object}`;
      const { body, headers } = await test.call<Record<string, unknown>>("admin", "GET", path);
      const etag = String(headers.etag);
      const put = (value: object) =>
        callRoute(test, `PUT ${path}`, { headers: { ...ADMIN, "if-match": etag }, body: value });
      const refused = await put({ ...body, isRoot: true });
      assert.equal(refused.status, 400, `${object}: ${refused.text}`);
      assert.match(refused.text, /isRoot/);
      assert.equal((await put(body)).status, 200, object);
    }
  });

  it("cannot give an agent's own object another role by the desk", async () => {
    const { status } = await test.call("ana", "PUT", "/api/desk/presence", {
      presence: "available",
      roles: ["admin"],
    });
    assert.equal(status, 400);
    const { body } = await test.call<{ roles: string[] }>("ana", "GET", "/api/desk/me");
    assert.deepEqual(body.roles, ["agent"]);
  });
});

/** What they are sent is not looked at. */
const TAKE_NO_BODY = ["/typing", "/read", "/pick", "/open", "/release", "/end"];
