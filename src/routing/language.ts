import type { Customer } from "../core/conversation";
import type { TextByLanguage } from "../core/settingFields";
import type { SettingsSnapshot } from "../core/settings";

/** The language to speak to a customer in: theirs, else the instance's, else English. BCP 47 with "-". */
export function languageOf(settings: SettingsSnapshot, customer: Customer, instanceId: string): string {
  const own = customer.locale?.replaceAll("_", "-");
  return own !== undefined && own !== "" ? own : (settings.instances.get(instanceId)?.language ?? "en");
}

/** The text in a language: as asked ("pt-BR"), else without its region ("pt", or any "pt-…"), else English, else the first. */
export function inLanguage(texts: TextByLanguage, language: string): string {
  const wanted = language.toLowerCase();
  const [base = wanted] = wanted.split("-");
  const entries = Object.entries(texts).map(([name, text]) => [name.toLowerCase(), text] as const);
  const found =
    entries.find(([name]) => name === wanted) ??
    entries.find(([name]) => name === base) ??
    entries.find(([name]) => name.startsWith(`${base}-`)) ??
    entries.find(([name]) => name === "en") ??
    entries[0];
  return found?.[1] ?? "";
}
