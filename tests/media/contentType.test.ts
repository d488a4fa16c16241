import assert from "node:assert/strict";
import { isInlineType, OCTET_STREAM, settleContentType } from "../../src/media/contentType";

const bytes = (text: string) => Buffer.from(text, "latin1");
const OOXML = "application/vnd.openxmlformats-officedocument.";

describe("settleContentType", () => {
  const known: [what: string, start: string, type: string][] = [
    ["jpeg", "\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"],
    ["png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"],
    ["gif", "GIF89a\x01\0\x01\0", "image/gif"],
    ["webp", "RIFF\x24\0\0\0WEBPVP8 ", "image/webp"],
    ["wav", "RIFF\x24\0\0\0WAVEfmt ", "audio/wav"],
    ["avi", "RIFF\x0a\x0a\x0a\x0aAVI LIST", "video/x-msvideo"],
    ["bmp", "BM\x36\0\x0c\0\0\0\0\0\x36\0\0\0", "image/bmp"],
    ["tiff", "II*\0\x08\0\0\0", "image/tiff"],
    ["quicktime", "\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"],
    ["old quicktime", "\0\0\x0a\x14moov\0\0\0\0", "video/quicktime"],
    ["m4a", "\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4"],
    ["mp4", "\0\0\0\x20ftypisom\0\0\x02\0", "video/mp4"],
    ["3gp", "\0\0\0\x18ftyp3gp4\0\0\0\0", "video/3gpp"],
    ["heic", "\0\0\0\x18ftypheic\0\0\0\0", "image/heic"],
    ["avif", "\0\0\0\x18ftypavif\0\0\0\0", "image/avif"],
    ["ogg", `OggS\0\x02${"\0".repeat(20)}\x01\x13OpusHead`, "audio/ogg"],
    ["ogg film", `OggS\0\x02${"\0".repeat(20)}\x01\x2a\x80theora`, "video/ogg"],
    ["webm", "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "video/webm"],
    ["matroska", "\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", "video/x-matroska"],
    ["mp3 with tags", "ID3\x04\0\0\0\0\0\0", "audio/mpeg"],
    ["mp3", "\xff\xfb\x90\x64\0\0", "audio/mpeg"],
    ["aac", "\xff\xf1\x50\x80\0\x1f", "audio/aac"],
    ["amr", "#!AMR\n\x3c\x08", "audio/amr"],
    ["amr-wb", "#!AMR-WB\n\x3c\x08", "audio/amr-wb"],
    ["flac", "fLaC\0\0\0\x22", "audio/flac"],
    ["pdf", "%PDF-1.7\n%\xe2\xe3", "application/pdf"],
    ["rtf", "{\\rtf1\\ansi}", "application/rtf"],
    ["gzip", "\x1f\x8b\x08\0", "application/gzip"],
    ["7z", "7z\xbc\xaf\x27\x1c\0\x04", "application/x-7z-compressed"],
    ["rar", "Rar!\x1a\x07\x01\0", "application/vnd.rar"],
    ["zip", "PK\x03\x04\x14\0\0\0readme.txt", "application/zip"],
    ["docx", "PK\x03\x04\x14\0[Content_Types].xml..word/document.xml", `${OOXML}wordprocessingml.document`],
    ["xlsx", "PK\x03\x04\x14\0[Content_Types].xml..xl/workbook.xml", `${OOXML}spreadsheetml.sheet`],
    ["pptx", "PK\x03\x04\x14\0[Content_Types].xml..ppt/p.xml", `${OOXML}presentationml.presentation`],
    [
      "odt",
      `PK\x03\x04${"\0".repeat(26)}mimetypeapplication/vnd.oasis.opendocument.textPK`,
      "application/vnd.oasis.opendocument.text",
    ],
    ["vcard", "BEGIN:VCARD\r\nVERSION:3.0\r\n", "text/vcard"],
    ["calendar", "BEGIN:VCALENDAR\r\n", "text/calendar"],
    ["text", "Grüße,\nBen", "text/plain"],
    ["text with a mark", "\xef\xbb\xbfhello", "text/plain"],
    ["UTF-16 text", "\xff\xfeh\0i\0", "text/plain"],
  ];
  for (const [what, start, type] of known) {
    it(`knows ${what} by its bytes, whatever is claimed`, () => {
      assert.equal(settleContentType(undefined, bytes(start)), type);
      assert.equal(settleContentType("image/x-lie", bytes(start)), type);
    });
  }

  const running: [what: string, start: string, claimed?: string][] = [
    ["a page", "<!DOCTYPE html><html>"],
    ["a page after a blank", "\n\t <html>"],
    ["a page after a mark", "\xef\xbb\xbf<script>alert(1)</script>"],
    ["a page in UTF-16", "\xff\xfe<\0h\0t\0m\0l\0>\0"],
    ["a page in big-endian UTF-16", "\xfe\xff\0<\0h\0t\0m\0l\0>"],
    ["a page after a comment", "<!-- x --><svg onload=alert(1)>"],
    ["a drawing", '<svg xmlns="http://www.w3.org/2000/svg">', "image/svg+xml"],
    ["xml", '<?xml version="1.0"?><svg/>'],
    ["a script", "#!/bin/sh\nrm -rf /"],
    ["text claimed to be a page", "hello", "text/html; charset=utf-8"],
    ["text claimed to be a drawing", "hello", "image/svg+xml"],
    ["text claimed to be a script", "alert(1)", "text/javascript"],
    ["a Windows program", "MZ\x90\0\x03\0\0\0", "image/jpeg"],
    ["a Linux program", "\x7fELF\x02\x01\x01\0", "text/plain"],
    ["a Java archive", "PK\x03\x04\x14\0META-INF/MANIFEST.MF"],
    ["an Android app", "PK\x03\x04\x14\0AndroidManifest.xml"],
    ["a document with macros", "PK\x03\x04\x14\0[Content_Types].xml word/vbaProject.bin"],
    ["an installer", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "application/x-msi"],
    ["noise claimed to be a picture", "\x01\x02\x03\x04", "image/png"],
    ["nothing", "", "image/png"],
  ];
  for (const [what, start, claimed] of running) {
    it(`lets nobody see ${what} in place`, () => {
      for (const claim of [claimed, "image/png", "application/pdf"])
        assert.equal(isInlineType(settleContentType(claim, bytes(start))), false);
      assert.equal(settleContentType(claimed, bytes(start)), OCTET_STREAM);
    });
  }

  const alike: [claimed: string, start: string, type: string][] = [
    ["audio/mp4", "\0\0\0\x20ftypmp42\0\0\0\0", "audio/mp4"],
    ["AUDIO/WebM; codecs=opus", "\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "audio/webm"],
    ["application/msword", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "application/msword"],
    ["text/csv", "a;b\n1;2", "text/csv"],
    ["application/json", '{"a":1}', "application/json"],
    // A claim is not believed beyond that.
    ["audio/mp4", "\xff\xd8\xff\xe0", "image/jpeg"],
    ["text/vcard", "no card", "text/plain"],
    ["image/svg+xml", "\xff\xd8\xff\xe0", "image/jpeg"],
  ];
  for (const [claimed, start, type] of alike) {
    it(`takes ${claimed} for ${type} when it begins ${JSON.stringify(start.slice(0, 4))}`, () =>
      assert.equal(settleContentType(claimed, bytes(start)), type));
  }
});

describe("isInlineType", () => {
  it("is true of pictures, sound, film and PDF alone", () => {
    for (const type of ["image/jpeg", "image/webp", "audio/ogg", "audio/mp4", "video/mp4", "application/pdf"])
      assert.ok(isInlineType(type), type);
    for (const type of [
      "image/svg+xml",
      "image/unheard",
      "text/plain",
      "text/html",
      "text/vcard",
      "application/zip",
      "application/msword",
      OCTET_STREAM,
      "",
    ])
      assert.ok(!isInlineType(type), type);
  });
});
