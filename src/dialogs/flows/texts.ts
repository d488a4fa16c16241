import { compileTemplate, type FieldCatalogue, type Scope, type Template } from "../../expressions/compile";
import { languageIn } from "../../routing/texts/language";
import type { FlowText } from "./steps";

/** A customer's text in one or more languages, ready to be filled in. */
export interface CompiledText {
  /** Languages it is written in; [] for one text for everybody. */
  readonly languages: readonly string[];
  render(scope: Scope, language: string): string;
}

/** Throws InputError EXPRESSION_INVALID. */
export function compileText(text: FlowText, fields: FieldCatalogue): CompiledText {
  if (typeof text === "string") {
    const template = compileTemplate(text, fields);
    return { languages: [], render: (scope) => template.render(scope) };
  }
  const templates = new Map<string, Template>(
    Object.entries(text).map(([language, each]) => [language, compileTemplate(each, fields)]),
  );
  return {
    languages: [...templates.keys()],
    render: (scope, language) => templates.get(languageIn(text, language))?.render(scope) ?? "",
  };
}
