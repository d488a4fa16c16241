import type { NumberColumn } from "./columns";

/** "1 problem", "2 problems". */
export function several(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const numbers = new Intl.NumberFormat("en");
export const number = (value: number): string => numbers.format(value);

type Way = "validate" | "register";

/** Address of the dead letters inside the page. */
export const DEAD_LETTERS_ID = "dead-letters";

/** Address of the health inside the page. */
export const HEALTH_ID = "health";

/** Every word of the page. */
export const texts = {
  title: "Counts",
  desk: "Desk",
  none: "None",

  refused: {
    title: "This page needs the role supervisor",
    body: (name: string) =>
      `You are signed in as ${name}, an agent. Ask an admin for the role, or sign in as somebody who has it.`,
    back: "Go to the desk",
  },

  day: {
    label: "Day",
    previous: "Previous day",
    next: "Next day",
    today: "Today",
    refresh: "Refresh",
    counted: (time: string) => `Counted at ${time} UTC, again every 10 seconds`,
  },

  verdict: {
    label: "Verdict",
    good: "Everything adds up",
    bad: (count: number) => several(count, "problem"),
    counting: "Counting…",
    unread: "The counts could not be read",
    stale: "Not up to date",
    empty: "Nothing came in and nothing was written.",
    sum: (total: Record<NumberColumn, number>) =>
      `${number(total.received)} received, of them ${number(total.repeated)} repeated: ${number(total.stored)} stored, ` +
      `of them ${number(total.worked)} worked, ${number(total.waiting)} waiting and ${number(total.dead)} dead.`,
    dead: (count: number) =>
      count === 1 ? "1 dead letter waits for a replay" : `${number(count)} dead letters wait for a replay`,
    failed: (count: number) =>
      `${several(count, "message")} of ours could not be delivered; the desk shows the reason at each.`,
    problemsLabel: "Problems",
  },

  table: {
    heading: "By hour and instance",
    caption: (day: string) => `${day}, hours in UTC, the latest first`,
    hour: "Hour",
    instance: "Instance",
    problems: "Problems",
    total: "Whole day",
    unknown: "not configured",
    killed: (count: number) =>
      `None. A server was killed in this hour: the door's count lacks ${several(count, "stored message")}.`,
    groups: { door: "At the door", kept: "From customers", ours: "From us" },
    columns: {
      received: "Received",
      repeated: "Repeated",
      notKept: "Not for us",
      stored: "Stored",
      worked: "Worked",
      waiting: "Waiting",
      dead: "Dead",
      shown: "Shown",
      written: "Written",
      answered: "Answered",
      sending: "Sending",
      failed: "Failed",
    } satisfies Record<NumberColumn, string>,
  },

  legend: {
    heading: "What must equal what",
    lines: [
      ["received − repeated = stored", "Whatever the door let in once is stored."],
      ["stored = worked + waiting + dead", "Whatever is stored is done, on its way or a dead letter."],
      [
        "worked = shown",
        "Whatever was worked stands in a transcript. A dead letter that had reached one is shown as well.",
      ],
      ["written = answered + sending + failed", "Whatever we wrote has left, is leaving or failed."],
    ],
    notForUs:
      "Not for us: delivery receipts, echoes of our own messages and what the platform only mentions.",
  },

  health: {
    heading: "Health",
    caption: "Pages, handles and numbers: whether they work, and the last thing that came in",
    name: "Instance",
    state: "State",
    text: "What is wrong, and the cure",
    since: "Since",
    last: "Last inbound",
    never: "Nothing since the server started",
    silent: "Silent against its habit",
    empty: "No page, handle or number is configured.",
    failed: "The health could not be read",
    wrong: (count: number) =>
      `${several(count, "page, handle or number", "pages, handles or numbers")} cannot work`,
    see: "What is wrong, and the cure",
  },

  states: {
    ok: "OK",
    warning: "Warning",
    error: "Error",
    failed: "Failed",
    skipped: "Skipped",
    unknown: "Unknown",
  },

  accounts: {
    label: "Accounts",
    validate: "Validate",
    validateOf: (account: string) => `Validate ${account}`,
    register: "Register webhook",
    registerOf: (account: string) => `Register webhook of ${account}`,
    busy: (way: Way) => (way === "validate" ? "Looking at the connection…" : "Registering the webhook…"),
    failed: (way: Way) =>
      way === "validate" ? "The account could not be validated" : "The webhook could not be registered",
    sum: (way: Way, count: number, wrong: number) => {
      const done = way === "validate" ? "Validated" : "Registered";
      if (count === 0) return `${done}: there is nothing to check for this account.`;
      return wrong === 0
        ? `${done}: ${several(count, "check")}, nothing wrong.`
        : `${done}: ${several(count, "check")}, ${number(wrong)} to look at.`;
    },
    cure: "What to do:",
  },

  dead: {
    heading: "Dead letters",
    caption: "Messages that nobody could work, the newest first, whatever the day",
    when: "When (UTC)",
    instance: "Instance",
    customer: "Customer",
    reason: "Reason",
    action: "Action",
    unknown: "unknown",
    raw: "Raw item",
    replay: "Replay",
    replayOf: (customer: string, when: string) => `Replay ${customer}, ${when}`,
    replayAll: "Replay all",
    replaying: "Replaying…",
    more: "Show more",
    empty: "None: every message could be worked.",
    failed: "The dead letters could not be read",
    noReason: "The reason is in the server's log.",
  },

  replayed: {
    title: (count: number) => (count === 0 ? "Nothing replayed" : `${number(count)} replayed`),
    back: (count: number) =>
      count === 1
        ? "It is back in the inbox. If it still cannot be worked, it appears here again."
        : "They are back in the inbox. What still cannot be worked appears here again.",
    gone: (count: number) =>
      count === 1
        ? "1 was no dead letter any more: somebody else may have replayed it."
        : `${number(count)} were no dead letters any more: somebody else may have replayed them.`,
    failed: (count: number, why: string) => `${number(count)} could not be replayed: ${why}`,
    stopped: "The replay stopped",
  },
};
