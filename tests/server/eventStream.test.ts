import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../src/core/clock";
import type { EventSink } from "../../src/core/route";
import { writeEventStream } from "../../src/server/eventStream";

interface Timer {
  delayMs: number;
  fire: () => void;
}

/** Fires nothing by itself. */
function manualClock(): Clock & { timers: Set<Timer> } {
  const timers = new Set<Timer>();
  return {
    timers,
    now: () => 0,
    after(delayMs, fire) {
      const timer = { delayMs, fire };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
}

describe("writeEventStream", () => {
  let server: Server;
  let clock: ReturnType<typeof manualClock>;
  let sink: EventSink;
  let stops: number;
  let served: ServerResponse;

  beforeEach(async () => {
    clock = manualClock();
    stops = 0;
    server = createServer((_, response) => {
      served = response;
      const stream = (given: EventSink) => {
        sink = given;
        return () => {
          stops += 1;
        };
      };
      writeEventStream(response, stream, { clock, headers: { "X-Extra": "yes" }, random: () => 0.5 });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function connect(): Promise<{
    reply: IncomingMessage;
    text: () => string;
    reads: (wanted: string) => Promise<void>;
  }> {
    const call = request({ port: (server.address() as AddressInfo).port, host: "127.0.0.1" }).end();
    call.on("error", () => undefined);
    const [reply] = (await once(call, "response")) as [IncomingMessage];
    reply.setEncoding("utf8");
    reply.on("error", () => undefined);
    let text = "";
    reply.on("data", (chunk: string) => {
      text += chunk;
    });
    const reads = async (wanted: string) => {
      while (!text.includes(wanted)) await once(reply, "data");
    };
    return { reply, text: () => text, reads };
  }

  it("answers as a stream that nobody keeps or buffers, and spreads the retry times", async () => {
    const { reply, reads } = await connect();
    await reads("retry: 1500\n\n");
    assert.equal(reply.statusCode, 200);
    assert.equal(reply.headers["content-type"], "text/event-stream; charset=utf-8");
    assert.equal(reply.headers["cache-control"], "no-store");
    assert.equal(reply.headers["x-accel-buffering"], "no");
    assert.equal(reply.headers.connection, "close");
    assert.equal(reply.headers["x-extra"], "yes");
  });

  it("writes events with id, name and one line of data", async () => {
    const { text, reads } = await connect();
    assert.equal(sink.send({ id: "7", data: { text: "two\nlines" } }), true);
    assert.equal(sink.send({ id: "8\ndata: forged", event: "offer", data: 1 }), true);
    await reads("data: 1\n\n");
    assert.ok(
      text().includes('id: 7\ndata: {"text":"two\\nlines"}\n\nid: 8data: forged\nevent: offer\ndata: 1\n\n'),
    );
  });

  it("beats every 15 seconds while open", async () => {
    const { text, reads } = await connect();
    for (let beat = 0; beat < 2; beat += 1) {
      const [timer] = clock.timers;
      assert.equal(timer?.delayMs, 15_000);
      clock.timers.clear();
      timer?.fire();
    }
    await reads(": beat\n\n: beat\n\n");
    assert.equal(text().match(/beat/g)?.length, 2);
    assert.equal(clock.timers.size, 1);
  });

  it("ends when its source closes it", async () => {
    const { reply } = await connect();
    const ended = once(reply, "end");
    sink.close();
    await ended;
    assert.equal(stops, 1);
    assert.equal(clock.timers.size, 0);
    assert.equal(sink.send({ data: 1 }), false);
  });

  it("stops its source when the client leaves", async () => {
    const { reply } = await connect();
    reply.destroy();
    await once(served, "close");
    assert.equal(stops, 1);
    assert.equal(clock.timers.size, 0);
    assert.equal(sink.send({ data: 1 }), false);
  });

  it("drops a client that does not read", async () => {
    const { reply } = await connect();
    reply.pause();
    const closed = once(served, "close");
    const big = "x".repeat(200_000);
    let sent = 0;
    while (sink.send({ data: big })) {
      sent += 1;
      assert.ok(sent < 1_000, "never dropped");
    }
    await closed;
    assert.equal(stops, 1);
    assert.equal(sink.send({ data: 1 }), false);
  });
});
