import type { CustomerProfile } from "../../core/channel";
import { type Json, toList, toObject, toText } from "../shared/narrow";
import { idOf } from "./ids";

/**
 * What X tells about a user: v1.1 has `screen_name`, `followers_count` and `friends_count`; v2 has `username` and
 * `public_metrics`, in webhooks inside `data` (X: Activity API, event payloads). undefined when it tells nothing.
 */
export function toProfile(value: unknown): CustomerProfile | undefined {
  const outer = toObject(value);
  const user = toObject(outer?.data) ?? outer;
  if (user === undefined) return undefined;
  const metrics = toObject(user.public_metrics);
  const name = toWords(user.name);
  const screenName = (toWords(user.username) ?? toWords(user.screen_name))?.replace(/^@/, "");
  const followers = toCount(metrics?.followers_count) ?? toCount(user.followers_count);
  const friends = toCount(metrics?.following_count) ?? toCount(user.friends_count);
  const profile = {
    ...(name === undefined ? {} : { name }),
    ...(screenName === undefined ? {} : { screenName }),
    ...(followers === undefined ? {} : { followers }),
    ...(friends === undefined ? {} : { friends }),
  };
  return Object.keys(profile).length === 0 ? undefined : profile;
}

/** The user with this id out of a webhook's `users`: an object by id, or a list as `includes` has it. */
export function findUser(users: unknown, id: string): Json | undefined {
  const byId = toObject(users);
  if (byId !== undefined) return Object.hasOwn(byId, id) ? toObject(byId[id]) : undefined;
  for (const value of toList(users)) {
    const user = toObject(value);
    if (idOf(toObject(user?.data) ?? user) === id) return user;
  }
  return undefined;
}

function toWords(value: unknown): string | undefined {
  const text = toText(value)?.trim();
  return text === undefined || text === "" ? undefined : text.slice(0, 200);
}

function toCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
