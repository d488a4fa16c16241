import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadWebPages } from "../../src/server/webPages";

describe("loadWebPages", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-web-"));
    for (const part of ["desk", "counts", "phone", "assets"]) mkdirSync(path.join(folder, part));
    const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
    write("desk/index.html", "<!doctype html>desk");
    write("counts/index.html", "<!doctype html>counts");
    write("phone/index.html", "<!doctype html>phone");
    write("assets/desk-1a2b.js", "raw");
    write("assets/desk-1a2b.js.br", "brotli");
    write("assets/desk-1a2b.js.gz", "gzip");
    write("assets/phone-3c4d.js", "phone");
    write("assets/notes.bin", "unknown type");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("serves the desk at /desk and below it, with the strict policy and never from a stale cache", () => {
    const pages = loadWebPages(folder);
    for (const urlPath of ["/desk", "/desk/", "/desk/c/abc.1"]) {
      const reply = pages.find(urlPath, undefined);
      assert.equal(reply?.status, 200);
      assert.equal(reply.body.toString(), "<!doctype html>desk");
      assert.equal(reply.headers["Content-Type"], "text/html; charset=utf-8");
      assert.equal(reply.headers["Cache-Control"], "no-cache");
      assert.equal(reply.headers["X-Content-Type-Options"], "nosniff");
      assert.equal(reply.headers["Referrer-Policy"], "no-referrer");
      const policy = reply.headers["Content-Security-Policy"] ?? "";
      assert.match(policy, /default-src 'none'; script-src 'self';/);
      assert.doesNotMatch(policy, /unsafe/);
    }
  });

  it("serves the counts at /counts, in production too", () => {
    const pages = loadWebPages(folder);
    for (const urlPath of ["/counts", "/counts/"]) {
      const reply = pages.find(urlPath, undefined);
      assert.equal(reply?.body.toString(), "<!doctype html>counts");
      assert.equal(reply.headers["Cache-Control"], "no-cache");
    }
  });

  it("serves the telephones and their script in development only", () => {
    const production = loadWebPages(folder);
    assert.equal(production.find("/phone", "br"), undefined);
    assert.equal(production.find("/web/assets/phone-3c4d.js", "br"), undefined);
    const development = loadWebPages(folder, { phone: true });
    assert.equal(development.find("/phone", "br")?.body.toString(), "<!doctype html>phone");
    assert.equal(development.find("/web/assets/phone-3c4d.js", "br")?.body.toString(), "phone");
  });

  it("chooses the best encoding that the browser takes", () => {
    const pages = loadWebPages(folder);
    const encodingFor = (accept: string | undefined) => {
      const reply = pages.find("/web/assets/desk-1a2b.js", accept);
      assert.equal(reply?.headers["Content-Length"], String(reply?.body.length));
      assert.equal(reply?.headers.Vary, "Accept-Encoding");
      return [reply?.headers["Content-Encoding"], reply?.body.toString()];
    };
    assert.deepEqual(encodingFor("gzip, deflate, br, zstd"), ["br", "brotli"]);
    assert.deepEqual(encodingFor("gzip;q=0.5, br;q=0"), ["gzip", "gzip"]);
    assert.deepEqual(encodingFor("GZIP"), ["gzip", "gzip"]);
    assert.deepEqual(encodingFor("identity"), [undefined, "raw"]);
    assert.deepEqual(encodingFor(undefined), [undefined, "raw"]);
  });

  it("lets browsers keep assets for good", () => {
    const reply = loadWebPages(folder).find("/web/assets/desk-1a2b.js", "br");
    assert.equal(reply?.headers["Cache-Control"], "public, max-age=31536000, immutable");
    assert.equal(reply?.headers["Content-Type"], "text/javascript; charset=utf-8");
  });

  it("knows nothing outside its files", () => {
    const pages = loadWebPages(folder, { phone: true });
    for (const urlPath of [
      "/",
      "/deskish",
      "/phone/x",
      "/counts/x",
      "/web/counts/index.html",
      "/web/desk/index.html",
      "/web/assets/",
      "/web/assets/../desk/index.html",
      "/web/assets/%2e%2e/desk/index.html",
      "/web/assets/desk-1a2b.js.br",
      "/web/assets/notes.bin",
      "/web/assets/__proto__",
    ]) {
      assert.equal(pages.find(urlPath, "br"), undefined, urlPath);
    }
  });

  it("says what to do when nothing is built", () => {
    const pages = loadWebPages(path.join(folder, "missing"));
    assert.equal(pages.find("/desk", "br")?.status, 503);
    assert.match(pages.find("/desk", "br")?.body.toString() ?? "", /npm run build/);
    assert.equal(pages.find("/web/assets/desk-1a2b.js", "br"), undefined);
  });
});
