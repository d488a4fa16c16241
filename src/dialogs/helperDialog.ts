import type { TurnContext } from "botbuilder-core";
import type { Dialog } from "botbuilder-dialogs/lib/dialog";
import { DialogSet } from "botbuilder-dialogs/lib/dialogSet";
import type { FlowSettings } from "../core/settings";
import { FlowContext } from "./flowContext";
import { FlowDialog } from "./flows/flowDialog";
import { FLOW_MOMENT } from "./flows/flowState";
import type { FlowMoment } from "./flows/moment";
import { readSteps } from "./flows/readSteps";

/** The dialog stack as stored in the thread's head. */
interface DialogState {
  dialogStack: { id: string; state: unknown }[];
}

/** Where the SDK's dialog state manager looks for scopes that were built before. */
const MEMORY = "DialogStateManagerConfiguration";

type Flows = ReadonlyMap<string, FlowSettings>;

interface HelperTurn {
  flow: FlowSettings;
  /** All flows, for those that call others. */
  flows: Flows;
  /** What the last turn left; undefined at the beginning. */
  state: unknown;
  moment: FlowMoment;
}

/** A flow with all that it can call, as they were when the set was made. */
interface Prepared {
  set: DialogSet;
  uses: readonly (readonly [id: string, flow: FlowSettings])[];
}

/** Runs the work stream's flow for one turn. Flows are compiled once for each version. */
export function createHelper(dialogs: readonly Dialog[]) {
  const prepared = new WeakMap<FlowSettings, Prepared>();
  /** The SDK builds its memory scopes anew for each turn, with a schema check of each; one set serves all turns. */
  let memory: unknown;

  function setOf(flow: FlowSettings, flows: Flows): DialogSet {
    const known = prepared.get(flow);
    if (known?.uses.every(([id, used]) => flows.get(id) === used)) return known.set;
    const set = new DialogSet();
    const uses = callsOf(flow, flows);
    for (const each of [flow, ...uses.map(([, used]) => used)]) set.add(new FlowDialog(each));
    for (const dialog of dialogs) set.add(dialog);
    prepared.set(flow, { set, uses });
    return set;
  }

  return {
    /** Returns the state to keep; undefined when the flow is at its end. Throws what a dialog throws. */
    async run(context: TurnContext, turn: HelperTurn): Promise<unknown> {
      const known = turn.state as DialogState | undefined;
      // Of a flow that the work stream no longer uses, nothing can be continued.
      const state: DialogState = known?.dialogStack[0]?.id === turn.flow.id ? known : { dialogStack: [] };
      context.turnState.set(FLOW_MOMENT, turn.moment);
      if (memory !== undefined) context.turnState.set(MEMORY, memory);
      const dc = new FlowContext(setOf(turn.flow, turn.flows), context, state as never);
      memory ??= context.turnState.get(MEMORY);
      // Above a dialog that is gone meanwhile, nothing can be continued either: the flow asks its question again.
      const gone = state.dialogStack.findIndex(({ id }) => dc.findDialog(id) === undefined);
      if (gone > 0) state.dialogStack.splice(0, state.dialogStack.length);
      if (state.dialogStack.length === 0) await dc.beginDialog(turn.flow.id);
      else await dc.continueDialog();
      return dc.stack.length === 0 ? undefined : state;
    },
  };
}

/** Flows that a flow calls, and those that these call. */
function callsOf(flow: FlowSettings, flows: Flows): [id: string, flow: FlowSettings][] {
  const found = new Map<string, FlowSettings>();
  const todo = [flow];
  for (let at = todo.pop(); at !== undefined; at = todo.pop())
    for (const step of readSteps(at).steps.values()) {
      const called = step.do === "flow" ? flows.get(step.flow) : undefined;
      if (called === undefined || called.id === flow.id || found.has(called.id)) continue;
      found.set(called.id, called);
      todo.push(called);
    }
  return [...found];
}
