import type { TemplateView } from "../../desk/contract";

const MARK = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/** The template's text with what has been filled in; what has not stays a mark. Values are not searched for marks. */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(MARK, (mark, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name]?.trim() : "";
    return value === undefined || value === "" ? mark : value;
  });
}

/** Whether every variable has something in it. */
export function isFilled({ variables }: TemplateView, values: Readonly<Record<string, string>>): boolean {
  return variables.every(({ name }) => (values[name] ?? "").trim() !== "");
}
