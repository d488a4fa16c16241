import { z } from "zod";
import { choiceByLanguage, settingId, settingName, textByLanguage, wordsByLanguage } from "./settingFields";

/** Asks before anybody gets the conversation, and waits for a yes. */
const gateSchema = z.strictObject({
  /** What agrees and what declines, as the whole message. A language's words replace our own of that language. */
  acceptWords: wordsByLanguage.default({}),
  declineWords: wordsByLanguage.default({}),
  /** Titles of the two choices below the notice; our own "Yes" and "No" when left out. */
  acceptChoice: choiceByLanguage.optional(),
  declineChoice: choiceByLanguage.optional(),
  /** Said when the answer is neither; our own words when left out. */
  retry: textByLanguage.optional(),
  /** Said to who declines, or never answers: the other way to reach you. */
  declined: textByLanguage,
  /** It asks so often; then what is said to who declines is said once, and nothing more. */
  most: z.number().int().min(1).max(10).default(3),
  /** true: files that come before the yes are fetched from the platform all the same. */
  fetchFiles: z.boolean().default(false),
});
export type GateSettings = z.infer<typeof gateSchema>;

/** A privacy notice: what customers are told at first contact, and again when its text has changed. */
export const noticeSchema = z.strictObject({
  id: settingId,
  name: settingName.optional(),
  text: textByLanguage,
  gate: gateSchema.optional(),
  /** Tells agents that the talk is recorded. */
  agentNotice: textByLanguage.optional(),
});
export type NoticeSettings = z.infer<typeof noticeSchema>;
