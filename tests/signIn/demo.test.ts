import assert from "node:assert/strict";
import { buildBench, cookieOf } from "./bench";

const ask = (bench: ReturnType<typeof buildBench>, demo: string, headers = {}) =>
  bench.call("POST", "/api/session", { body: { demo }, headers });

describe("the demo's people", () => {
  it("are named to the sign-in page and come in by one click", async () => {
    const bench = buildBench({ demo: ["ana"] });
    const { body } = await bench.call("GET", "/api/session");
    const { demoPeople, ways } = body as { demoPeople: object[]; ways: { demo: boolean } };
    assert.equal(ways.demo, true);
    assert.deepEqual(demoPeople, [{ id: "ana", name: "Ana Silva", roles: ["agent"] }]);
    const cookie = cookieOf(await ask(bench, "ana"));
    assert.equal((await bench.identify({ cookie }))?.id, "ana");
    assert.ok(bench.audit().includes("signIn ana ana"));
  });

  it("are nobody outside the demo, and nobody else is one of them", async () => {
    const { body } = await buildBench().call("GET", "/api/session");
    assert.deepEqual((body as { demoPeople: object[] }).demoPeople, []);
    await assert.rejects(ask(buildBench(), "ana"), { code: "SIGN_IN_NEEDED" });
    await assert.rejects(ask(buildBench({ demo: ["ana"] }), "admin"), { code: "SIGN_IN_NEEDED" });
    await assert.rejects(ask(buildBench({ demo: ["gone"] }), "gone"), { code: "SIGN_IN_NEEDED" });
  });

  it("are not who a foreign page makes of somebody", async () => {
    const headers = { origin: "https://evil.example" };
    await assert.rejects(ask(buildBench({ demo: ["ana"] }), "ana", headers), { code: "NOT_ALLOWED" });
  });
});
