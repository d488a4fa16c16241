import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { createGuardedFetch } from "../../src/media/guardedFetch";
import { connectTo, type Target } from "../../src/media/guardedHop";
import { createFakeClock } from "../support/clock";
import { CERTIFICATE, CERTIFICATE_KEY } from "./certificate";

const listen = (server: Server | NetServer): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );

describe("connectTo", () => {
  const address = (target: Target): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTo(target);
      socket.on("connect", () => {
        resolve(`${socket.remoteAddress}`);
        socket.destroy();
      });
      socket.on("error", reject);
    });

  it("goes to the given address, whatever the name means", async () => {
    const server = createNetServer((socket) => socket.on("error", () => {}));
    const port = await listen(server);
    // No resolver knows .invalid, and localhost is elsewhere for every resolver.
    assert.equal(
      await address({ hostname: "name.invalid", port, secure: false, addresses: ["127.0.0.1"] }),
      "127.0.0.1",
    );
    await assert.rejects(
      address({ hostname: "localhost", port, secure: false, addresses: ["127.255.255.254"] }),
    );
    server.close();
  });

  it("tries the next address when one does not answer", async () => {
    const server = createNetServer((socket) => socket.on("error", () => {}));
    const port = await listen(server);
    const addresses = ["::1", "127.0.0.1"];
    assert.equal(await address({ hostname: "name.invalid", port, secure: false, addresses }), "127.0.0.1");
    server.close();
  });
});

describe("the guarded fetch over TLS", () => {
  let server: Server;
  let port: number;
  let names: (string | false | undefined)[];
  let asked: number;

  beforeEach(async () => {
    names = [];
    asked = 0;
    server = createServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, (_request, response) => {
      asked += 1;
      response.end("the file");
    });
    server.on("connection", (socket) => socket.on("error", () => {}));
    server.on("secureConnection", (socket: { servername?: string | false }) => names.push(socket.servername));
    server.on("tlsClientError", () => {});
    port = await listen(server);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("hands nothing to a server whose certificate nobody vouches for", async () => {
    const fetch = createGuardedFetch({
      clock: createFakeClock(),
      resolve: async () => ["93.184.216.34"],
      connect: (target) => connectTo({ ...target, port, addresses: ["127.0.0.1"] }),
    });
    await assert.rejects(
      fetch({ url: "https://media.test/x", headers: { a: "secret" }, hosts: ["media.test"] }),
      {
        code: "CHANNEL_UNAVAILABLE",
        retryable: true,
      },
    );
    assert.equal(asked, 0);
  });

  it("fetches from one that is vouched for, under its own name alone", async function () {
    this.timeout(20_000);
    const folder = mkdtempSync(path.join(tmpdir(), "switchboard-tls-"));
    writeFileSync(path.join(folder, "ca.pem"), CERTIFICATE);
    // Node reads further authorities at its start only, hence a process of its own.
    const script = `
      const { createGuardedFetch } = require(${JSON.stringify(require.resolve("../../src/media/guardedFetch"))});
      const { connectTo } = require(${JSON.stringify(require.resolve("../../src/media/guardedHop"))});
      const { systemClock } = require(${JSON.stringify(require.resolve("../../src/core/clock"))});
      const fetch = createGuardedFetch({
        clock: systemClock,
        resolve: async () => ["93.184.216.34"],
        connect: (target) => connectTo({ ...target, port: ${port}, addresses: ["127.0.0.1"] }),
      });
      const hosts = ["media.test", "other.test"];
      const get = (host) => fetch({ url: "https://" + host + "/x", headers: {}, hosts })
        .then(({ content }) => content.toString(), ({ code, cause }) => code + " " + cause.code);
      (async () => console.log(await get("media.test") + ", " + (await get("other.test"))))();`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: path.join(folder, "ca.pem") },
    });
    rmSync(folder, { recursive: true });
    assert.equal(stdout.trim(), "the file, CHANNEL_UNAVAILABLE ERR_TLS_CERT_ALTNAME_INVALID");
    assert.equal(names[0], "media.test");
    assert.equal(asked, 1);
  });
});
