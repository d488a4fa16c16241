import type { TurnContext } from "botbuilder-core";
import type { Dialog } from "botbuilder-dialogs/lib/dialog";
import { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { DialogSet } from "botbuilder-dialogs/lib/dialogSet";
import type { CodedDialog } from "../core/plugin";

/** One turn of a coded dialog by itself, without a flow around it. */
export interface DialogTurn {
  dialog: CodedDialog;
  /** Dialogs that it begins. */
  others: readonly CodedDialog[];
  /** What it is begun with. */
  options?: object;
  /** What the turn before left; undefined begins the dialog. Never changed in place. */
  state: unknown;
}

/** Returns the state to keep (plain JSON; undefined when the dialog is over) and what it ended with. */
export async function runDialogTurn(
  context: TurnContext,
  turn: DialogTurn,
): Promise<{ state: unknown; result: unknown }> {
  const set = new DialogSet();
  for (const dialog of [turn.dialog, ...turn.others]) set.add(dialog as Dialog);
  const state = (turn.state === undefined ? { dialogStack: [] } : copyOf(turn.state)) as {
    dialogStack: { id: string; state: unknown }[];
  };
  const dc = new DialogContext(set, context, state as never);
  const { result } =
    state.dialogStack.length === 0
      ? await dc.beginDialog(turn.dialog.id, turn.options)
      : await dc.continueDialog();
  return { state: dc.stack.length === 0 ? undefined : copyOf(state), result };
}

/** As it comes back from the store. */
const copyOf = (state: unknown): unknown => JSON.parse(JSON.stringify(state));
