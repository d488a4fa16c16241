import type { ConversationView } from "../../desk/contract";

/**
 * The window as it is at `now` (ms): one that has run out since the server said so is closed. An open one may go over
 * into the time in which only a person may answer; the server tells, so it counts as closed until then.
 */
export function windowAt(view: ConversationView, now: number): ConversationView["window"] {
  const { state, closesAt } = view.window;
  const over =
    (state === "open" || state === "humanAgent") && closesAt !== null && Date.parse(closesAt) <= now;
  return over ? { state: "closed", closesAt, text: null } : view.window;
}
