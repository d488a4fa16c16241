import type { SettingsSnapshot } from "../../core/settings";
import type { MessageTrigger } from "../../core/texts";
import { inLanguage } from "../texts/language";
import { type Hours, hoursOf } from "./hours";

/** The operating hours with this id; undefined when none are set, which means: open all day. */
export function hoursBy(settings: SettingsSnapshot, id: string | undefined): Hours | undefined {
  const found = id === undefined ? undefined : settings.operatingHours.get(id);
  return found && hoursOf(found);
}

/** Id of the hours that customers of a conversation are told about: the instance's, else the work stream's. */
export function customerHours(
  settings: SettingsSnapshot,
  where: { instanceId: string; workstreamId: string },
): string | undefined {
  return (
    settings.instances.get(where.instanceId)?.operatingHours ??
    settings.workstreams.get(where.workstreamId)?.operatingHours
  );
}

/** Is it inside the hours with this id? Without hours: always. */
export const isOpenBy = (settings: SettingsSnapshot, id: string | undefined, now: number): boolean =>
  hoursBy(settings, id)?.stateAt(now).open ?? true;

/**
 * What a customer is told who writes now: the first of the hours (by their ids) that is closed speaks. Undefined when all
 * are open. `OpensAt` is a time (ms), 0 when nobody knows; `openingWords` says it in the language of the text.
 */
export function closedNotice(
  settings: SettingsSnapshot,
  ids: readonly (string | undefined)[],
  now: number,
): { trigger: MessageTrigger; values: Record<string, string | number> } | undefined {
  const closed = ids.find((id) => !isOpenBy(settings, id, now));
  const hours = hoursBy(settings, closed);
  if (closed === undefined || hours === undefined) return undefined;
  const { holiday } = hours.stateAt(now);
  return {
    trigger: holiday === undefined ? "outOfHours" : "holiday",
    values: {
      Holiday: holiday ?? "",
      OpensAt: hours.opensAt(now) ?? 0,
      TimeZone: settings.operatingHours.get(closed)?.timeZone ?? "UTC",
    },
  };
}

/** From so far on a weekday alone could be taken for the one of this week. */
const WEEKDAY_ENOUGH_MS = 6 * 24 * 60 * 60 * 1000;
const LATER = { en: "later", pt: "mais tarde", es: "más tarde" };

/** "Monday 09:00", in the customer's language and the office's time; with the date when it is far off. 0: "later". */
export function openingWords(at: number, timeZone: string, language: string, now: number): string {
  if (at === 0) return inLanguage(LATER, language);
  const options = {
    timeZone,
    weekday: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(at - now < WEEKDAY_ENOUGH_MS ? {} : ({ day: "numeric", month: "long" } as const)),
  } as const;
  try {
    return new Intl.DateTimeFormat(language, options).format(at);
  } catch {
    return new Intl.DateTimeFormat("en", options).format(at);
  }
}
