import assert from "node:assert/strict";
import fc from "fast-check";
import { toBlobProperties, toMediaInfo } from "../../../src/media/blob/blobProperties";

describe("blob properties", () => {
  it("bring every name back, as ASCII on the way", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), (name) => {
        const properties = toBlobProperties({ contentType: "text/plain", name });
        assert.match(properties.metadata.name ?? "", /^[A-Za-z0-9_-]+$/);
        assert.deepEqual(toMediaInfo("m~1", 3, properties), {
          id: "m~1",
          contentType: "text/plain",
          bytes: 3,
          name,
        });
      }),
    );
  });

  it("let no text become a header of its own", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { contentType, metadata } = toBlobProperties({ contentType: `text/${text}`, name: text });
        assert.match(`${contentType}${metadata.name ?? ""}`, /^[ -~]*$/);
      }),
    );
  });

  it("of a blob that somebody else put there are read as far as they go", () => {
    assert.deepEqual(toMediaInfo("m~1", 3, {}), {
      id: "m~1",
      contentType: "application/octet-stream",
      bytes: 3,
    });
    assert.equal(typeof toMediaInfo("m~1", 3, { metadata: { name: "no base64!" } }).name, "string");
  });
});
