import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { silentLog } from "../../src/core/log";
import { createSignIn } from "../../src/server/signIn";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";
import { createSettings } from "../support/settings";

const MINUTE_MS = 60_000;
const AGENTS = [
  { id: "ana", token: "env:ANA" },
  { id: "ben", token: "env:GONE" },
  { id: "admin", roles: ["admin" as const], token: "env:ADMIN" },
];
const request = (headers: Record<string, string>, method = "GET") =>
  ({ method, headers }) as unknown as IncomingMessage;

function build(publicUrl = "https://desk.example") {
  const clock = createFakeClock();
  const store = createMemoryStore(clock.now);
  const settings = createSettings({ agents: AGENTS });
  const values: Record<string, string[]> = {
    "env:ANA": ["new-token", "old-token"],
    "env:ADMIN": ["admin-token"],
  };
  let resolved = 0;
  const signIn = createSignIn({
    store,
    settings,
    clock,
    publicUrl,
    log: silentLog,
    operatorToken: "operator-token",
    async resolveSecret(reference) {
      resolved += 1;
      const found = values[reference];
      if (found === undefined) throw new TypeError("no such secret");
      return found;
    },
  });
  const [start, stop] = signIn.routes();
  const call = (route: typeof start, headers: Record<string, string>, body?: unknown) =>
    route?.handle({ method: route.method, params: {}, query: new URLSearchParams(), headers, body });
  return {
    clock,
    store,
    settings,
    signIn,
    resolved: () => resolved,
    bearer: (token: string) => signIn.identify(request({ authorization: `Bearer ${token}` })),
    post: (body: unknown) => call(start, {}, body),
    remove: (cookie: string) => call(stop, { cookie }),
    /** Signs Ana in; her cookie. */
    async cookie(): Promise<string> {
      const reply = await call(start, {}, { token: "new-token" });
      return (reply?.headers?.["Set-Cookie"] ?? "").split(";", 1)[0] ?? "";
    },
  };
}

describe("bearer tokens", () => {
  it("lead to their agent, the old one too while it is being replaced", async () => {
    const bench = build();
    assert.deepEqual(await bench.bearer("new-token"), { id: "ana", name: "ana", roles: ["agent"] });
    assert.equal((await bench.bearer("old-token"))?.id, "ana");
    assert.deepEqual((await bench.bearer("admin-token"))?.roles, ["admin"]);
  });

  it("that are unknown, empty or oversized lead to nobody", async () => {
    const bench = build();
    for (const token of ["wrong", "", "x".repeat(501), "new-token extra"])
      assert.equal(await bench.bearer(token), undefined);
    assert.equal(await bench.signIn.identify(request({ authorization: "Basic new-token" })), undefined);
  });

  it("of this machine's operator make an admin", async () => {
    assert.deepEqual((await build().bearer("operator-token"))?.roles, ["admin"]);
  });

  it("are read once, and again after the settings changed", async () => {
    const bench = build();
    await Promise.all([bench.bearer("new-token"), bench.bearer("admin-token")]);
    assert.equal(bench.resolved(), 3);
    bench.settings.change({ agents: AGENTS.slice(1) });
    assert.equal(await bench.bearer("new-token"), undefined);
  });
});

describe("sessions", () => {
  it("begin with a cookie that only our own pages send, and scripts cannot read", async () => {
    const bench = build();
    const reply = await bench.post({ token: "new-token" });
    assert.equal(reply?.status, 204);
    assert.match(
      reply.headers?.["Set-Cookie"] ?? "",
      /^__Host-switchboard=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure$/,
    );
    assert.doesNotMatch(
      JSON.stringify(bench.store.all("leases")),
      new RegExp((reply.headers?.["Set-Cookie"] ?? "").slice(19, 62)),
      "the store does not know the cookie",
    );
  });

  it("over plain HTTP, in development, do without Secure", async () => {
    const reply = await build("http://localhost:3978").post({ token: "new-token" });
    assert.match(reply?.headers?.["Set-Cookie"] ?? "", /^switchboard=(?!.*Secure)/);
  });

  it("are refused for unknown tokens, the operator's, and what is no token", async () => {
    const bench = build();
    await assert.rejects(async () => bench.post({ token: "wrong" }), { code: "SIGN_IN_NEEDED" });
    await assert.rejects(async () => bench.post({ token: "operator-token" }), { code: "SIGN_IN_NEEDED" });
    for (const body of [undefined, null, {}, { token: 5 }, { token: "" }, { token: "x".repeat(501) }]) {
      await assert.rejects(async () => bench.post(body), { code: "INPUT_INVALID" });
    }
  });

  it("know whose cookie it is, among others", async () => {
    const bench = build();
    const cookie = await bench.cookie();
    assert.equal((await bench.signIn.identify(request({ cookie: `a=b; ${cookie}; c=d` })))?.id, "ana");
    assert.equal(await bench.signIn.identify(request({ cookie: `${cookie}x` })), undefined);
    assert.equal(await bench.signIn.identify(request({})), undefined);
  });

  it("end half an hour after the last request", async () => {
    const bench = build();
    const cookie = await bench.cookie();
    for (let i = 0; i < 3; i++) {
      bench.clock.advance(29 * MINUTE_MS);
      assert.equal((await bench.signIn.identify(request({ cookie })))?.id, "ana");
    }
    bench.clock.advance(30 * MINUTE_MS + 1);
    assert.equal(await bench.signIn.identify(request({ cookie })), undefined);
  });

  it("end after twelve hours, however busy", async () => {
    const bench = build();
    const cookie = await bench.cookie();
    for (let i = 0; i < 36; i++) {
      assert.equal((await bench.signIn.identify(request({ cookie })))?.id, "ana");
      bench.clock.advance(20 * MINUTE_MS);
    }
    bench.clock.advance(1);
    assert.equal(await bench.signIn.identify(request({ cookie })), undefined);
  });

  it("write that they were seen once a minute at most", async () => {
    const bench = build();
    const cookie = await bench.cookie();
    for (let i = 0; i < 10; i++) await bench.signIn.identify(request({ cookie }));
    assert.equal(bench.store.purposes.length, 1);
    bench.clock.advance(MINUTE_MS + 1);
    await Promise.all([1, 2].map(() => bench.signIn.identify(request({ cookie }))));
    assert.equal(bench.store.purposes.length, 2);
  });

  it("end when one signs out, or the agent is gone", async () => {
    const bench = build();
    const [one, two] = [await bench.cookie(), await bench.cookie()];
    const reply = await bench.remove(one);
    assert.match(reply?.headers?.["Set-Cookie"] ?? "", /Max-Age=0/);
    assert.equal(await bench.signIn.identify(request({ cookie: one })), undefined);
    assert.equal((await bench.signIn.identify(request({ cookie: two })))?.id, "ana");
    bench.settings.change({ agents: [] });
    assert.equal(await bench.signIn.identify(request({ cookie: two })), undefined);
  });

  describe("change things from our own pages only:", () => {
    const cases: [what: string, headers: Record<string, string>, allowed: boolean][] = [
      ["same-origin", { "sec-fetch-site": "same-origin" }, true],
      ["same-site", { "sec-fetch-site": "same-site" }, false],
      ["cross-site", { "sec-fetch-site": "cross-site" }, false],
      ["typed into the address bar", { "sec-fetch-site": "none" }, false],
      ["our own origin, from an old browser", { origin: "https://desk.example" }, true],
      ["a foreign origin", { origin: "https://evil.example" }, false],
      [
        "a foreign origin that claims ours",
        { "sec-fetch-site": "cross-site", origin: "https://desk.example" },
        false,
      ],
      ["neither header", {}, false],
    ];
    for (const [what, headers, allowed] of cases) {
      it(what, async () => {
        const bench = build();
        const cookie = await bench.cookie();
        const change = () => bench.signIn.identify(request({ cookie, ...headers }, "POST"));
        if (allowed) assert.equal((await change())?.id, "ana");
        else await assert.rejects(change(), { code: "NOT_ALLOWED" });
        assert.equal(
          (await bench.signIn.identify(request({ cookie, ...headers })))?.id,
          "ana",
          "reading is harmless",
        );
      });
    }

    it("a bearer token needs none of it", async () => {
      const bench = build();
      assert.equal(
        (
          await bench.signIn.identify(
            request({ authorization: "Bearer new-token", "sec-fetch-site": "cross-site" }, "POST"),
          )
        )?.id,
        "ana",
      );
    });
  });
});
