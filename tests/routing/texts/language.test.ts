import assert from "node:assert/strict";
import { openingWords } from "../../../src/routing/hours/openHours";
import { inLanguage, languageIn, languageOf } from "../../../src/routing/texts/language";
import { createSettings } from "../../support/settings";

describe("inLanguage", () => {
  const texts = { de: "Hallo", en: "Hello", "pt-BR": "Oi", es: "Hola", "es-MX": "Qué onda" };
  const cases = [
    ["es-MX", "Qué onda", "as asked"],
    ["ES-mx", "Qué onda", "in any case"],
    ["es-AR", "Hola", "without its region"],
    ["pt", "Oi", "any region of it"],
    ["pt-PT", "Oi", "another region of it"],
    ["fr", "Hello", "else English"],
    ["", "Hello", "nothing known"],
  ] as const;
  for (const [language, text, why] of cases)
    it(`${why}: ${language} is "${text}"`, () => assert.equal(inLanguage(texts, language), text));

  it("else the first there is, else nothing", () => {
    assert.equal(inLanguage({ de: "Hallo", fr: "Salut" }, "es"), "Hallo");
    assert.equal(inLanguage({ de: "Hallo", "en-GB": "Hello" }, "es"), "Hello");
    assert.equal(inLanguage({}, "es"), "");
  });

  it("does not take one language for another that begins alike", () => {
    assert.equal(inLanguage({ est: "Tere", en: "Hello" }, "es"), "Hello");
  });
});

describe("languageIn", () => {
  it("names the text's language as it is written", () => {
    assert.equal(languageIn({ en: "Hello", "pt-BR": "Oi" }, "pt"), "pt-BR");
    assert.equal(languageIn({}, "pt"), "en");
  });
});

describe("languageOf", () => {
  const of = (locale?: string, language?: string) =>
    languageOf(
      createSettings({
        instances: [{ externalId: "2000", ...(language === undefined ? {} : { language }) }],
      }).current(),
      { id: "1", ...(locale === undefined ? {} : { locale }) },
      "facebook~2000",
    );
  it("is the customer's, in the form of BCP 47", () => {
    assert.equal(of("pt_BR", "de"), "pt-BR");
    assert.equal(of("zh_Hans_CN"), "zh-Hans-CN");
  });
  it("else the instance's, else English", () => {
    assert.equal(of(undefined, "de"), "de");
    assert.equal(of("", "de"), "de");
    assert.equal(of(), "en");
  });
});

describe("openingWords", () => {
  const now = Date.UTC(2026, 10, 21, 20);
  const HOUR_MS = 60 * 60 * 1000;
  it("says the weekday and the office's time", () => {
    const at = Date.UTC(2026, 10, 23, 9);
    assert.equal(openingWords(at, "Europe/Berlin", "en", now), "Monday 10:00");
    assert.match(openingWords(at, "Europe/Lisbon", "pt-PT", now), /^segunda-feira,? 09:00$/);
  });
  it("says the date when a weekday could be taken for the one of this week", () => {
    const words = openingWords(now + 14 * 24 * HOUR_MS, "UTC", "en", now);
    assert.match(words, /December/);
    assert.match(words, /\b5\b/);
  });
  it("says later when nobody knows", () => {
    assert.deepEqual(
      ["en-GB", "pt-BR", "es", "fr"].map((language) => openingWords(0, "UTC", language, now)),
      ["later", "mais tarde", "más tarde", "later"],
    );
  });
  it("does with a language that is none", () => {
    assert.equal(openingWords(now, "UTC", "not a language", now), "Saturday 20:00");
  });
});
