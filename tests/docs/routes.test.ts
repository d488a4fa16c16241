import assert from "node:assert/strict";
import { request } from "undici";
import { startTestApp, type TestApp } from "../support/startApp";
import { apiRoutes, read } from "./parts";

const toUrl = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

describe("docs/api.md and the running server", function () {
  this.timeout(30_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.stop());

  it("have the same routes below /api", async () => {
    const document = (await test.call<{ paths: Record<string, object> }>("admin", "GET", "/api/openapi.json"))
      .body;
    const served = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const told = apiRoutes().map(({ method, path }) => `${method} ${toUrl(path)}`);
    assert.deepEqual(served.sort(), told.sort());
  });

  it("have the same routes outside /api", async () => {
    const rows = [...read("docs/api.md").matchAll(/^\| (`(?:GET|POST)[^|]+) \|/gm)].map(
      ([, cell]) => cell ?? "",
    );
    const routes = rows
      .filter((cell) => !cell.includes("/api/"))
      .flatMap((cell) => [...cell.matchAll(/`([A-Z,]+) (\S+)`/g)])
      // Telephones exist only where accounts are simulated.
      .filter(([, , path]) => path !== "/phone");
    assert.ok(routes.length >= 6);
    for (const [, methods = "", path = ""] of routes) {
      const account = path.includes("facebook")
        ? "shop-fb"
        : path.includes("twitter")
          ? "shop-x"
          : "shop-twilio";
      for (const method of methods.split(",")) {
        const url = test.url + path.replace("{accountId}", account);
        const { statusCode, body } = await request(url, { method });
        await body.dump();
        assert.ok(statusCode !== 404 && statusCode !== 405, `${method} ${path}: ${statusCode}`);
      }
    }
  });
});
