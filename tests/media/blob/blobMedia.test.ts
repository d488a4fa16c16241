import assert from "node:assert/strict";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Clock } from "../../../src/core/clock";
import { type LogFields, silentLog } from "../../../src/core/log";
import type { MediaStore } from "../../../src/core/media";
import { openBlobMedia } from "../../../src/media/blob/blobMedia";
import { type BlobDouble, startBlobDouble } from "../../support/blobDouble/blobDouble";
import { createFakeClock, type FakeClock } from "../../support/clock";

const HELLO = Buffer.from("hello, world");
const FILE = { id: "m~1", contentType: "text/plain", name: "a.txt", content: HELLO };
const UNAVAILABLE = { name: "BlobStoreError", code: "STORE_UNAVAILABLE" };
const ROLE = /"Storage Blob Data Contributor"/;

const read = (opened: { stream: Readable } | undefined): Promise<Buffer> => {
  assert.ok(opened !== undefined);
  return buffer(opened.stream);
};

/** Waits for what real sockets do. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

/** Short waits are over at once and written down; long ones never end. */
function createImpatientClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => 0,
    after(delayMs, fire) {
      if (delayMs >= 15_000) return () => {};
      waits.push(delayMs);
      const timer = setImmediate(fire);
      return () => clearImmediate(timer);
    },
  };
}

describe("openBlobMedia", () => {
  let double: BlobDouble;
  let warned: LogFields[];
  beforeEach(async () => {
    double = await startBlobDouble();
    warned = [];
  });
  afterEach(() => double.close());

  const open = (clock: Clock = createFakeClock(), url = double.url): Promise<MediaStore> => {
    const log = { ...silentLog, warn: (fields: LogFields) => void warned.push(fields) };
    return openBlobMedia({ url, clock, log, production: false, retryDelayMs: 1 });
  };

  describe("at start", () => {
    it("asks whether it may write, and changes nothing", async () => {
      await open();
      assert.deepEqual(double.log, ["DELETE startup-check", "GET"]);
      assert.equal(double.blobs.size, 0);
    });

    it("stops where there is no container, with the cure", async () => {
      double.exists = false;
      await assert.rejects(open(), {
        name: "ConfigError",
        code: "SETTING_INVALID",
        message: `MEDIA_URL: There is no container media at ${new URL(double.url).host}. Create it (az storage container create --auth-mode login) or mend MEDIA_URL.`,
      });
    });

    it("stops where it may not write, with the role", async () => {
      double.fail("DELETE", { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" });
      await assert.rejects(open(), { name: "ConfigError", code: "SETTING_INVALID", message: ROLE });
    });

    it("stops where the signature is not believed, without showing it", async () => {
      const url = double.url.replace(/sig=.*/, "sig=other");
      await assert.rejects(open(undefined, url), (error: Error) => {
        assert.match(error.message, /does not believe who this server is/);
        return !error.message.includes("other") && !JSON.stringify(warned).includes("other");
      });
    });

    it("stops at a container that everybody may read", async () => {
      for (const access of ["blob", "container"]) {
        double.publicAccess = access;
        await assert.rejects(open(), { code: "SETTING_INVALID", message: /is open to everybody/ });
      }
    });

    it("goes on with a signature that may not ask about the container", async () => {
      double.fail("GET", { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" });
      await (await open()).put(FILE);
    });

    it("goes on while the storage is down, and works when it is back", async () => {
      double.fail("DELETE", { kind: "status", status: 503, code: "ServerBusy" }, 4);
      const media = await open();
      assert.deepEqual(
        warned.map(({ operation, status, code }) => [operation, status, code]),
        [["check", 503, "ServerBusy"]],
      );
      await media.put(FILE);
      await double.close();
      await open();
      double = await startBlobDouble();
    });
  });

  describe("keeps", () => {
    it("the type as the blob's own and the name where only ASCII may stand", async () => {
      await (await open()).put({ ...FILE, name: "Grüße \u202e你好.txt" });
      assert.deepEqual(double.blobs.get("m~1")?.headers, {
        "content-type": "text/plain",
        "content-disposition": "attachment",
        "cache-control": "no-store",
        "x-ms-meta-name": Buffer.from("Grüße \u202e你好.txt").toString("base64url"),
      });
    });

    it("hostile names and types as what they are: no headers", async () => {
      const media = await open();
      for (const name of [
        "a\r\nx-ms-access-tier: Archive",
        "\u0000",
        "💥".repeat(400),
        "\ud800",
        "a".repeat(9000),
      ]) {
        const info = await media.put({ ...FILE, name });
        assert.deepEqual(await media.info("m~1"), info);
        assert.equal(
          info.name?.startsWith(name.slice(0, 1).replace("\ud800", "\ufffd").replace("\ud83d", "💥")),
          true,
        );
      }
      for (const contentType of [
        "text/html\r\nx-ms-meta-a: 1",
        "",
        "täxt/plain",
        " text/plain",
        "x".repeat(400),
      ])
        assert.equal((await media.put({ ...FILE, contentType })).contentType, "application/octet-stream");
      assert.deepEqual(Object.keys(double.blobs.get("m~1")?.headers ?? {}).length, 4);
    });

    it("one request for each operation", async () => {
      const media = await open();
      await media.put(FILE);
      await media.info("m~1");
      assert.equal((await read(await media.open("m~1", { start: 0, end: 4 }))).toString(), "hello");
      await media.delete("m~1");
      assert.deepEqual(double.log.slice(2), ["PUT m~1", "HEAD m~1", "GET m~1", "DELETE m~1"]);
    });
  });

  describe("when Azure has a fault", () => {
    it("tries again what is throttled, broken or answered by something in between", async () => {
      for (const [method, fault] of [
        ["PUT", { kind: "status", status: 503, code: "ServerBusy" }],
        ["PUT", { kind: "status", status: 500, code: "OperationTimedOut" }],
        ["PUT", { kind: "status", status: 429, code: "TooManyRequests" }],
        ["HEAD", { kind: "status", status: 502 }],
        ["GET", { kind: "status", status: 504 }],
        ["PUT", { kind: "reset" }],
        ["PUT", { kind: "reset", afterwards: true }],
        ["GET", { kind: "reset" }],
        ["DELETE", { kind: "reset", afterwards: true }],
      ] as const) {
        const media = await open(createImpatientClock());
        double.fail(method, fault, 2);
        await media.put(FILE);
        assert.equal((await media.info("m~1"))?.bytes, HELLO.length);
        assert.deepEqual(await read(await media.open("m~1")), HELLO, JSON.stringify(fault));
        await media.delete("m~1");
        assert.equal(double.blobs.size, 0);
      }
      assert.deepEqual(warned, []);
    });

    it("waits as long as it is asked to, but not for ever", async () => {
      const clock = createImpatientClock();
      const media = await open(clock);
      const headers = { "retry-after": "7" };
      double.fail("PUT", { kind: "status", status: 429, code: "TooManyRequests", headers });
      await media.put(FILE);
      assert.deepEqual(clock.waits, [7_000]);
      double.fail("PUT", {
        kind: "status",
        status: 429,
        code: "TooManyRequests",
        headers: { "retry-after": "900" },
      });
      await media.put(FILE);
      assert.deepEqual(clock.waits, [7_000, 10_000]);
    });

    it("gives up after four tries, in words", async () => {
      const media = await open(createImpatientClock());
      for (const [status, code] of [
        [503, "ServerBusy"],
        [429, "TooManyRequests"],
      ] as const) {
        double.fail("HEAD", { kind: "status", status, code }, 4);
        await assert.rejects(media.info("m~1"), {
          ...UNAVAILABLE,
          message: new RegExp(
            `^The container media at .* is busy or has a fault \\(HTTP ${status} ${code}\\)\\.$`,
          ),
        });
        assert.equal(await media.info("m~1"), undefined);
      }
    });

    it("says which role is missing, and works again once it is given", async () => {
      const media = await open();
      for (const [method, work] of [
        ["PUT", () => media.put(FILE)],
        ["HEAD", () => media.info("m~1")],
        ["GET", () => media.open("m~1")],
        ["DELETE", () => media.delete("m~1")],
      ] as const) {
        double.fail(method, { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" });
        await assert.rejects(work, { ...UNAVAILABLE, message: ROLE });
        await work();
      }
      assert.deepEqual(warned[0], {
        operation: "put",
        status: 403,
        code: "AuthorizationPermissionMismatch",
        requestId: "00000000-0000-0000-0000-000000000001",
        container: `media at ${new URL(double.url).host}`,
        tries: 1,
      });
    });

    it("does not take a container that is gone, or a stranger's 404, for a file that is gone", async () => {
      const media = await open();
      await media.put(FILE);
      double.fail("HEAD", { kind: "status", status: 404 });
      await assert.rejects(media.info("m~1"), {
        ...UNAVAILABLE,
        message: /refuses what was asked \(HTTP 404\)/,
      });
      double.exists = false;
      for (const work of [() => media.put(FILE), () => media.info("m~1"), () => media.open("m~1")])
        await assert.rejects(work, { ...UNAVAILABLE, message: /There is no container media at/ });
      await assert.rejects(media.delete("m~1"), UNAVAILABLE);
    });

    it("gives up when nothing is answered", async () => {
      const clock = createFakeClock();
      const media = await open(clock);
      for (const [method, work, seconds] of [
        ["PUT", () => media.put(FILE), 120],
        ["HEAD", () => media.info("m~1"), 30],
        ["GET", () => media.open("m~1"), 30],
        ["DELETE", () => media.delete("m~1"), 30],
      ] as const) {
        double.fail(method, { kind: "silence" });
        const done = assert.rejects(work(), {
          ...UNAVAILABLE,
          message: new RegExp(`did not answer within ${seconds} s`),
        });
        await until(() => double.log.at(-1) === `${method} m~1`);
        clock.advance(seconds * 1000);
        await done;
      }
    });
  });

  describe("while a file comes", () => {
    const LARGE = Buffer.alloc(3_000_000, "0123456789");
    let clock: FakeClock;
    let media: MediaStore;
    beforeEach(async () => {
      clock = createFakeClock();
      media = await open(clock);
      await media.put({ ...FILE, content: LARGE });
    });
    const stream = async (range?: { start: number; end: number }) => {
      const opened = await media.open("m~1", range);
      assert.ok(opened !== undefined);
      return opened.stream;
    };

    it("never hands out a part as if it were the whole", async () => {
      for (const range of [undefined, { start: 1000, end: 2_000_000 }]) {
        double.fail("GET", { kind: "cut", bytes: 500_000 });
        await assert.rejects(buffer(await stream(range)), {
          ...UNAVAILABLE,
          message: /^A file broke off on its way from the container media at .*\(ECONNRESET\)\.$/,
        });
      }
    });

    it("gives up a file that stops coming", async () => {
      double.fail("GET", { kind: "silence", bytes: 500_000 });
      const reading = await stream();
      let seen = 0;
      const done = assert.rejects(
        async () => {
          for await (const part of reading) seen += (part as Buffer).length;
        },
        { ...UNAVAILABLE, message: /broke off on its way .*\(TIMEOUT\)/ },
      );
      await until(() => seen === 500_000);
      clock.advance(30_000);
      await done;
    });

    it("has patience with who reads slowly", async () => {
      const reading = await stream();
      const parts = reading[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
      const seen = [(await parts.next()).value as Buffer];
      await until(() => reading.readableLength >= reading.readableHighWaterMark);
      clock.advance(600_000);
      for await (const part of parts) seen.push(part);
      assert.ok(Buffer.concat(seen).equals(LARGE));
    });

    it("ends the connection when nobody reads on", async () => {
      const before = await double.connections();
      const reading = await stream();
      for await (const _part of reading) break;
      assert.ok(reading.destroyed);
      await until(async () => (await double.connections()) < Math.max(before, 1));
    });
  });
});
