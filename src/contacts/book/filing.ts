import type { ContactFields } from "../../core/contact";
import type { SettingsSnapshot } from "../../core/settings";
import { checkFiling } from "../tickets/filing";

type Filed = Pick<ContactFields, "unit" | "group">;

/**
 * The unit and group of a contact, checked as a ticket's are; those of `before` may stay though nobody declares them any
 * more, since who corrects a telephone number has nothing to do with them. Throws InputError as `checkFiling` does.
 */
export function checkContactFiling(
  settings: SettingsSnapshot,
  { unit, group }: Partial<Filed>,
  before: readonly Filed[] = [],
): void {
  checkFiling(settings, {
    unit: before.some((each) => each.unit === unit) ? undefined : unit,
    group: before.some((each) => each.group === group) ? undefined : group,
  });
}
