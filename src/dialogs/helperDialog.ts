import { createHash } from "node:crypto";
import type { TurnContext } from "botbuilder-core";
import type { Dialog } from "botbuilder-dialogs/lib/dialog";
import { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { DialogSet } from "botbuilder-dialogs/lib/dialogSet";
import type { FlowSettings } from "../core/settings";
import { FLOW_CONTEXT, FlowDialog } from "./flows/flowDialog";
import { compileFlow } from "./flows/flowSteps";

/** The dialog stack as stored in the thread's head. */
interface DialogState {
  dialogStack: { id: string; state: unknown }[];
}

/** Where the SDK's dialog state manager looks for scopes that were built before. */
const MEMORY = "DialogStateManagerConfiguration";

interface HelperTurn {
  flow: FlowSettings;
  /** What the last turn left; undefined at the beginning. */
  state: unknown;
  /** Context variables; steps change them in place. */
  variables: Record<string, string | number>;
}

/** Runs the work stream's flow for one turn. Flows are compiled once for each version. */
export function createHelper(dialogs: readonly Dialog[]) {
  const compiled = new WeakMap<FlowSettings, DialogSet>();
  /** The SDK builds its memory scopes anew for each turn, with a schema check of each; one set serves all turns. */
  let memory: unknown;

  function setOf(flow: FlowSettings): DialogSet {
    const known = compiled.get(flow);
    if (known !== undefined) return known;
    const set = new DialogSet();
    set.add(new FlowDialog(compileFlow(flow), revisionOf(flow)));
    for (const dialog of dialogs) set.add(dialog);
    compiled.set(flow, set);
    return set;
  }

  return {
    /** Returns the state to keep; undefined when the flow is at its end. Throws what a dialog throws. */
    async run(context: TurnContext, turn: HelperTurn): Promise<unknown> {
      const known = turn.state as DialogState | undefined;
      // Of a flow that the work stream no longer uses, nothing can be continued.
      const state: DialogState = known?.dialogStack[0]?.id === turn.flow.id ? known : { dialogStack: [] };
      context.turnState.set(FLOW_CONTEXT, turn.variables);
      if (memory !== undefined) context.turnState.set(MEMORY, memory);
      const dc = new DialogContext(setOf(turn.flow), context, state as never);
      memory ??= context.turnState.get(MEMORY);
      if (state.dialogStack.length === 0) await dc.beginDialog(turn.flow.id);
      else await dc.continueDialog();
      return dc.stack.length === 0 ? undefined : state;
    },
  };
}

function revisionOf(flow: FlowSettings): string {
  return createHash("sha256").update(JSON.stringify(flow)).digest("base64url").slice(0, 12);
}
