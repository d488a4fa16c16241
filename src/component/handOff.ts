import {
  type BoolExpression,
  BoolExpressionConverter,
  type NumberExpression,
  NumberExpressionConverter,
  type StringExpression,
  StringExpressionConverter,
} from "adaptive-expressions";
import { type Activity, type ConversationReference, TurnContext } from "botbuilder-core";
// The package's index also loads its recognizers, which an action never uses.
import type { Converter, ConverterFactory } from "botbuilder-dialogs/lib/converter";
import { Dialog, type DialogEvent, type DialogTurnResult } from "botbuilder-dialogs/lib/dialog";
import type { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { DialogEvents } from "botbuilder-dialogs/lib/dialogEvents";
import { ACTIVITY_EVENTS } from "../core/activity";
import { systemClock } from "../core/clock";
import { newId } from "../core/ids";
import { type HandOffStatus, readHandOffStatus } from "./handOffStatus";
import { type LooseValue, looseValue } from "./looseValue";

/** What the action gives back, and puts into `resultProperty`. */
export interface HandOffResult {
  /** "completed": people are done with it. "failed": nobody took it. */
  state: "completed" | "failed";
  /** In the words of whom the conversation went to, or why the action gave up. */
  message?: string;
}

/** What the action remembers between turns; plain JSON in the dialog stack. */
interface Waiting {
  /** Goes out as `value.id`. */
  handOffId: string;
  /** ms, when it was last heard of. */
  heardAt: number;
  isAccepted: boolean;
}

/** How long a customer may be left to nobody. */
const GIVE_UP_MINUTES = 60;
const MINUTE_MS = 60_000;
const NOBODY = "Nobody answered.";

/**
 * The action `Switchboard.HandOff`: hands the conversation to people with the event `handoff.initiate`, is silent while
 * they have it, and ends when the event `handoff.status` says that they are done or could not take it.
 */
export class HandOff extends Dialog {
  static readonly $kind = "Switchboard.HandOff";

  /** When true the action does nothing. */
  disabled?: BoolExpression;
  /** The queue that should have it; left out: whoever takes it decides. */
  queue?: StringExpression;
  /** For the agent: what it is about. */
  summary?: StringExpression;
  /** Variables for rules and agents: an object whose values may be expressions, or one expression. */
  context?: LooseValue;
  /** Skills that are asked for, by name with their least rating; as `context`. */
  skills?: LooseValue;
  /** What was said: an expression for a list of activities, or for an object that holds one as `activities`. */
  transcript?: LooseValue;
  /** Where in memory the result goes: "dialog.handOff". */
  resultProperty?: StringExpression;
  /**
   * Until somebody accepted: after so many minutes without word the customer's next message ends it as failed. Default 60;
   * 0: never.
   */
  giveUpMinutes?: NumberExpression;

  override getConverter(property: string): Converter | ConverterFactory {
    // Each takes only what its own property may be; the SDK's type wants them to take anything.
    return (CONVERTERS[property] ?? super.getConverter(property)) as Converter;
  }

  override async beginDialog(dc: DialogContext): Promise<DialogTurnResult> {
    if (this.disabled?.getValue(dc.state) === true) return dc.endDialog();
    const waiting: Waiting = { handOffId: newId("handoff"), heardAt: timeOf(dc), isAccepted: false };
    const event = this.toEvent(dc, waiting.handOffId);
    Object.assign(waitingOf(dc), waiting);
    await dc.context.sendActivity(event);
    return Dialog.EndOfTurn;
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const waiting = waitingOf(dc);
    const { activity } = dc.context;
    const status = readHandOffStatus(activity, waiting.handOffId);
    if (status !== undefined) return this.hear(dc, waiting, status);
    if (activity.type === "message" && this.hasWaitedEnough(dc, waiting))
      return this.end(dc, { state: "failed", message: NOBODY });
    return Dialog.EndOfTurn;
  }

  /** A dialog that somebody put on top has ended: people still have the conversation. */
  override async resumeDialog(): Promise<DialogTurnResult> {
    return Dialog.EndOfTurn;
  }

  /**
   * What the customer does is for people, so no trigger of the bot may take it as an interruption. Events go on: a bot
   * may have a trigger for `handoff.status`, and for its own timers.
   */
  protected override async onPreBubbleEvent(dc: DialogContext, event: DialogEvent): Promise<boolean> {
    return event.name === DialogEvents.activityReceived && dc.context.activity.type !== "event";
  }

  protected override onComputeId(): string {
    return `${HandOff.$kind}[${this.queue?.toString() ?? ""}]`;
  }

  private async hear(dc: DialogContext, waiting: Waiting, status: HandOffStatus): Promise<DialogTurnResult> {
    const { state, message } = status;
    if (state === "completed" || state === "failed")
      return this.end(dc, message === undefined ? { state } : { state, message });
    waiting.heardAt = timeOf(dc);
    if (state === "accepted") waiting.isAccepted = true;
    return Dialog.EndOfTurn;
  }

  private hasWaitedEnough(dc: DialogContext, waiting: Waiting): boolean {
    if (waiting.isAccepted) return false;
    const minutes = this.giveUpMinutes?.getValue(dc.state) ?? GIVE_UP_MINUTES;
    return minutes > 0 && timeOf(dc) - waiting.heardAt >= minutes * MINUTE_MS;
  }

  private async end(dc: DialogContext, result: HandOffResult): Promise<DialogTurnResult> {
    const place = this.resultProperty?.getValue(dc.state);
    if (place) dc.state.setValue(place, result);
    return dc.endDialog(result);
  }

  private toEvent(dc: DialogContext, handOffId: string): Partial<Activity> {
    const { state: memory, context } = dc;
    const wish = {
      queue: this.queue?.getValue(memory) || undefined,
      summary: this.summary?.getValue(memory) || undefined,
      context: this.context?.read(memory),
      skills: this.skills?.read(memory),
    };
    const told = Object.entries(wish).filter(([, value]) => value !== undefined && value !== null);
    const transcript = toTranscript(this.transcript?.read(memory));
    return {
      type: "event",
      name: ACTIVITY_EVENTS.handoffInitiate,
      value: { id: handOffId, ...Object.fromEntries(told) },
      relatesTo: TurnContext.getConversationReference(context.activity) as ConversationReference,
      attachments: transcript === undefined ? [] : [transcript],
    };
  }
}

/** By property: how the text of a `.dialog` file becomes what the action works with. */
export const CONVERTERS: Readonly<Record<string, { convert(value: never): unknown }>> = {
  disabled: new BoolExpressionConverter(),
  queue: new StringExpressionConverter(),
  summary: new StringExpressionConverter(),
  resultProperty: new StringExpressionConverter(),
  giveUpMinutes: new NumberExpressionConverter(),
  context: { convert: looseValue },
  skills: { convert: looseValue },
  transcript: { convert: looseValue },
};

function waitingOf(dc: DialogContext): Waiting {
  return dc.activeDialog?.state as Waiting;
}

/** ms: when what is worked on happened. */
function timeOf(dc: DialogContext): number {
  const { timestamp } = dc.context.activity;
  return timestamp === undefined ? systemClock.now() : new Date(timestamp).getTime();
}

/** As Bot Framework's EventFactory attaches one. */
function toTranscript(value: unknown): { contentType: string; name: string; content: object } | undefined {
  const activities = Array.isArray(value)
    ? value
    : (value as { activities?: unknown } | undefined)?.activities;
  if (!Array.isArray(activities) || activities.length === 0) return undefined;
  return { contentType: "application/json", name: "Transcript", content: { activities } };
}
