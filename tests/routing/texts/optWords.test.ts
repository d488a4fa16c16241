import assert from "node:assert/strict";
import {
  asksToStart,
  asksToStop,
  SMS_START_WORDS,
  SMS_STOP_WORDS,
  START_WORDS,
  STOP_WORDS,
} from "../../../src/routing/texts/optWords";

const CHANNELS = ["sms", "whatsapp", "facebook", "twitter"];
const where = (channel: string, own: { stop?: object; start?: object } = {}) => ({
  channel,
  workstream: { stopWords: { ...own.stop }, startWords: { ...own.start } },
});
const all = (words: Readonly<Record<string, readonly string[]>>): string[] => Object.values(words).flat();

describe("words that stop what is automatic, and take that back", () => {
  it("hold on every channel in every language, whatever case, accents and punctuation", () => {
    for (const channel of CHANNELS) {
      for (const word of all(STOP_WORDS))
        for (const text of [word, ` ${word.toUpperCase()}! `])
          assert.equal(asksToStop(text, where(channel)), true, `${channel}: ${text}`);
      for (const word of all(START_WORDS))
        for (const text of [word, `${word.toUpperCase()}.`])
          assert.equal(asksToStart(text, where(channel)), true, `${channel}: ${text}`);
    }
    assert.equal(asksToStop("desabonner", where("whatsapp")), true);
  });

  it("are more on SMS, where carriers take everyday words for it", () => {
    assert.deepEqual([all(SMS_STOP_WORDS), all(SMS_START_WORDS)], [["end", "cancel"], ["yes"]]);
    for (const channel of CHANNELS) {
      const isSms = channel === "sms";
      for (const word of ["end", "Cancel", "END."])
        assert.equal(asksToStop(word, where(channel)), isSms, `${channel}: ${word}`);
      assert.equal(asksToStart("YES", where(channel)), isSms, channel);
    }
  });

  it("are the same in whichever order the channels of a work stream are asked", () => {
    const shared = where("sms").workstream;
    assert.equal(asksToStop("end", { channel: "whatsapp", workstream: shared }), false);
    assert.equal(asksToStop("end", { channel: "sms", workstream: shared }), true);
    assert.equal(asksToStop("end", { channel: "whatsapp", workstream: shared }), false);
  });

  it("count only as the whole text", () => {
    for (const text of ["please stop that", "stopping", "the end", "don't stop", "", "…"])
      assert.equal(asksToStop(text, where("sms")), false, text);
    for (const text of ["start now", "yes please", ""])
      assert.equal(asksToStart(text, where("sms")), false, text);
  });

  it("never mean both", () => {
    for (const channel of CHANNELS) {
      for (const word of [...all(STOP_WORDS), ...all(SMS_STOP_WORDS)])
        assert.equal(asksToStart(word, where(channel)), false, word);
      for (const word of [...all(START_WORDS), ...all(SMS_START_WORDS)])
        assert.equal(asksToStop(word, where(channel)), false, word);
    }
  });

  it("of a work stream stand instead of ours in their language, those of SMS too", () => {
    const own = { stop: { en: ["leave me alone"], it: ["basta"] }, start: { en: ["come back"] } };
    for (const channel of CHANNELS) {
      const here = where(channel, own);
      for (const text of ["Leave me alone!", "BASTA", "abmelden"])
        assert.equal(asksToStop(text, here), true, `${channel}: ${text}`);
      for (const text of ["stop", "end"]) assert.equal(asksToStop(text, here), false, `${channel}: ${text}`);
      assert.deepEqual(
        ["come back", "start", "yes", "alta"].map((text) => asksToStart(text, here)),
        [true, false, false, true],
        channel,
      );
    }
  });

  it("are ours where no work stream is known", () => {
    assert.equal(asksToStop("stop", { channel: "whatsapp", workstream: undefined }), true);
    assert.equal(asksToStop("end", { channel: "whatsapp", workstream: undefined }), false);
    assert.equal(asksToStart("yes", { channel: "sms", workstream: undefined }), true);
  });
});
