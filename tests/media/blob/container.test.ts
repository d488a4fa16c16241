import assert from "node:assert/strict";
import { toPlace } from "../../../src/media/blob/container";

const production = { production: true, credential: false };
const development = { production: false, credential: false };

describe("toPlace", () => {
  it("takes the address of a container, and names it without its signature", () => {
    const { container, label } = toPlace("https://shop.blob.core.windows.net/media", production);
    assert.deepEqual([container, label], ["media", "media at shop.blob.core.windows.net"]);
    for (const url of [
      "https://shop.blob.core.windows.net/media/",
      "https://shop.blob.core.windows.net/media?sv=1&sig=secret",
      "http://127.0.0.1:10000/devstoreaccount1/media?sig=secret",
      "http://[::1]:10000/devstoreaccount1/media?sig=secret",
      "https://localhost:10000/devstoreaccount1/media",
    ]) {
      const place = toPlace(url, development);
      assert.equal(place.container, "media");
      assert.doesNotMatch(place.label, /secret/);
    }
    assert.equal(
      toPlace("http://127.0.0.1/account/media", { production: false, credential: true }).container,
      "media",
    );
  });

  it("refuses what is none, or a place that files should not be kept at", () => {
    for (const [url, options, words] of [
      ["media", production, /address of a container: https:/],
      ["https://shop.blob.core.windows.net", production, /address of a container/],
      ["https://shop.blob.core.windows.net/Media", production, /address of a container/],
      ["https://shop.blob.core.windows.net/a", production, /address of a container/],
      ["https://shop.blob.core.windows.net/a--b", production, /address of a container/],
      ["https://shop.blob.core.windows.net/-ab", production, /address of a container/],
      // A static web site: everything in it is public.
      ["https://shop.blob.core.windows.net/$web", production, /address of a container/],
      ["https://shop.blob.core.windows.net/media/2026", production, /without folders below it/],
      ["https://me:secret@shop.blob.core.windows.net/media", production, /address of a container/],
      ["https://shop.blob.core.windows.net/media#a", production, /address of a container/],
      ["file:///tmp/media", production, /address of a container/],
      ["http://shop.blob.core.windows.net/media", production, /must be https in production/],
      ["https://shop.blob.core.windows.net/media?sig=secret", production, /must not carry a signature/],
      ["http://127.0.0.1/account/media", development, /must be https: the server would show its token/],
    ] as const)
      assert.throws(
        () => toPlace(url, options),
        (error: { name: string; code: string; message: string }) => {
          assert.deepEqual([error.name, error.code], ["ConfigError", "SETTING_INVALID"], url);
          assert.match(error.message, /^MEDIA_URL: /);
          assert.match(error.message, words, url);
          return !error.message.includes("secret");
        },
      );
  });
});
