import type { PresenceView } from "../../desk/contract";
import { EmptyState } from "./EmptyState";
import { texts } from "./texts";

/** The panel's place while no conversation is chosen: what to do next. */
export function NothingChosen({ presence }: { presence: PresenceView["presence"] }) {
  const hint = presence === "available" ? texts.panel.emptyOnline : texts.panel.emptyOffline;
  return <EmptyState title={texts.panel.emptyTitle}>{hint}</EmptyState>;
}
