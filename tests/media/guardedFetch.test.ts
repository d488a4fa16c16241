import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect as netConnect } from "node:net";
import { gzipSync } from "node:zlib";
import type { MediaRequest } from "../../src/core/channel";
import { ChannelError } from "../../src/core/errors";
import { createGuardedFetch, type GuardedFetchOptions } from "../../src/media/guardedFetch";
import type { Target } from "../../src/media/guardedHop";
import { createFakeClock } from "../support/clock";

const MIB = 1024 * 1024;
const PUBLIC = "93.184.216.34";
const JPEG = Buffer.from("\xff\xd8\xff\xe0 a picture", "latin1");

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Not chained: where restify is loaded, `writeHead` gives nothing back. */
function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer = "",
): void {
  response.writeHead(status, headers);
  response.end(body);
}

describe("the guarded fetch", () => {
  let server: Server;
  let origin: string;
  let answer: Answer;
  let asked: { host: string; url: string; authorization: string | undefined }[];
  let targets: Target[];
  let looked: string[];
  let clock: ReturnType<typeof createFakeClock>;

  beforeEach(async () => {
    asked = [];
    targets = [];
    looked = [];
    clock = createFakeClock();
    answer = (_request, response) => send(response, 200, { "Content-Type": "image/jpeg" }, JPEG);
    server = createServer((request, response) => {
      const { host = "", authorization } = request.headers;
      asked.push({ host, url: request.url ?? "", authorization });
      response.on("error", () => {});
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Every host is public, and every connection ends at the test's server, which speaks for all of them. */
  const build = (more: Partial<GuardedFetchOptions> = {}) =>
    createGuardedFetch({
      clock,
      resolve: async (hostname) => {
        looked.push(hostname);
        return [PUBLIC];
      },
      connect: (target) => {
        targets.push(target);
        return netConnect((server.address() as AddressInfo).port, "127.0.0.1");
      },
      ...more,
    });
  const request = (url: string, more: Partial<MediaRequest> = {}): MediaRequest => ({
    url,
    headers: { Authorization: "Basic secret" },
    hosts: ["api.twilio.com", ".fbcdn.net"],
    ...more,
  });
  const get = (url: string, more?: Partial<MediaRequest>) => build()(request(url, more));
  const refusal = (message: RegExp) => ({
    name: "ChannelError",
    code: "CHANNEL_REFUSED",
    retryable: false,
    message,
  });
  const later = (message: RegExp) => ({
    name: "ChannelError",
    code: "CHANNEL_UNAVAILABLE",
    retryable: true,
    message,
  });
  const redirects = (to: Record<string, string>): Answer => {
    const file = answer;
    return (incoming, response) => {
      const location = to[`${incoming.headers.host}${incoming.url}`];
      if (location === undefined) file(incoming, response);
      else send(response, 302, { Location: location }, "elsewhere");
    };
  };

  it("gives the file with its type and name, and sends the credentials", async () => {
    answer = (incoming, response) => {
      assert.equal(incoming.headers["accept-encoding"], "identity");
      send(
        response,
        200,
        {
          "Content-Type": "image/jpeg",
          "Content-Disposition": 'inline; filename="../a.jpg"',
        },
        JPEG,
      );
    };
    assert.deepEqual(await get("https://api.twilio.com/Media/ME1?x=%20y"), {
      contentType: "image/jpeg",
      name: "a.jpg",
      content: JPEG,
    });
    assert.deepEqual(asked, [
      { host: "api.twilio.com", url: "/Media/ME1?x=%20y", authorization: "Basic secret" },
    ]);
    assert.deepEqual(targets, [{ hostname: "api.twilio.com", port: 443, secure: true, addresses: [PUBLIC] }]);
  });

  it("takes the name from the address when nobody tells it", async () => {
    assert.equal((await get("https://x.fbcdn.net/v/1/Caf%C3%A9.jpg?oh=1")).name, "Café.jpg");
    assert.equal("name" in (await get("https://x.fbcdn.net/v/ME1")), false);
  });

  it("does not believe a lying type", async () => {
    const typed = (type: string, body: string) => {
      answer = (_incoming, response) => send(response, 200, { "Content-Type": type }, body);
      return get("https://x.fbcdn.net/1");
    };
    assert.equal((await typed("image/jpeg", "%PDF-1.7")).contentType, "application/pdf");
    assert.equal(
      (await typed("image/png", "<html><script>1</script>")).contentType,
      "application/octet-stream",
    );
    assert.equal((await typed("text/html", "BEGIN:VCARD")).contentType, "application/octet-stream");
  });

  describe("connects to nobody for", () => {
    const foreign: [url: string, message: RegExp][] = [
      ["http://api.twilio.com/x", /not an https address/],
      ["ftp://api.twilio.com/x", /not an https address/],
      ["file:///etc/passwd", /not an https address/],
      ["https://evil.example/x", /not the platform's/],
      ["https://api.twilio.com.evil.example/x", /not the platform's/],
      ["https://evilfbcdn.net/x", /not the platform's/],
      ["https://api.twilio.com@evil.example/x", /not the platform's/],
      ["https://me:pw@api.twilio.com/x", /not the platform's/],
      ["https://api.twilio.com:8443/x", /not the platform's/],
      ["https://sub.api.twilio.com/x", /not the platform's/],
      ["https://127.0.0.1/x", /not the platform's/],
      ["https://2130706433/x", /not the platform's/],
      ["https://[::1]/x", /not the platform's/],
      ["no address", /cannot be read/],
      ["", /cannot be read/],
    ];
    for (const [url, message] of foreign)
      it(`${url || "an empty link"}`, async () => {
        await assert.rejects(get(url), refusal(message));
        assert.deepEqual([looked, targets], [[], []]);
      });

    for (const address of [
      "127.0.0.1",
      "10.1.2.3",
      "100.64.0.1",
      "169.254.169.254",
      "172.20.0.1",
      "192.168.0.1",
      "224.0.0.1",
      "0.0.0.0",
      "::",
      "::1",
      "::ffff:169.254.169.254",
      "fd00::1",
      "fe80::1",
    ])
      it(`a platform's name that leads to ${address}, alone or beside a public one`, async () => {
        for (const addresses of [[address], [PUBLIC, address], [address, PUBLIC]])
          await assert.rejects(
            build({ resolve: async () => addresses })(request("https://api.twilio.com/x")),
            refusal(/private address/),
          );
        assert.deepEqual(targets, []);
      });

    it("an address in the list of hosts that is private", async () => {
      for (const host of ["127.0.0.1", "[::1]", "169.254.169.254"])
        await assert.rejects(get(`https://${host}/x`, { hosts: [host] }), refusal(/private address/));
      assert.deepEqual([looked, targets], [[], []]);
    });
  });

  it("allows a suffix with all below it, in any case", async () => {
    for (const host of ["fbcdn.net", "scontent.xx.FBCDN.net", "API.twilio.com"])
      await get(`https://${host}/x`);
    assert.equal(targets.length, 3);
  });

  it("looks a name up once a stop and connects to what it checked, whatever the name means later", async () => {
    const answers = [[PUBLIC, "1.1.1.1"], ["127.0.0.1"]];
    await build({ resolve: async () => answers.shift() ?? [] })(request("https://api.twilio.com/x"));
    assert.deepEqual(targets[0]?.addresses, [PUBLIC, "1.1.1.1"]);
    assert.equal(answers.length, 1);
  });

  describe("follows redirects", () => {
    it("without the credentials once they lead elsewhere, and for good", async () => {
      answer = redirects({
        "api.twilio.com/1": "/2",
        "api.twilio.com/2": "https://x.fbcdn.net/3",
        "x.fbcdn.net/3": "https://api.twilio.com/4",
      });
      await get("https://api.twilio.com/1");
      assert.deepEqual(
        asked.map(({ host, url, authorization }) => [host + url, authorization]),
        [
          ["api.twilio.com/1", "Basic secret"],
          ["api.twilio.com/2", "Basic secret"],
          ["x.fbcdn.net/3", undefined],
          ["api.twilio.com/4", undefined],
        ],
      );
    });

    for (const [to, message] of [
      ["https://evil.example/x", /not the platform's/],
      ["//evil.example/x", /not the platform's/],
      ["http://api.twilio.com/x", /not an https/],
      ["https://127.0.0.1/x", /not the platform's/],
      ["file:///etc/passwd", /not an https/],
      ["https://[", /cannot be read/],
      ["", /cannot be read/],
    ] as const)
      it(`not to ${to || "nowhere"}`, async () => {
        answer = redirects({ "api.twilio.com/1": to });
        await assert.rejects(get("https://api.twilio.com/1"), refusal(message));
        assert.equal(targets.length, 1);
      });

    it("not to a platform's name that leads to a private address", async () => {
      answer = redirects({ "api.twilio.com/1": "https://x.fbcdn.net/2" });
      const resolve = async (name: string) => [name === "api.twilio.com" ? PUBLIC : "10.0.0.1"];
      await assert.rejects(
        build({ resolve })(request("https://api.twilio.com/1")),
        refusal(/private address/),
      );
      assert.equal(targets.length, 1);
    });

    it("not in a circle", async () => {
      answer = redirects({ "api.twilio.com/1": "/2", "api.twilio.com/2": "/1" });
      await assert.rejects(get("https://api.twilio.com/1"), refusal(/in a circle/));
      answer = redirects({ "api.twilio.com/1": "/1" });
      await assert.rejects(get("https://api.twilio.com/1"), refusal(/in a circle/));
    });

    it("four times, not five", async () => {
      const steps = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, n) => [`api.twilio.com/${n}`, `/${n + 1}`]));
      const file = answer;
      answer = redirects(steps(4));
      assert.deepEqual((await get("https://api.twilio.com/0")).content, JPEG);
      answer = file;
      answer = redirects(steps(5));
      await assert.rejects(get("https://api.twilio.com/0"), refusal(/too often/));
    });
  });

  describe("trusts an origin", () => {
    it("although it is private and has no TLS", async () => {
      const fetch = createGuardedFetch({ clock });
      const media = await fetch(request(`${origin}/x`, { trustedOrigin: origin }));
      assert.deepEqual(media.content, JPEG);
      assert.equal(asked[0]?.authorization, "Basic secret");
    });

    it("and nothing that it redirects to", async () => {
      const other = createServer((_incoming, response) => response.end("secret of this machine"));
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      const port = (other.address() as AddressInfo).port;
      for (const to of [`http://127.0.0.1:${port}/`, "http://169.254.169.254/latest/meta-data/"]) {
        answer = (_incoming, response) => send(response, 307, { Location: to });
        await assert.rejects(
          createGuardedFetch({ clock })(request(`${origin}/x`, { trustedOrigin: origin })),
          refusal(/not an https/),
        );
      }
      other.close();
    });

    it("only exactly", async () => {
      for (const trustedOrigin of [
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        "https://127.0.0.1",
        "nonsense",
        "",
      ])
        await assert.rejects(get(`${origin}/x`, { trustedOrigin }), refusal(/not an https/));
      assert.equal(targets.length, 0);
    });
  });

  describe("refuses", () => {
    it("40 MB by their length, before reading them", async () => {
      let sent = 0;
      answer = (_incoming, response) => {
        response.writeHead(200, { "Content-Length": 40 * MIB });
        response.write("x");
        sent += 1;
      };
      await assert.rejects(get("https://api.twilio.com/x"), refusal(/^The file is larger than 25 MB\.$/));
      assert.equal(sent, 1);
    });

    it("40 MB without a length, as soon as they are too many, and hangs up", async () => {
      const closed = new Promise<void>((resolve) => {
        answer = (_incoming, response) => {
          const piece = Buffer.alloc(64 * 1024, "x");
          const more = () => {
            while (!response.destroyed && response.write(piece));
          };
          response.on("drain", more).on("close", resolve);
          more();
        };
      });
      await assert.rejects(get("https://api.twilio.com/x"), refusal(/larger than 25 MB/));
      await closed;
    });

    it("one byte more than allowed, not exactly so many", async () => {
      const small = build({ maxBytes: 2 * MIB });
      answer = (_incoming, response) => response.end(Buffer.alloc(2 * MIB, "x"));
      assert.equal((await small(request("https://api.twilio.com/x"))).content.length, 2 * MIB);
      answer = (_incoming, response) => {
        response.write(Buffer.alloc(2 * MIB, "x"));
        response.end("x");
      };
      await assert.rejects(small(request("https://api.twilio.com/x")), refusal(/larger than 2 MB/));
    });

    it("a small archive that unpacks to a large file", async () => {
      const bomb = gzipSync(Buffer.alloc(40 * MIB));
      assert.ok(bomb.length < MIB);
      answer = (_incoming, response) => send(response, 200, { "Content-Encoding": "gzip" }, bomb);
      await assert.rejects(get("https://api.twilio.com/x"), refusal(/larger than 25 MB/));
      answer = (_incoming, response) => send(response, 200, { "Content-Encoding": "zstd" }, "x");
      await assert.rejects(get("https://api.twilio.com/x"), refusal(/packed/));
    });

    it("an empty file", async () => {
      answer = (_incoming, response) => send(response, 200, {});
      await assert.rejects(get("https://api.twilio.com/x"), refusal(/empty/));
    });

    for (const status of [204, 206, 300, 304, 400, 401, 403, 405, 410, 451])
      it(`an answer of ${status}`, async () => {
        answer = (_incoming, response) => send(response, status, {});
        await assert.rejects(get("https://api.twilio.com/x"), {
          ...refusal(/HTTP \d{3}/),
          platformCode: String(status),
        });
      });
  });

  it("unpacks what a store sends packed although nobody asked", async () => {
    answer = (_incoming, response) => send(response, 200, { "Content-Encoding": "gzip" }, gzipSync(JPEG));
    assert.deepEqual((await get("https://api.twilio.com/x")).content, JPEG);
  });

  describe("promises another try for", () => {
    for (const status of [404, 408, 425, 429, 500, 502, 503, 504])
      it(`an answer of ${status}`, async () => {
        answer = (_incoming, response) => send(response, status, { "Retry-After": "7" }, "no");
        await assert.rejects(get("https://api.twilio.com/x"), {
          ...later(/tried again/),
          platformCode: String(status),
          retryAfterMs: 7_000,
        });
      });

    it("a 404 that becomes 200", async () => {
      const file = answer;
      answer = (_incoming, response) => send(response, 404, {});
      await assert.rejects(get("https://api.twilio.com/x"), later(/404/));
      answer = file;
      assert.deepEqual((await get("https://api.twilio.com/x")).content, JPEG);
    });

    it("a file that breaks off", async () => {
      answer = (_incoming, response) => {
        response.writeHead(200, { "Content-Length": 100 });
        response.write("half");
        setImmediate(() => response.destroy());
      };
      await assert.rejects(get("https://api.twilio.com/x"), later(/broke/));
    });

    it("an archive that breaks off or is none", async () => {
      const packed = gzipSync(Buffer.alloc(1000, "abc"));
      for (const body of [packed.subarray(0, packed.length - 5), Buffer.from("not packed")]) {
        answer = (_incoming, response) => send(response, 200, { "Content-Encoding": "gzip" }, body);
        await assert.rejects(get("https://api.twilio.com/x"), later(/broke/));
      }
    });

    it("an archive whose connection breaks", async () => {
      answer = (_incoming, response) => {
        response.writeHead(200, { "Content-Encoding": "gzip" });
        response.write(gzipSync(Buffer.alloc(1000, "abc")).subarray(0, 12));
        setImmediate(() => response.destroy());
      };
      await assert.rejects(get("https://api.twilio.com/x"), later(/broke/));
    });

    it("a connection that is reset or refused", async () => {
      answer = (incoming) => incoming.socket.resetAndDestroy();
      await assert.rejects(get("https://api.twilio.com/x"), later(/broke/));
      const nobody = build({ connect: () => netConnect(1, "127.0.0.1") });
      await assert.rejects(nobody(request("https://api.twilio.com/x")), later(/broke/));
    });

    it("a name that is not found", async () => {
      for (const resolve of [async () => [], async () => Promise.reject(new Error("ENOTFOUND"))])
        await assert.rejects(
          build({ resolve })(request("https://api.twilio.com/x")),
          later(/cannot be found/),
        );
    });
  });

  describe("waits no longer than its time in all", () => {
    const expired = later(/^The file did not arrive within 30 s\. It is tried again\.$/);

    it("for a trickle that never stops", async () => {
      answer = (_incoming, response) => {
        response.writeHead(200);
        const drip = () => {
          if (response.destroyed) return;
          response.write(".");
          clock.advance(1_000);
          setImmediate(drip);
        };
        drip();
      };
      await assert.rejects(get("https://api.twilio.com/x"), expired);
    });

    it("for an answer", async () => {
      answer = () => clock.advance(30_000);
      await assert.rejects(get("https://api.twilio.com/x"), expired);
    });

    it("for a name", async () => {
      const resolve = () => {
        setImmediate(() => clock.advance(30_000));
        return new Promise<string[]>(() => {});
      };
      await assert.rejects(build({ resolve })(request("https://api.twilio.com/x")), expired);
      assert.deepEqual(targets, []);
    });

    it("over several redirects together", async () => {
      answer = (incoming, response) => {
        clock.advance(8_000);
        const n = Number(incoming.url?.slice(1));
        if (n < 4) send(response, 302, { Location: `/${n + 1}` });
        else response.end(JPEG);
      };
      await assert.rejects(get("https://api.twilio.com/0"), expired);
    });
  });

  it("throws nothing but ChannelErrors whatever the other side says", async () => {
    for (const raw of [
      "",
      "\r\n\r\n",
      "HTTP/9.9 999 x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
    ]) {
      answer = (incoming) => incoming.socket.end(raw);
      await assert.rejects(get("https://api.twilio.com/x"), (error) => error instanceof ChannelError);
    }
    await assert.rejects(
      get("https://api.twilio.com/x", { headers: { Authorization: "a\r\nb: c" } }),
      (error) => error instanceof ChannelError,
    );
  });
});
