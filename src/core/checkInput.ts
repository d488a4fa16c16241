import type { z } from "zod";
import { InputError } from "./errors";

/** The value as `schema` has it. Throws InputError INPUT_INVALID that names every faulty field. */
export function checkInput<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const details = result.error.issues.map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  }));
  const words = details.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  throw new InputError("INPUT_INVALID", words.join("; "), { details });
}
