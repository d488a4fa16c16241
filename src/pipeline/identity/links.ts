import type { Profile, ProfileLink } from "../../core/contactBook";

/** The link that later conversations get. */
export const presentLink = ({ links }: Profile): ProfileLink | undefined =>
  links.find(({ to }) => to === undefined);

/** Number of the first conversation of whoever has the address now: links that ended were a former owner's. */
export function ownerFromOf({ links }: Profile): number | undefined {
  const ends = links.flatMap(({ to }) => to ?? []);
  return ends.length === 0 ? undefined : Math.max(...ends) + 1;
}
