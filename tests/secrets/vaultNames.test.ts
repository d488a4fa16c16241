import assert from "node:assert/strict";
import fc from "fast-check";
import { fromVaultName, toVaultName } from "../../src/secrets/vaultNames";

describe("names in the vault", () => {
  it("stay as they are when the vault can have them", () => {
    assert.equal(toVaultName("fb-app-secret"), "fb-app-secret");
    assert.equal(fromVaultName("fb--app"), "fb--app");
  });

  it("have marks for dots and underscores", () => {
    assert.equal(toVaultName("generated.shop_fb.token"), "generated--dot-shop--under-fb--dot-token");
    assert.equal(fromVaultName("generated--dot-shop--under-fb--dot-token"), "generated.shop_fb.token");
  });

  it("cannot be longer than 127", () => {
    assert.equal(toVaultName("a".repeat(127)), "a".repeat(127));
    assert.equal(toVaultName(`${"a".repeat(126)}.`), undefined);
    assert.equal(toVaultName(""), undefined);
    assert.equal(toVaultName("ä/b"), undefined);
  });

  it("come back, and two of them never meet", () => {
    const name = fc.string({ unit: fc.constantFrom(..."aDdotun-._er"), minLength: 1, maxLength: 15 });
    const marked = (text: string): boolean => /--(dot|under)-?/.test(text);
    fc.assert(
      fc.property(name, (text) => {
        fc.pre(!marked(text));
        assert.equal(fromVaultName(toVaultName(text) ?? ""), text);
      }),
    );
  });
});
