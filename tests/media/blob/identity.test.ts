import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { createTempFolder } from "../../storage/support";
import { type BlobDouble, startBlobDouble } from "../../support/blobDouble/blobDouble";
import { CERTIFICATE, CERTIFICATE_KEY } from "./certificate";

/** App Service's place to ask for tokens, as a server of our own; the double trusts what it gives. */
describe("openBlobMedia signs in", function () {
  this.timeout(30_000);
  let double: BlobDouble;
  let identity: Server;
  let asked: { query: Record<string, string>; secret: string | undefined }[];
  let folder: string;
  let remove: () => void;

  beforeEach(async () => {
    ({ folder, remove } = createTempFolder());
    asked = [];
    double = await startBlobDouble({ tls: { key: CERTIFICATE_KEY, cert: CERTIFICATE } });
    identity = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? "/", "http://identity");
      asked.push({
        query: Object.fromEntries(searchParams),
        secret: request.headers["x-identity-header"] as string | undefined,
      });
      const expires_on = Math.floor(Date.now() / 1000) + 3600;
      const token = { access_token: "token-of-the-identity", expires_on, token_type: "Bearer", resource: "" };
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(token));
    });
    await new Promise<void>((resolve) => identity.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    identity.closeAllConnections();
    await new Promise((resolve) => identity.close(resolve));
    await double.close();
    remove();
  });

  async function probe(clientId = ""): Promise<string> {
    const ca = path.join(folder, "ca.pem");
    writeFileSync(ca, CERTIFICATE);
    const { port } = identity.address() as AddressInfo;
    const script = path.join(__dirname, "identityProbe.js");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [script, `${double.origin}/account/media`, clientId],
      {
        env: {
          NODE_EXTRA_CA_CERTS: ca,
          IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/token`,
          IDENTITY_HEADER: "secret-of-the-machine",
        },
      },
    );
    return stdout;
  }

  it("with the managed identity that AZURE_CLIENT_ID names, once for all requests", async () => {
    double.tokens.add("token-of-the-identity");
    assert.equal(await probe("11111111-1111-1111-1111-111111111111"), "stored");
    assert.equal(double.blobs.get("m~1")?.content.toString(), "hello");
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.secret, "secret-of-the-machine");
    assert.equal(asked[0]?.query.resource, "https://storage.azure.com");
    assert.equal(asked[0]?.query.client_id, "11111111-1111-1111-1111-111111111111");
    for (const { authorization, query } of double.asked) {
      assert.equal(authorization, "Bearer token-of-the-identity");
      assert.equal(query.has("sig"), false);
    }
  });

  it("with the one of the machine when none is named", async () => {
    double.tokens.add("token-of-the-identity");
    assert.equal(await probe(), "stored");
    assert.equal(asked[0]?.query.client_id, undefined);
  });

  it("or does not start, and says why", async () => {
    assert.match(await probe(), /^MEDIA_URL: The container media at localhost:\d+ does not believe who/);
    identity.removeAllListeners("request");
    identity.on("request", (_request, response) => {
      response.statusCode = 400;
      response.end("{}");
    });
    assert.match(await probe(), /^MEDIA_URL: This server cannot sign in to Azure for the container media at/);
  });
});
