import type { Activity } from "../core/activity";
import type { Clock } from "../core/clock";
import type { CodedDialog } from "../core/plugin";
import { runDialogTurn } from "../dialogs/dialogTurn";
import { readHandoff } from "../dialogs/handoff";
import { createFakeClock } from "./fakeClock";
import { createTalk, createTurnAdapter, type RunTurn, type Talk, type TalkOptions } from "./talk";

export interface TestDialogOptions extends TalkOptions {
  /** Dialogs that it begins. */
  dialogs?: readonly CodedDialog[];
  /** What it is begun with; a flow gives `{ vars }`. */
  options?: object;
  clock?: Clock;
}

/**
 * Talks with a dialog of botbuilder-dialogs (waterfall, component, prompt) without any platform. The first message begins
 * it, as does the first one after its end. Between turns its state is stored as JSON, as the server does.
 *
 * @example
 * const talk = testDialog(new OrderDialog());
 * assert.deepEqual((await talk.says("hi")).texts, ["What is the order number?"]);
 * assert.deepEqual((await talk.says("4711")).result, { status: "shipped" });
 */
export function testDialog(dialog: CodedDialog, options: TestDialogOptions = {}): Talk {
  const { clock = createFakeClock(), channel = "facebook" } = options;
  const adapter = createTurnAdapter(channel, clock);
  let state: unknown;

  const run: RunTurn = async (activity) => {
    const sent: Activity[] = [];
    let result: unknown;
    await adapter.processActivity(activity, async (context) => {
      context.onSendActivities(async (_context, activities) => {
        for (const one of activities) sent.push(JSON.parse(JSON.stringify(one)) as Activity);
        return activities.map((_, index) => ({
          id: `${activity.id}.${sent.length - activities.length + index}`,
        }));
      });
      const turn = { dialog, others: options.dialogs ?? [], state };
      const begun = options.options === undefined ? {} : { options: options.options };
      ({ state, result } = await runDialogTurn(context, { ...turn, ...begun }));
    });
    return { ...toOutcome(sent), ended: state === undefined, ...(result === undefined ? {} : { result }) };
  };
  return createTalk(run, options, clock);
}

/** Reads hand-offs as the server does. */
function toOutcome(sent: readonly Activity[]): Omit<Awaited<ReturnType<RunTurn>>, "ended"> {
  const outcome: ReturnType<typeof toOutcome> = { activities: [], context: {} };
  for (const activity of sent) {
    const sign = readHandoff(activity);
    if (sign?.kind === "escalate") {
      outcome.handoff = sign.wish;
      Object.assign(outcome.context, sign.context);
    }
    if (sign?.silent !== true) outcome.activities.push(activity);
  }
  return outcome;
}
