import { z } from "zod";

/** Parts that the schemas of several settings share. */

export const settingId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, "use letters, digits, dot, dash and underscore, at most 64");

export const settingName = z.string().min(1).max(200);

/** `env:NAME`, `file:NAME` or `keyvault:NAME`: where a secret lives, never the secret. */
export const secretReference = z
  .string()
  .regex(
    /^(env|file|keyvault):[A-Za-z0-9_.-]{1,127}$/,
    "a secret is a reference: env:NAME, file:NAME or keyvault:NAME",
  );

/** BCP 47: "en", "pt-BR". */
export const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, 'a language such as "en" or "pt-BR"')
  .max(35);

/** One text in several languages; the customer's is looked for, then "en", then the first. */
export const textByLanguage = z
  .record(language, z.string().min(1).max(2000))
  .refine((texts) => Object.keys(texts).length > 0, "write the text in at least one language");
export type TextByLanguage = z.infer<typeof textByLanguage>;

/** The title of a choice in several languages; platforms cut what is longer. */
export const choiceByLanguage = z
  .record(language, z.string().min(1).max(20))
  .refine((texts) => Object.keys(texts).length > 0, "write the title in at least one language");

/** Words, or a few of them together, by language; case, accents and punctuation do not matter. */
export const wordsByLanguage = z.record(
  language,
  z
    .array(
      z
        .string()
        .max(50)
        .regex(/[\p{L}\p{N}]/u, "a word needs a letter or digit"),
    )
    .max(50),
);

/** adaptive-expressions text. */
export const expressionText = z.string().min(1).max(1000);

/** Id of a channel or provider. Which ones there are is known once plugins are loaded: the settings rules refuse others. */
export const channelId = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    "use a lower-case letter, then such letters, digits and dashes, at most 32",
  );

/** Skill name -> rating 1 (least) to 10. */
export const skillRatings = z.record(z.string().min(1).max(64), z.number().int().min(1).max(10));
