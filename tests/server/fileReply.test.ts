import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { request } from "undici";
import { type Log, silentLog } from "../../src/core/log";
import { writeFile } from "../../src/server/fileReply";

describe("writeFile", () => {
  let server: Server;
  let url: string;
  let stream: Readable;
  let lines: object[];
  let written: Promise<void>;

  beforeEach(async () => {
    lines = [];
    const log: Log = { ...silentLog, warn: (fields) => void lines.push(fields) };
    server = createServer((_request, response) => {
      const file = { contentType: "image/png", bytes: 8, stream };
      written = writeFile(response, { status: 206, headers: { ETag: '"1"' }, file }, log);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("sends status, headers and bytes", async () => {
    stream = Readable.from([Buffer.from("1234"), Buffer.from("5678")]);
    const reply = await request(url);
    assert.equal(await reply.body.text(), "12345678");
    assert.deepEqual(
      [reply.statusCode, reply.headers["content-type"], reply.headers["content-length"], reply.headers.etag],
      [206, "image/png", "8", '"1"'],
    );
    await written;
    assert.deepEqual(lines, []);
  });

  it("cuts the connection when the file breaks off, and tells the log", async () => {
    stream = new Readable({
      read() {
        this.push("1234");
        this.destroy(new Error("EIO"));
      },
    });
    await assert.rejects(request(url).then((reply) => reply.body.text()));
    await written;
    assert.deepEqual(lines, [{ error: "EIO" }]);
  });

  it("closes the file when the client leaves, which is no fault", async () => {
    stream = new Readable({ read: () => {} });
    stream.push("1234");
    const reply = await request(url);
    reply.body.on("error", () => {}).destroy();
    await written;
    assert.ok(stream.destroyed);
    assert.deepEqual(lines, []);
  });
});
