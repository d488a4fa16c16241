import { z } from "zod";

/** They are kept with the conversation, and read for every message. */
const variables = z
  .record(z.string().min(1).max(100), z.union([z.string().max(10_000), z.number()]))
  .refine((context) => Object.keys(context).length <= 100, "holds more than 100 variables")
  .refine((context) => JSON.stringify(context).length <= 64_000, "is larger than 64 kB");

/** What each hook may answer; null: it has nothing to say. */
export const HOOK_ANSWERS = {
  beforeTurn: z.strictObject({ context: variables.optional() }).nullable(),
  beforeRouting: z
    .strictObject({
      context: variables.optional(),
      skills: z.record(z.string().min(1).max(64), z.number().int().min(1).max(10)).optional(),
      queue: z.string().min(1).max(64).optional(),
    })
    .nullable(),
  beforeSending: z
    .strictObject({ text: z.string().max(20_000).optional(), refuse: z.string().min(1).max(500).optional() })
    .nullable(),
  // Whatever an onClose gives is of no interest.
  onClose: z.unknown(),
} as const;

export type HookName = keyof typeof HOOK_ANSWERS;

export type HookAnswer<K extends HookName> = z.infer<(typeof HOOK_ANSWERS)[K]>;

/** In words what is wrong with an answer; undefined when nothing is. */
export function answerFault(name: HookName, answer: unknown): string | undefined {
  const checked = HOOK_ANSWERS[name].safeParse(answer);
  if (checked.success) return undefined;
  const [first] = checked.error.issues;
  return `Its answer cannot be used: ${(first?.path ?? []).map(String).join(".")} ${first?.message ?? ""}`.trim();
}
