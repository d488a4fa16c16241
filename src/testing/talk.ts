import { channels, createAdapter } from "../adapters/registry";
import type { ChannelAdapter } from "../adapters/shared/channelAdapter";
import type { Activity } from "../core/activity";
import { type Clock, isoTime } from "../core/clock";
import { InputError } from "../core/errors";
import { toThreadId } from "../core/ids";
import type { StepPassed } from "../dialogs/flows/moment";

/** What came of one message. */
export interface Reply {
  /** What the customer then reads, in order. */
  texts: string[];
  /** Titles of the buttons under the last of them. */
  choices: string[];
  /** All that was sent, whole. */
  activities: Activity[];
  /** The conversation goes to people. */
  handoff?: { queueId?: string; summary?: string };
  /** Nothing waits for the customer's next message. */
  ended: boolean;
  /** What the dialog ended with. */
  result?: unknown;
  /** Context variables for rules and agents. */
  context: Record<string, string | number>;
  /** Steps of flows that were taken, in order. */
  path?: readonly StepPassed[];
  /** The helper broke: the customer went to people because of it. */
  fault?: { code: string; message: string };
}

/** A customer who talks with a dialog or a flow, one turn at a time. */
export interface Talk {
  /** The customer writes. Throws what the dialog throws. */
  says(text: string): Promise<Reply>;
  /** The customer taps a button of the last reply, by its title. Throws InputError when it has no such button. */
  taps(title: string): Promise<Reply>;
  /** Any activity: a picture, a place, an event. What is left out is filled in. */
  sends(activity: Partial<Activity>): Promise<Reply>;
}

export interface TalkOptions {
  /** Which channel the customer writes on; "facebook" when left out. Decides how choices look. */
  channel?: string;
}

/** Runs one turn: what was sent and how it stands. */
export type RunTurn = (activity: Activity) => Promise<Omit<Reply, "texts" | "choices">>;

const INSTANCE = "2000";
const CUSTOMER = { id: "555", name: "Gilda Moore", role: "user" } as const;

/** The talk itself; how a turn runs is the caller's. */
export function createTalk(run: RunTurn, { channel = "facebook" }: TalkOptions, clock: Clock): Talk {
  let count = 0;
  let buttons: readonly { title: string; value: unknown }[] = [];

  async function sends(activity: Partial<Activity>): Promise<Reply> {
    count += 1;
    const outcome = await run({
      type: "message",
      id: `m${count}`,
      channelId: channel,
      serviceUrl: `urn:switchboard:${channel}`,
      timestamp: isoTime(clock.now()),
      from: CUSTOMER,
      recipient: { id: INSTANCE, role: "bot" },
      conversation: { id: toThreadId(channel, INSTANCE, CUSTOMER.id) },
      ...activity,
    });
    const messages = outcome.activities.filter(({ type }) => type === "message");
    buttons = messages.at(-1)?.suggestedActions?.actions ?? [];
    const texts = messages.map(({ text }) => text ?? "").filter((text) => text !== "");
    return { ...outcome, texts, choices: buttons.map(({ title }) => title) };
  }

  return {
    sends,
    says: (text) => sends({ text }),
    async taps(title) {
      const button = buttons.find((one) => one.title === title);
      if (button !== undefined) return sends({ text: title, value: button.value });
      const offered = buttons.map((one) => `"${one.title}"`).join(", ") || "none";
      throw new InputError("INPUT_INVALID", `There is no button "${title}". Offered: ${offered}.`);
    },
  };
}

/** The adapter that the server too runs turns on; it has nobody to send to. */
export function createTurnAdapter(id: string, clock: Clock): ChannelAdapter {
  const channel = channels.find(({ definition }) => definition.id === id);
  if (channel === undefined) {
    const known = channels.map(({ definition }) => definition.id).join(", ");
    throw new InputError("INPUT_INVALID", `There is no channel "${id}". Use one of ${known}.`);
  }
  const refuse = () => {
    throw new InputError("INPUT_INVALID", "In a test nothing is sent to a platform.");
  };
  return createAdapter({ channel, account: refuse, client: { send: refuse, reconcile: refuse }, clock });
}
