import assert from "node:assert/strict";
import { type WorkstreamSettings, workstreamSchema } from "../../../src/core/distribution";
import {
  asksForHelper,
  asksForPerson,
  HELPER_WORDS,
  isPersonChoice,
  PERSON_CHOICE,
  PERSON_WORDS,
  personChoice,
} from "../../../src/routing/texts/wishWords";

const workstream = (more: Record<string, unknown> = {}): WorkstreamSettings =>
  workstreamSchema.parse({ id: "w", channel: "facebook", fallbackQueue: "general", ...more });

describe("words for a person", () => {
  it("count as the whole message, whatever case, accents and punctuation", () => {
    for (const text of ["agent", " AGENT! ", "Talk to a person.", "talk  to a\nperson?", "falar com alguem"])
      assert.equal(asksForPerson(workstream(), text), true, text);
  });

  it("never count inside of a longer text", () => {
    for (const text of ["my agent is rude", "no person", "agents", "a person", "", "…", "menu"])
      assert.equal(asksForPerson(workstream(), text), false, text);
  });

  it("are those of all languages, and a work stream's instead of ours in its languages", () => {
    const own = workstream({ personWords: { de: ["Mensch", "echter Mensch"], en: ["clerk"] } });
    for (const text of ["mensch", "Echter Mensch!", "clerk", "atendente", "PERSONA"])
      assert.equal(asksForPerson(own, text), true, text);
    for (const text of ["agent", "human"]) assert.equal(asksForPerson(own, text), false, text);
    assert.equal(asksForPerson(workstream({ personWords: { en: [], pt: [], es: [] } }), "agent"), false);
  });

  it("do not overlap with those for the helper", () => {
    for (const words of Object.values(PERSON_WORDS).flat())
      assert.equal(asksForHelper(workstream(), words), false, words);
    for (const words of Object.values(HELPER_WORDS).flat())
      assert.equal(asksForPerson(workstream(), words), false, words);
    assert.equal(asksForHelper(workstream(), "Menú"), true);
  });

  it("of settings need a letter or a digit", () => {
    assert.throws(() => workstream({ personWords: { en: ["?"] } }), /letter or digit/);
    assert.throws(() => workstream({ personChoice: { en: "Talk to a real person now" } }));
  });
});

describe("the standing choice", () => {
  it("is there only where it is switched on, in the customer's language", () => {
    assert.equal(personChoice(workstream(), "en"), undefined);
    assert.equal(personChoice(workstream({ personChoice: true }), "pt-BR"), "Falar com uma pessoa");
    const own = workstream({ personChoice: { de: "Mit Mensch reden" } });
    assert.deepEqual(
      ["de", "es", "fr"].map((language) => personChoice(own, language)),
      ["Mit Mensch reden", "Hablar con alguien", "Talk to a person"],
    );
    assert.equal(isPersonChoice(own, "mit mensch reden"), true);
    assert.equal(asksForPerson(own, "mit mensch reden"), true);
    assert.equal(isPersonChoice(own, "agent"), false);
    assert.equal(isPersonChoice(workstream(), "Talk to a person"), false);
  });

  it("is shown whole everywhere", () => {
    for (const title of Object.values(PERSON_CHOICE)) assert.ok(title.length <= 20, title);
  });
});
