import type { Effect, EffectBody } from "../../core/conversation";
import { ofWork } from "../../core/correlation";
import { GRACE_MS } from "../messages";

/**
 * A step owed under `effect~<name>`: a name that a repeat makes again, so that it is owed once. `epoch` is 0 for what is
 * about a message or customer, whatever becomes of the conversation. The sweep takes it up after GRACE_MS.
 */
export function newEffect(
  name: string,
  at: { threadId: string; conversationId: string; epoch?: number },
  effect: EffectBody,
  now: number,
): Effect {
  const { threadId, conversationId, epoch = 0 } = at;
  return {
    id: `effect~${name}`,
    type: "effect",
    threadId,
    conversationId,
    epoch,
    due: now + GRACE_MS,
    attempts: 0,
    effect,
    ...ofWork(),
  };
}
