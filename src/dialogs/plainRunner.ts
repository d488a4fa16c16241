import { BotAdapter, TurnContext } from "botbuilder-core";
import type { Activity } from "../core/activity";
import { SwitchboardError } from "../core/errors";
import type { TurnRunner } from "./bot";

/** Runs turns without a channel, for trials: what is said is buffered by the bot and goes nowhere. */
export const createPlainRunner = (): TurnRunner => new PlainAdapter();

class PlainAdapter extends BotAdapter implements TurnRunner {
  async processActivity(activity: Activity, logic: (context: TurnContext) => Promise<void>): Promise<void> {
    await this.runMiddleware(new TurnContext(this, structuredClone(activity) as never), logic);
  }
  override sendActivities(): never {
    throw nothing();
  }
  override updateActivity(): never {
    throw nothing();
  }
  override deleteActivity(): never {
    throw nothing();
  }
  override continueConversation(): never {
    throw nothing();
  }
}

const nothing = (): SwitchboardError =>
  new SwitchboardError("HELPER_FAILED", "A trial sends, changes and deletes nothing.");
