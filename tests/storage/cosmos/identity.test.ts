import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { systemClock } from "../../../src/core/clock";
import { type CosmosDouble, startCosmosDouble } from "../../support/cosmosDouble/double";
import { createSelfSigned } from "../../support/selfSigned";
import { DATABASE } from "./support";

/** Gives tokens as App Service does ("How to use managed identities for App Service": REST endpoint reference). */
async function startIdentity(asked: URLSearchParams[]): Promise<Server> {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? "", "http://here").searchParams;
    asked.push(query);
    const known = request.headers["x-identity-header"] === "a secret of the machine";
    response.writeHead(known ? 200 : 401, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        access_token: "a-token",
        expires_on: String(Math.floor(Date.now() / 1000) + 86_400),
        resource: query.get("resource"),
        token_type: "Bearer",
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("cosmos store: managed identity", function () {
  this.timeout(30_000);
  let double: CosmosDouble;
  let identity: Server;
  let client: ChildProcess | undefined;
  const asked: URLSearchParams[] = [];
  const { key, cert } = createSelfSigned();

  before(async () => {
    double = await startCosmosDouble({ clock: systemClock, database: DATABASE, tls: { key, cert } });
    identity = await startIdentity(asked);
  });
  afterEach(() => {
    client?.kill();
  });
  after(async () => {
    identity.close();
    await double.close();
  });

  /** A server of its own; gives its next line. */
  function start(): () => Promise<string> {
    const { port } = identity.address() as AddressInfo;
    client = spawn(process.execPath, [join(__dirname, "identityClient.js"), double.url, "client-1"], {
      env: {
        PATH: process.env.PATH,
        CA: cert,
        IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/token`,
        IDENTITY_HEADER: "a secret of the machine",
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface(client.stdout as NodeJS.ReadableStream);
    return async () => String((await once(lines, "line"))[0]);
  }

  it("signs in over https, says what is wrong when its role goes, and goes on when it is back", async () => {
    double.account.access.tokens.add("a-token");
    const line = start();
    assert.equal(await line(), "open");
    assert.equal(asked[0]?.get("client_id"), "client-1");
    assert.equal(`${asked[0]?.get("resource")}/`, double.url);
    const write = async () => {
      const next = line();
      client?.stdin?.write("write\n");
      return next;
    };
    assert.equal(await write(), "written true");
    double.account.access.tokens.clear();
    assert.match(await write(), /^STORE_UNAVAILABLE .*refuses us \(403\).*Data Contributor/);
    double.account.access.tokens.add("a-token");
    assert.equal(await write(), "written true");
  });

  it("does not start without the role", async () => {
    double.account.access.tokens.clear();
    assert.match(await start()(), /^STORE_DENIED .*Data Contributor/);
  });
});
