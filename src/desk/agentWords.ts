import type { z } from "zod";
import type { sendBody } from "./contract";
import type { Masking } from "./masking";

type Said = z.output<typeof sendBody>;

/** What an agent says, as the customer may read it: text, choices and what fills a template. */
export function maskAgentWords(said: Said, masking: Masking): Said {
  const mask = (text: string): string => masking.mask(text, "agent");
  const { template } = said;
  const masked = { ...said, text: mask(said.text), choices: said.choices.map(mask) };
  if (template === undefined) return masked;
  const variables = Object.entries(template.variables).map(([name, value]) => [name, mask(value)]);
  return { ...masked, template: { ...template, variables: Object.fromEntries(variables) } };
}
