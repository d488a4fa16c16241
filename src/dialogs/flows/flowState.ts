import type { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { SwitchboardError } from "../../core/errors";
import type { Scope } from "../../expressions/compile";
import { toContactScope } from "../../routing/rules/contactFields";
import type { FlowMoment } from "./moment";
import { NO_SERVICES } from "./services";

/** What a flow remembers between turns; plain JSON in the dialog stack. */
export interface FlowState {
  /** The step that waits: a question, a coded dialog, another flow. */
  at?: string;
  vars: Record<string, unknown>;
  /** Bad answers to the question. */
  tries: number;
}

export const FLOW_MOMENT = Symbol("switchboard.flow.moment");

export const stateOf = (dc: DialogContext): FlowState => (dc.activeDialog?.state ?? {}) as FlowState;

/** A thread's head holds what flows remember, and is read and written for every message. */
const LARGEST = 64_000;

/**
 * Saves what a service, an action or a dialog gave. Throws SwitchboardError HELPER_FAILED for what is no plain data or more
 * than 64 kB.
 */
export function keepResult(state: FlowState, name: string | undefined, result: unknown): void {
  if (name === undefined || result === undefined) return;
  const text = toJson(result);
  if (text.length > LARGEST)
    throw new SwitchboardError(
      "HELPER_FAILED",
      `What "${name}" was to hold is larger than ${LARGEST / 1000} kB. Ask for less.`,
    );
  state.vars[name] = JSON.parse(text) as unknown;
}

function toJson(result: unknown): string {
  try {
    return JSON.stringify(result) ?? "null";
  } catch (cause) {
    throw new SwitchboardError("HELPER_FAILED", "A coded dialog gave a result that is no plain data.", {
      cause,
    });
  }
}

/** In a bot of somebody's own nobody brings one: then it is made from the activity. */
export function momentOf(dc: DialogContext): FlowMoment {
  const given = dc.context.turnState.get(FLOW_MOMENT) as FlowMoment | undefined;
  if (given !== undefined) return given;
  const { activity } = dc.context;
  const made: FlowMoment = {
    now: Date.parse(String(activity.timestamp ?? "")) || 0,
    turnId: activity.id ?? "",
    language: activity.locale ?? "en",
    customer: { id: activity.from?.id ?? "", name: activity.from?.name ?? "" },
    instanceId: "",
    workstreamId: "",
    variables: {},
    settings: undefined,
    services: NO_SERVICES,
    path: [],
  };
  dc.context.turnState.set(FLOW_MOMENT, made);
  return made;
}

/** What expressions see. */
export function scopeOf(dc: DialogContext, state: FlowState): Scope {
  const { activity } = dc.context;
  const moment = momentOf(dc);
  const { customer } = moment;
  return {
    activity,
    input: activity.text ?? "",
    channel: activity.channelId,
    language: moment.language,
    customer: { ...customer, firstName: customer.firstName ?? (customer.name ?? "").split(" ")[0] },
    contact: toContactScope(moment.contact, customer),
    time: { now: moment.now },
    vars: state.vars,
    context: moment.variables,
  };
}
