import assert from "node:assert/strict";
import {
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { openLocalMedia } from "../../../src/media/local/localMedia";
import { createTempFolder } from "../../storage/support";
import { createFakeClock } from "../../support/clock";

const CONTENT = Buffer.from("content");
const file = (id: string) => ({ id, contentType: "text/plain", name: "a.txt", content: CONTENT });

describe("openLocalMedia", () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = createTempFolder());
  });
  afterEach(() => remove());

  /** All files below the media folder, as paths. */
  const files = () =>
    readdirSync(path.join(folder, "media"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));

  it("keeps files over a restart, in the data folder, readable by nobody else", async () => {
    await (await openLocalMedia({ folder })).put(file("m~1"));
    const again = await openLocalMedia({ folder });
    assert.deepEqual(await again.info("m~1"), {
      id: "m~1",
      contentType: "text/plain",
      bytes: 7,
      name: "a.txt",
    });
    const [stored = "", ...others] = files();
    assert.deepEqual(others, []);
    assert.match(path.relative(folder, stored), /^media[/\\][0-9a-f]{2}[/\\]m~1$/);
    if (process.platform !== "win32") assert.equal(statSync(stored).mode & 0o077, 0);
  });

  it("does not leave a file on the disk that begins like a page", async () => {
    const media = await openLocalMedia({ folder });
    await media.put({ id: "m~html", contentType: "text/html", content: Buffer.from("<html>") });
    assert.doesNotMatch(readFileSync(files()[0] ?? "", "latin1"), /^</);
  });

  it("puts the new content in place of the old while somebody reads", async () => {
    const media = await openLocalMedia({ folder });
    await media.put(file("m~1"));
    const opened = await media.open("m~1");
    await media.put({ ...file("m~1"), content: Buffer.from("other content") });
    assert.ok(opened !== undefined);
    assert.deepEqual(await buffer(opened.stream), CONTENT);
    assert.equal((await media.info("m~1"))?.bytes, 13);
  });

  it("says so when nothing can be written, and leaves no rest", async () => {
    const media = await openLocalMedia({ folder });
    await media.put(file("m~1"));
    const shard = path.dirname(files()[0] ?? "");
    rmSync(shard, { recursive: true });
    writeFileSync(shard, "in the way");
    await assert.rejects(media.put(file("m~1")), { name: "StoreError", code: "STORE_UNAVAILABLE" });
    await assert.rejects(media.info("m~1"), { code: "STORE_UNAVAILABLE" });
    rmSync(path.join(folder, "media", "unfinished"), { recursive: true });
    writeFileSync(path.join(folder, "media", "unfinished"), "");
    await assert.rejects(media.put(file("m~2")), { code: "STORE_UNAVAILABLE" });
  });

  it("does not start where it cannot write", async () => {
    writeFileSync(path.join(folder, "media"), "in the way");
    await assert.rejects(openLocalMedia({ folder }), { name: "StoreError", code: "STORE_UNAVAILABLE" });
  });

  it("hands out no damaged file", async () => {
    const media = await openLocalMedia({ folder });
    await media.put(file("m~1"));
    const stored = files()[0] ?? "";
    for (const damage of [
      () => truncateSync(stored, statSync(stored).size - 1),
      () => truncateSync(stored, 10),
      () => writeFileSync(stored, "something else that is long enough"),
      () => writeFileSync(stored, Buffer.concat([Buffer.from("SBmedia1\0\0\0\x05nojsonhere")])),
      () => writeFileSync(stored, ""),
    ]) {
      damage();
      await assert.rejects(media.open("m~1"), { code: "STORE_UNAVAILABLE", message: /damaged/ });
    }
  });

  it("clears what a crash left a day ago, and nothing younger", async () => {
    await openLocalMedia({ folder });
    const clock = createFakeClock();
    const left = (name: string, hoursAgo: number) => {
      const place = path.join(folder, "media", "unfinished", name);
      writeFileSync(place, "half");
      const at = clock.now() / 1000 - hoursAgo * 3600;
      utimesSync(place, at, at);
    };
    left("old", 25);
    left("young", 23);
    await openLocalMedia({ folder, clock });
    assert.deepEqual(readdirSync(path.join(folder, "media", "unfinished")), ["young"]);
  });
});
