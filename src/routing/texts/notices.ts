import { hashId } from "../../core/ids";
import type { NoticeSettings } from "../../core/notices";
import type { SettingsSnapshot } from "../../core/settings";
import { inLanguage } from "./language";

const versions = new WeakMap<NoticeSettings, string>();

/** The privacy notice of an instance, else of its work stream; undefined where there is none. */
export function noticeOf(
  settings: SettingsSnapshot,
  where: { instanceId: string; workstreamId: string },
): NoticeSettings | undefined {
  const id =
    settings.instances.get(where.instanceId)?.notice ?? settings.workstreams.get(where.workstreamId)?.notice;
  return id === undefined ? undefined : settings.notices.get(id);
}

/** Made from the text in all languages: who changes a word asks, or tells, everybody again. */
export function versionOf(notice: NoticeSettings): string {
  const before = versions.get(notice);
  if (before !== undefined) return before;
  const texts = Object.entries(notice.text).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const version = hashId("", JSON.stringify(texts)).slice(0, 12);
  versions.set(notice, version);
  return version;
}

/** What tells agents that the talk is recorded, in their desk's language; undefined where the notice says nothing. */
export function agentNotice(
  settings: SettingsSnapshot,
  where: { instanceId: string; workstreamId: string },
): string | undefined {
  const texts = noticeOf(settings, where)?.agentNotice;
  return texts === undefined ? undefined : inLanguage(texts, "en");
}
