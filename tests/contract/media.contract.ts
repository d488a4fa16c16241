import assert from "node:assert/strict";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { MediaStore } from "../../src/core/media";

const HELLO = Buffer.from("hello, world");
const TRAVERSALS = ["../up", "a/b", "a\\b", "..", ".", "", "a.b", "%2e%2e", "a\u0000b", "x".repeat(300)];

const read = (opened: { stream: Readable } | undefined): Promise<Buffer> => {
  assert.ok(opened !== undefined);
  return buffer(opened.stream);
};

/** What every media driver must do: the contract of core/media.ts by example. */
export function mediaContract(
  name: string,
  open: () => Promise<{ media: MediaStore; close(): Promise<void> }>,
): void {
  describe(`media contract: ${name}`, function () {
    this.timeout(30_000);
    let media: MediaStore;
    let close: () => Promise<void>;

    before(async () => {
      ({ media, close } = await open());
    });
    after(() => close());

    const put = (id: string, content: Buffer = HELLO, more: { name?: string } = {}) =>
      media.put({ id, contentType: "text/plain", content, ...more });

    it("gives back what was put, with what is known of it", async () => {
      const info = { id: "m~One_1-x", contentType: "text/plain", bytes: 12, name: "héllo – 你好.txt" };
      assert.deepEqual(await put("m~One_1-x", HELLO, { name: "héllo – 你好.txt" }), info);
      assert.deepEqual(await media.info("m~One_1-x"), info);
      const opened = await media.open("m~One_1-x");
      assert.deepEqual(opened?.info, info);
      assert.deepEqual(await read(opened), HELLO);
    });

    it("keeps every byte of a large file", async () => {
      const content = Buffer.alloc(5 * 1024 * 1024 + 7, Buffer.from([0, 255, 10, 13, 128]));
      await put("m~large", content);
      assert.ok((await read(await media.open("m~large"))).equals(content));
    });

    it("has no name for a file without one", async () => {
      assert.equal("name" in (await put("m~noname")), false);
      assert.deepEqual(await media.info("m~noname"), {
        id: "m~noname",
        contentType: "text/plain",
        bytes: 12,
      });
    });

    it("keeps an empty file", async () => {
      assert.equal((await put("m~empty", Buffer.alloc(0))).bytes, 0);
      assert.equal((await read(await media.open("m~empty"))).length, 0);
    });

    it("gives parts, both ends inclusive and never beyond the end", async () => {
      await put("m~parts");
      const part = async (start: number, end: number) =>
        (await read(await media.open("m~parts", { start, end }))).toString();
      assert.equal(await part(0, 4), "hello");
      assert.equal(await part(7, 11), "world");
      assert.equal(await part(11, 11), "d");
      assert.equal(await part(7, 500), "world");
      assert.equal(await part(12, 20), "");
      const opened = await media.open("m~parts", { start: 0, end: 4 });
      assert.equal(opened?.info.bytes, 12);
      await read(opened);
    });

    it("has one file of an id, however often it is put, also at once", async () => {
      await Promise.all(Array.from({ length: 8 }, () => put("m~twice")));
      await put("m~twice");
      assert.deepEqual(await read(await media.open("m~twice")), HELLO);
    });

    it("does not mix up ids that differ little", async () => {
      await put("m~ab", Buffer.from("first"));
      await put("m~ac", Buffer.from("second"));
      assert.equal((await read(await media.open("m~ab"))).toString(), "first");
    });

    it("has nothing under an id that was never put", async () => {
      assert.equal(await media.info("m~never"), undefined);
      assert.equal(await media.open("m~never"), undefined);
    });

    it("deletes, and again without complaint", async () => {
      await put("m~gone");
      await media.delete("m~gone");
      assert.equal(await media.info("m~gone"), undefined);
      assert.equal(await media.open("m~gone"), undefined);
      await media.delete("m~gone");
    });

    it("finds and stores nothing under an id that is a path or none", async () => {
      for (const id of TRAVERSALS) {
        await assert.rejects(put(id), { code: "STORE_REFUSED" });
        assert.equal(await media.info(id), undefined);
        assert.equal(await media.open(id), undefined);
        await media.delete(id);
      }
    });
  });
}
