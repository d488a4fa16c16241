import assert from "node:assert/strict";
import { dispositionOf, nameInDisposition, nameInUrl, safeFileName } from "../../src/media/fileName";

describe("safeFileName", () => {
  const cases: [given: string | undefined, name: string | undefined][] = [
    ["photo.jpg", "photo.jpg"],
    ["Grüße 你好 🎉.pdf", "Grüße 你好 🎉.pdf"],
    ["../../etc/passwd", "passwd"],
    ["C:\\Windows\\cmd.exe", "cmd.exe"],
    ["a/b/", undefined],
    ["...", undefined],
    [".htaccess", "htaccess"],
    ["  a.txt. ", "a.txt"],
    ["a\r\nX-Evil: 1", "aX-Evil_ 1"],
    ["photo\u202egpj.exe", "photogpj.exe"],
    ['a<b>"c|?*.txt', "a_b__c___.txt"],
    ["half \ud800.txt", "half .txt"],
    ["", undefined],
    [undefined, undefined],
  ];
  for (const [given, name] of cases)
    it(`makes ${JSON.stringify(name)} of ${JSON.stringify(given)}`, () =>
      assert.equal(safeFileName(given), name));

  it("shortens, keeping the ending and whole letters", () => {
    assert.equal(safeFileName(`${"x".repeat(500)}.jpeg`), `${"x".repeat(115)}.jpeg`);
    const name = safeFileName(`${"x".repeat(114)}🎉🎉🎉.jpeg`) ?? "";
    assert.ok(name.length <= 120 && name.endsWith(".jpeg"));
    assert.doesNotThrow(() => encodeURIComponent(name));
  });
});

describe("dispositionOf", () => {
  it("writes a plain name once, another one twice", () => {
    assert.equal(dispositionOf("inline", "a b.jpg", "image/jpeg"), 'inline; filename="a b.jpg"');
    assert.equal(
      dispositionOf("attachment", "Grüße (1)'s 100%.pdf", "application/pdf"),
      "attachment; filename=\"Gr__e (1)'s 100_.pdf\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%281%29%27s%20100%25.pdf",
    );
  });

  it("lets no name break out of the header", () => {
    const header = dispositionOf("attachment", 'x"; filename="evil.exe\r\nSet-Cookie: a', "text/plain");
    assert.equal(header, 'attachment; filename="x_; filename=_evil.exeSet-Cookie_ a"');
  });

  it("gives a file without a name a fitting ending", () => {
    assert.equal(dispositionOf("inline", undefined, "audio/ogg"), 'inline; filename="file.ogg"');
    assert.equal(dispositionOf("attachment", "..", "x/y"), 'attachment; filename="file"');
  });
});

describe("nameInDisposition", () => {
  const cases: [header: string | undefined, name: string | undefined][] = [
    ['attachment; filename="a.pdf"', "a.pdf"],
    ["inline; filename=a.pdf; size=3", "a.pdf"],
    ["attachment; filename=\"x.pdf\"; filename*=UTF-8''%E4%BD%A0.pdf", "你.pdf"],
    ["attachment; filename*=UTF-8''%E4%", undefined],
    ['attachment; filename="..\\\\..\\\\x.exe"', "x.exe"],
    ['attachment; filename="a\\"b.txt"', "a_b.txt"],
    [`attachment; filename="${Buffer.from("Grüße.txt").toString("latin1")}"`, "Grüße.txt"],
    ['attachment; filename="Gr\xfc.txt"', "Grü.txt"],
    ["attachment", undefined],
    ['filename="', undefined],
    [undefined, undefined],
  ];
  for (const [header, name] of cases)
    it(`finds ${JSON.stringify(name)} in ${header}`, () => assert.equal(nameInDisposition(header), name));
});

describe("nameInUrl", () => {
  it("finds a name that looks like a file's", () => {
    assert.equal(nameInUrl(new URL("https://x.test/a/Gr%C3%BC%C3%9Fe.pdf?sig=1")), "Grüße.pdf");
    for (const url of ["https://x.test/Media/ME123", "https://x.test/", "https://x.test/%E4%.jpg"])
      assert.equal(nameInUrl(new URL(url)), undefined);
  });
});
