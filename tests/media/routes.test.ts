import assert from "node:assert/strict";
import { get as httpGet } from "node:http";
import { connect } from "node:net";
import { request } from "undici";
import { silentLog } from "../../src/core/log";
import type { MediaStore } from "../../src/core/media";
import type { Principal } from "../../src/core/route";
import { mediaView } from "../../src/desk/contract";
import { openLocalMedia } from "../../src/media/local/localMedia";
import { mediaRoutes } from "../../src/media/routes";
import { createMediaUrls, type MediaUrls } from "../../src/media/signedUrls";
import { createMetrics } from "../../src/server/metrics";
import { createServer, type HttpServer } from "../../src/server/server";
import { createSignIn } from "../../src/signIn/signIn";
import { createTempFolder } from "../storage/support";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";
import { createSettings } from "../support/settings";

const MIB = 1024 * 1024;
const PUBLIC_URL = "https://desk.example";
const ANA = { authorization: "Bearer token-of-ana" };
const JPEG = Buffer.from("\xff\xd8\xff\xe0 0123456789", "latin1");

interface Options {
  method?: "GET" | "HEAD" | "POST" | "PUT";
  headers?: Record<string, string>;
  body?: Buffer | string;
}

describe("media routes", () => {
  let clock: ReturnType<typeof createFakeClock>;
  let media: MediaStore;
  let urls: MediaUrls;
  /** Who asked for what; the answer is what the test says. */
  let judged: string[];
  let isAllowed: boolean;
  let server: HttpServer;
  let origin: string;
  let remove: () => void;

  beforeEach(async () => {
    const { folder, remove: clean } = createTempFolder();
    remove = clean;
    clock = createFakeClock();
    judged = [];
    isAllowed = true;
    const mayRead = async ({ id }: Principal, mediaId: string, query: URLSearchParams) => {
      judged.push(`${id} ${mediaId} ${query.get("message")}`);
      return isAllowed;
    };
    media = await openLocalMedia({ folder, clock });
    urls = createMediaUrls({ secret: Buffer.alloc(32, 1), publicUrl: PUBLIC_URL, clock });
    const signIn = createSignIn({
      store: createMemoryStore(clock.now),
      settings: createSettings({ agents: [{ id: "ana", token: "env:ANA" }] }),
      agents: { find: async () => undefined, create: () => Promise.reject(new TypeError("not here")) },
      choice: { passwords: true, appService: false, roles: {} },
      production: false,
      demo: [],
      resolveSecret: async () => ["token-of-ana"],
      clock,
      log: silentLog,
      publicUrl: PUBLIC_URL,
    });
    server = createServer({
      receiver: {
        receive: async () => ({ status: 200 }),
        challenge: async () => ({ status: 200 }),
      },
      routes: [...signIn.routes(), ...mediaRoutes({ media, urls, mayRead })],
      signIn,
      pages: { find: () => undefined },
      metrics: createMetrics(),
      ready: async () => {},
      trustProxyHops: 0,
      providers: ["facebook", "twitter", "twilio"],
      version: "1",
      clock,
      log: silentLog,
    });
    origin = `http://127.0.0.1:${await server.listen(0, "127.0.0.1")}`;
  });
  afterEach(async () => {
    await server.close(1_000);
    remove();
  });

  const call = async (path: string, { method = "GET", headers = {}, body }: Options = {}) => {
    const reply = await request(origin + path, { method, headers, ...(body === undefined ? {} : { body }) });
    const bytes = Buffer.from(await reply.body.arrayBuffer());
    return {
      status: reply.statusCode,
      headers: reply.headers,
      bytes,
      json: () => JSON.parse(bytes.toString()) as { code: string; message: string },
    };
  };
  /** With the path as it is written: clients of a higher level resolve dots by themselves. */
  const statusOf = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const [host, port] = origin.slice("http://".length).split(":");
      httpGet({ host, port, path, headers: ANA }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      }).on("error", reject);
    });
  const put = (contentType = "image/jpeg", content = JPEG, name = "Grüße.jpg") =>
    media.put({ id: "m~1", contentType, content, name });
  const signed = (id: string, ttl?: number) => urls.urlOf(id, ttl).slice(PUBLIC_URL.length);
  const upload = (body: Buffer | string, more: Options & { query?: string } = {}) =>
    call(`/api/desk/media${more.query ?? ""}`, { method: "POST", body, headers: ANA, ...more });
  /** Ana's cookie after signing in at the browser. */
  const signIn = async (): Promise<string> => {
    const reply = await call("/api/session", { method: "POST", body: '{"token":"token-of-ana"}' });
    return String(reply.headers["set-cookie"]).split(";", 1)[0] ?? "";
  };

  describe("GET /media/{id}", () => {
    it("gives a platform the file, with headers under which it can do no harm", async () => {
      await put();
      const reply = await call(signed("m~1"));
      assert.equal(reply.status, 200);
      assert.deepEqual(reply.bytes, JPEG);
      const { date: _date, connection: _connection, "keep-alive": _alive, ...others } = reply.headers;
      const { "x-correlation-id": _id, ...headers } = others;
      assert.deepEqual(headers, {
        "content-type": "image/jpeg",
        "content-length": String(JPEG.length),
        etag: '"m~1"',
        "accept-ranges": "bytes",
        "cache-control": "private, max-age=3600",
        "content-disposition": "inline; filename=\"Gr__e.jpg\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.jpg",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      });
    });

    it("answers HEAD alike, without the bytes", async () => {
      await put();
      const reply = await call(signed("m~1"), { method: "HEAD" });
      assert.deepEqual(
        [reply.status, reply.headers["content-length"], reply.headers["content-type"], reply.bytes.length],
        [200, String(JPEG.length), "image/jpeg", 0],
      );
      assert.equal((await call("/media/m~1", { method: "HEAD" })).status, 403);
    });

    it("is 403 without a valid signature, whether there is such a file or not", async () => {
      await put();
      const good = signed("m~1");
      const replies = await Promise.all(
        [
          "/media/m~1",
          good.replace("m~1", "m~2"),
          good.replace(/exp=\d/, "exp=9"),
          `${good}x`,
          good.replace("sig=", "sig=A"),
          signed("m~1", -120),
          "/media/m~unknown",
        ].map((path) => call(path, { headers: ANA })),
      );
      for (const reply of replies) {
        assert.equal(reply.status, 403);
        assert.deepEqual(reply.json(), {
          code: "NOT_ALLOWED",
          message: "This address is not valid.",
          details: null,
        });
      }
    });

    it("is over with its time", async () => {
      await put();
      const path = signed("m~1", 60);
      assert.equal((await call(path)).headers["cache-control"], "private, max-age=60");
      clock.advance(60_000);
      assert.equal((await call(path)).status, 403);
    });

    it("is 404 for what was deleted", async () => {
      await put();
      const path = signed("m~1");
      await media.delete("m~1");
      assert.equal((await call(path)).status, 404);
    });

    it("finds nothing outside its folder", async () => {
      for (const id of [
        "..%2f..%2fetc%2fpasswd",
        "..",
        "%2e%2e",
        "..%5c..%5cx",
        "a%00b",
        "%2fetc%2fpasswd",
      ]) {
        const status = (await statusOf(`/media/${id}?exp=1&sig=x`)) ?? 0;
        assert.ok([302, 403, 404].includes(status), `${id}: ${status}`);
        assert.equal(await statusOf(`/api/desk/media/${id}`), 404, id);
      }
      // Even under our own signature.
      assert.equal((await call(signed("../../operator.json"))).status, 404);
    });
  });

  describe("gives parts:", () => {
    const part = (range: string, more: Record<string, string> = {}) =>
      call("/api/desk/media/m~1", { headers: { ...ANA, range, ...more } });

    it("the bytes that are asked for", async () => {
      await put();
      const reply = await part("bytes=5-8");
      assert.deepEqual([reply.status, reply.bytes.toString()], [206, "0123"]);
      assert.equal(reply.headers["content-range"], `bytes 5-8/${JPEG.length}`);
      assert.equal(reply.headers["content-length"], "4");
      assert.equal((await part("bytes=-2")).bytes.toString(), "89");
      assert.equal((await part("bytes=5-")).bytes.toString(), "0123456789");
    });

    it("416 beyond the end, the whole for several", async () => {
      await put();
      const beyond = await part("bytes=100-");
      assert.deepEqual([beyond.status, beyond.headers["content-range"]], [416, `bytes */${JPEG.length}`]);
      assert.equal((await part("bytes=0-1,3-4")).status, 200);
    });

    it("of the version that was begun, or the whole", async () => {
      await put();
      assert.equal((await part("bytes=5-8", { "if-range": '"m~1"' })).status, 206);
      assert.equal((await part("bytes=5-8", { "if-range": '"other"' })).status, 200);
    });

    it("nothing when the browser has it", async () => {
      await put();
      for (const known of ['"m~1"', 'W/"m~1"', '"x", "m~1"', "*"]) {
        const reply = await call("/api/desk/media/m~1", { headers: { ...ANA, "if-none-match": known } });
        assert.deepEqual([reply.status, reply.bytes.length], [304, 0]);
        assert.equal(reply.headers["cache-control"], "private, max-age=300");
      }
      assert.equal(
        (await call("/api/desk/media/m~1", { headers: { ...ANA, "if-none-match": '"x"' } })).status,
        200,
      );
    });

    it("a large file whole, and to one who leaves half-way", async () => {
      const content = Buffer.alloc(20 * MIB, "0123456789abcdef");
      await put("video/mp4", content);
      const leaving = await request(`${origin}/api/desk/media/m~1`, { headers: ANA });
      leaving.body.on("error", () => {});
      leaving.body.destroy();
      assert.ok((await call("/api/desk/media/m~1", { headers: ANA })).bytes.equals(content));
    });
  });

  describe("GET /api/desk/media/{id}", () => {
    it("is for who is signed in, by token or cookie", async () => {
      await put();
      assert.equal((await call("/api/desk/media/m~1")).status, 401);
      assert.equal((await call("/api/desk/media/m~1", { method: "HEAD" })).status, 401);
      assert.equal(
        (await call("/api/desk/media/m~1", { headers: { authorization: "Bearer x" } })).status,
        401,
      );
      assert.equal((await call("/api/desk/media/m~1", { headers: ANA })).status, 200);
      const cookie = await signIn();
      assert.deepEqual((await call("/api/desk/media/m~1", { headers: { cookie } })).bytes, JPEG);
      assert.equal((await call("/api/desk/media/m~1", { method: "HEAD", headers: { cookie } })).status, 200);
    });

    it("is 404 for what is not theirs to see, as if it were not there, whatever is asked of it", async () => {
      await put();
      isAllowed = false;
      const unknown = await call("/api/desk/media/m~none", { headers: ANA });
      for (const more of [{}, { range: "bytes=0-1" }, { "if-none-match": "*" }] as Record<string, string>[]) {
        const reply = await call("/api/desk/media/m~1?message=in~1", { headers: { ...ANA, ...more } });
        assert.deepEqual([reply.status, reply.json()], [404, unknown.json()]);
        assert.equal(reply.headers["cache-control"], "no-store");
      }
      assert.equal((await call("/api/desk/media/m~1", { method: "HEAD", headers: ANA })).status, 404);
      assert.equal(judged[1], "ana m~1 in~1");
      // A platform has no eyes but its signed address.
      assert.equal((await call(signed("m~1"))).status, 200);
    });

    it("is not shown out of the browser's store to the next who signs in", async () => {
      await put();
      for (const headers of [ANA, { ...ANA, "if-none-match": '"m~1"' }])
        assert.equal((await call("/api/desk/media/m~1", { headers })).headers.vary, "Cookie, Authorization");
    });

    it("is 404 for what is unknown", async () => {
      assert.equal((await call("/api/desk/media/m~1", { headers: ANA })).status, 404);
    });

    it("shows pictures, sound, film and PDF in place and nothing else", async () => {
      for (const [type, how] of [
        ["image/png", "inline"],
        ["audio/ogg", "inline"],
        ["video/mp4", "inline"],
        ["application/pdf", "inline"],
        ["text/plain", "attachment"],
        ["text/vcard", "attachment"],
        ["application/octet-stream", "attachment"],
        // Never stored so by us; were one there, it would not be shown.
        ["text/html", "attachment"],
        ["image/svg+xml", "attachment"],
      ] as const) {
        await put(type);
        const reply = await call("/api/desk/media/m~1", { headers: ANA });
        assert.equal(String(reply.headers["content-disposition"]).split(";", 1)[0], how, type);
      }
    });
  });

  describe("POST /api/desk/media", () => {
    it("stores the body under an id of ours and tells what it is", async () => {
      const reply = await upload(JPEG, {
        query: "?name=..%2F%E4%BD%A0.jpg",
        headers: { ...ANA, "content-type": "text/plain" },
      });
      assert.equal(reply.status, 201);
      const view = mediaView.strict().parse(reply.json());
      assert.deepEqual(view, { id: view.id, contentType: "image/jpeg", bytes: JPEG.length, name: "你.jpg" });
      assert.match(view.id, /^u~[A-Za-z0-9_-]{27}~m~[A-Za-z0-9_-]{22}$/);
      assert.deepEqual((await call(signed(view.id))).bytes, JPEG);
      assert.notEqual(mediaView.parse((await upload(JPEG)).json()).id, view.id);
    });

    it("has no name for a file without one", async () => {
      assert.equal(mediaView.parse((await upload("hello")).json()).name, null);
    });

    it("serves a page, a drawing and a program as what is saved only", async () => {
      for (const [body, type] of [
        ["<!doctype html><script>alert(1)</script>", "text/html"],
        ["<html>", "image/png"],
        ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"],
        ["alert(1)", "text/javascript"],
        [Buffer.from("MZ\x90\0\x03", "latin1"), "image/png"],
      ] as const) {
        const stored = mediaView.parse(
          (await upload(body, { query: "?name=a.html", headers: { ...ANA, "content-type": type } })).json(),
        );
        for (const path of [signed(stored.id), `/api/desk/media/${stored.id}`]) {
          const { headers } = await call(path, { headers: ANA });
          assert.equal(headers["content-type"], "application/octet-stream");
          assert.equal(headers["content-disposition"], 'attachment; filename="a.html"');
          assert.equal(headers["x-content-type-options"], "nosniff");
        }
      }
    });

    it("takes bytes that look like JSON as they are", async () => {
      const reply = await upload('{"__proto__": broken', {
        headers: { ...ANA, "content-type": "application/json" },
      });
      assert.equal(reply.status, 201);
    });

    it("takes 25 MB, and not a byte more", async function () {
      this.timeout(20_000);
      const most = Buffer.alloc(25 * MIB, "x");
      assert.equal(mediaView.parse((await upload(most)).json()).bytes, 25 * MIB);
      for (const bytes of [25 * MIB + 1, 40 * MIB]) {
        const reply = await upload(Buffer.alloc(bytes, "x"));
        assert.deepEqual([reply.status, reply.json().code], [413, "INPUT_TOO_LARGE"]);
        assert.equal(reply.json().message, "The body is larger than 25 MB.");
      }
    });

    it("tells one who sends to the end before reading that it was too much", async () => {
      const socket = connect(Number(new URL(origin).port), "127.0.0.1").pause();
      const bytes = 30 * MIB;
      socket.write(`POST /api/desk/media HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n`);
      socket.write(`Authorization: ${ANA.authorization}\r\n\r\n`);
      await new Promise<void>((resolve, reject) => {
        socket.on("error", reject).write(Buffer.alloc(bytes, "x"), () => resolve());
      });
      const said: Buffer[] = await socket.resume().toArray();
      assert.match(Buffer.concat(said).toString(), /^HTTP\/1\.1 413 [\s\S]*larger than 25 MB/);
    });

    it("refuses an empty file", async () => {
      const reply = await upload("");
      assert.deepEqual([reply.status, reply.json().code], [400, "INPUT_INVALID"]);
    });

    it("is for who is signed in, and with a cookie from our own pages only", async () => {
      assert.equal((await upload(JPEG, { headers: {} })).status, 401);
      const cookie = await signIn();
      for (const [headers, status] of [
        [{}, 403],
        [{ "sec-fetch-site": "cross-site" }, 403],
        [{ "sec-fetch-site": "same-site", origin: PUBLIC_URL }, 403],
        [{ origin: "https://evil.example", "content-type": "text/plain" }, 403],
        [{ "sec-fetch-site": "same-origin" }, 201],
        [{ origin: PUBLIC_URL }, 201],
      ] as [Record<string, string>, number][])
        assert.equal((await upload(JPEG, { headers: { cookie, ...headers } })).status, status);
    });
  });

  it("stand in the OpenAPI document", async () => {
    const document = JSON.parse((await call("/api/openapi.json")).bytes.toString()) as {
      paths: Record<string, Record<string, { requestBody?: unknown; responses: Record<string, unknown> }>>;
    };
    const file = { "application/octet-stream": {} };
    assert.deepEqual(document.paths["/api/desk/media"]?.post?.requestBody, { required: true, content: file });
    for (const path of ["/media/{id}", "/api/desk/media/{id}"])
      assert.deepEqual(document.paths[path]?.get?.responses["200"], { description: "Done.", content: file });
  });
});
