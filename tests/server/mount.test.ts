import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createMount, type Handler, type MountedRoute } from "../../src/server/mount";
import { apiRoutes } from "../docs/parts";

const seen: unknown[] = [];
const route = (method: MountedRoute["method"], path: string): MountedRoute => ({
  method,
  path,
  handler: async (_request, _response, params) => void seen.push([method, path, params]),
});
const response = {} as ServerResponse;

async function take(routes: readonly MountedRoute[], method: string, url: string, more: object = {}) {
  const request = { method, url, readableDidRead: false, readableEnded: false, ...more };
  const found: Handler | undefined = createMount(routes)(request as unknown as IncomingMessage);
  await found?.(request as never, response, {});
  return found === undefined ? undefined : seen.pop();
}

describe("createMount", () => {
  const routes = [
    route("GET", "/api/:kind/:id"),
    route("GET", "/api/things/new"),
    route("PUT", "/api/:kind/:id"),
    route("GET", "/desk/*"),
  ];

  it("prefers what is written out, whatever was registered first", async () => {
    assert.deepEqual(await take(routes, "GET", "/api/things/new?a=/x"), ["GET", "/api/things/new", {}]);
    const params = { kind: "things", id: "a b" };
    assert.deepEqual(await take(routes, "GET", "/api/things/a%20b"), ["GET", "/api/:kind/:id", params]);
    const put = ["PUT", "/api/:kind/:id", { kind: "things", id: "new" }];
    assert.deepEqual(await take(routes, "PUT", "/api/things/new"), put);
    assert.deepEqual(await take(routes, "GET", "/desk/a/b"), ["GET", "/desk/*", {}]);
  });

  it("knows nothing of other paths", async () => {
    for (const url of [
      "/",
      "/api",
      "/api/things",
      "/api/things/a/b",
      "/api/things/",
      "/API/things/new",
      "/desk",
    ])
      assert.equal(await take(routes, "GET", url), undefined, url);
  });

  it("refuses what cannot be decoded, and a body that is gone", async () => {
    await assert.rejects(take(routes, "GET", "/api/things/%E0%A4%A"), { code: "INPUT_INVALID" });
    for (const more of [{ readableDidRead: true }, { readableEnded: true }])
      await assert.rejects(take(routes, "PUT", "/api/things/1", more), { code: "BODY_CONSUMED" });
    assert.ok(await take(routes, "GET", "/api/things/1", { readableDidRead: true }));
  });

  it("finds every route of the API, none behind another", async () => {
    const all = apiRoutes().map(({ method, path }) => route(method, path));
    assert.ok(all.length > 50);
    for (const { method, path } of all) {
      const [, found] = (await take(all, method, path.replace(/:\w+/g, "x1"))) as string[];
      assert.equal(found, path);
    }
  });
});
