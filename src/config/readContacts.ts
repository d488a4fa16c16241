import type { ContactFields } from "../core/contact";
import { contactSchema, toContactInput } from "../core/contactSchema";
import { settingId } from "../core/settingFields";
import type { ObjectReader } from "./objectReader";
import { danglingFaults, filedUnder, type SettingsLookup } from "./rules";
import { type Path, pathText } from "./yamlSource";

/** A contact of the configuration file. Contacts are data, not settings: the file makes them, and does not own them. */
export interface FileContact {
  id: string;
  fields: Partial<ContactFields>;
  /** A fault of it as the reader tells its own: "contacts[2].phones[0]: too short (line 31)". */
  placeOf(inside: Path, message: string): string;
}

const SECTION = "contacts";
const fileContact = contactSchema.extend({ id: settingId });

/** The section `contacts`; what is wrong with one is reported, and it is left out. */
export function readContacts(reader: ObjectReader, value: unknown, all: SettingsLookup): FileContact[] {
  const first = new Map<string, number>();
  return reader.list(value, [SECTION]).flatMap((given, i): FileContact[] => {
    const at: Path = [SECTION, i];
    const checked = reader.check(fileContact, given, at);
    if (checked === undefined) return [];
    const { id, ...contact } = checked;
    for (const { path, message } of danglingFaults(filedUnder(at, contact), all))
      reader.report(path, message);
    const before = first.get(id);
    first.set(id, before ?? i);
    if (before !== undefined) {
      reader.report([...at, "id"], `"${id}" is already the id of ${pathText([SECTION, before])}`);
      return [];
    }
    const placeOf = (inside: Path, message: string): string => {
      const path = [...at, ...inside];
      return `${pathText(path)}: ${message} (line ${reader.lineOf(path)})`;
    };
    return [{ id, fields: toContactInput(contact), placeOf }];
  });
}
