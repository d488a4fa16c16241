import { DialogReason, type DialogTurnResult, DialogTurnStatus } from "botbuilder-dialogs/lib/dialog";
import { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { DialogContextError } from "botbuilder-dialogs/lib/dialogContextError";
import { TurnPath } from "botbuilder-dialogs/lib/memory/turnPath";

/**
 * The SDK's dialog context with its two ways through every turn as native async functions. The SDK is compiled to
 * generators made for each call, and V8 gives each such function a hidden class in the old space that keeps what the call
 * saw, the whole turn, until the next full collection.
 */
export class FlowContext extends DialogContext {
  override async beginDialog(dialogId: string, options?: object): Promise<DialogTurnResult> {
    const dialog = this.findDialog(dialogId);
    // The SDK has words for it.
    if (dialog === undefined) return super.beginDialog(dialogId, options);
    this.stack.push({ id: dialogId, state: {} });
    return this.#explained(() => dialog.beginDialog(this, options));
  }

  override async endDialog(result?: unknown): Promise<DialogTurnResult> {
    await this.#endActive(result);
    const next = this.activeDialog;
    if (next === undefined) return { status: DialogTurnStatus.complete, result };
    const dialog = this.findDialog(next.id);
    if (dialog === undefined)
      throw new DialogContextError(
        `DialogContext.endDialog(): Can't resume previous dialog. A dialog with an id of '${next.id}' wasn't found.`,
        this,
      );
    return this.#explained(() => dialog.resumeDialog(this, DialogReason.endCalled, result));
  }

  async #endActive(result: unknown): Promise<void> {
    const active = this.activeDialog;
    if (active === undefined) return;
    const dialog = this.findDialog(active.id);
    if (dialog !== undefined)
      await this.#explained(() => dialog.endDialog(this.context, active, DialogReason.endCalled));
    this.stack.pop();
    this.state.setValue(TurnPath.lastResult, result);
  }

  /** As the SDK does: an error also says in which dialog it happened. */
  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DialogContextError) throw error;
      throw new DialogContextError(error as Error, this);
    }
  }
}
