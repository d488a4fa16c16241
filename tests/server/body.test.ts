import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { messageOf } from "../../src/core/errors";
import { readBody } from "../../src/server/body";

const LIMIT = 1024 * 1024;

describe("readBody", () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer((request, response) => {
      readBody(request, LIMIT).then(
        (body) => response.end(`${body.length} bytes`),
        (error: unknown) => {
          response.statusCode = 413;
          response.setHeader("Connection", "close");
          response.end(messageOf(error));
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** What is answered to a body of `count` chunks of `bytes` each. */
  async function send(count: number, bytes: number): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const chunk = `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`;
    socket.on("error", () => {});
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    socket.write(`${chunk.repeat(count)}0\r\n\r\n`);
    let said = "";
    for await (const part of socket) {
      said += String(part);
      if (/bytes$|ones\.$|MB\.$/.test(said)) break;
    }
    return said;
  }

  it("takes a body in the pieces that networks make", async () => {
    assert.match(await send(1_024, 1_024), /1048576 bytes/);
    assert.match(await send(10_400, 100), /1040000 bytes/);
    assert.match(await send(5_000, 1), /5000 bytes/);
  });

  it("does not read on when each byte comes alone", async () => {
    assert.match(await send(6_000, 1), /^HTTP\/1\.1 413 [\s\S]*too many pieces/);
  });

  it("does not read on when it is too long", async () => {
    assert.match(await send(1_025, 1_024), /^HTTP\/1\.1 413 [\s\S]*larger than 1 MB/);
  });
});
