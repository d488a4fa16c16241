import { z } from "zod";
import { checkInput } from "../core/checkInput";
import type { PhoneSay } from "./contract";

/** A megabyte of JSON, with room for the rest. */
const MAX_BASE64 = 960_000;
const name = z.string().max(200).optional();

/** What the phone page may say. */
export const phoneSay = z
  .strictObject({
    customerId: z.string().min(1).max(200),
    text: z.string().max(20_000),
    media: z
      .strictObject({
        contentType: z.string().min(3).max(100),
        name,
        base64: z.base64().max(MAX_BASE64, "the file is larger than 700 kB"),
      })
      .optional(),
    location: z
      .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180), name })
      .optional(),
    choice: z.strictObject({ title: z.string().min(1).max(200), value: z.string().max(1000) }).optional(),
    reaction: z
      .strictObject({ messageId: z.string().min(1).max(300), emoji: z.string().min(1).max(20) })
      .optional(),
  })
  .refine(
    ({ text, media, location, choice, reaction }) =>
      text !== "" || (media ?? location ?? choice ?? reaction) !== undefined,
    "say something: text, media, location, choice or reaction",
  );

/** Throws InputError. */
export function readSay(body: unknown): PhoneSay {
  return checkInput(phoneSay, body) as PhoneSay;
}
