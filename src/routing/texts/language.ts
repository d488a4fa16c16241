import type { TextByLanguage } from "../../core/settingFields";
import type { SettingsSnapshot } from "../../core/settings";
import type { Customer } from "../../core/workItem";

/** The language to speak to a customer in: theirs, else the instance's, else English. BCP 47 with "-". */
export function languageOf(settings: SettingsSnapshot, customer: Customer, instanceId: string): string {
  const own = customer.locale?.replaceAll("_", "-");
  return own !== undefined && own !== "" ? own : (settings.instances.get(instanceId)?.language ?? "en");
}

/** The text in a language: as asked ("pt-BR"), else without its region ("pt", or any "pt-…"), else English, else the first. */
export function inLanguage(texts: TextByLanguage, language: string): string {
  return texts[languageIn(texts, language)] ?? "";
}

/** The language that a text is found in for a customer who speaks `language`; "en" when there is no text at all. */
export function languageIn(texts: TextByLanguage, language: string): string {
  const wanted = language.toLowerCase();
  const [base = wanted] = wanted.split("-");
  const names = Object.keys(texts);
  const first = (fits: (name: string) => boolean) => names.find((name) => fits(name.toLowerCase()));
  return (
    first((name) => name === wanted) ??
    first((name) => name === base) ??
    first((name) => name.startsWith(`${base}-`)) ??
    first((name) => name === "en" || name.startsWith("en-")) ??
    names[0] ??
    "en"
  );
}
