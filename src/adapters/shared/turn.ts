import {
  type Activity,
  type BotAdapter,
  InputHints,
  type Middleware,
  type ResourceResponse,
  TurnContext,
} from "botbuilder-core";

/**
 * The SDK's turn context, whose sends, and the middleware around it, are native async functions. The SDK is compiled to
 * generators made for each call, and V8 gives each such function a hidden class in the old space that keeps what the call
 * saw, the whole turn, until the next full collection.
 */
export class Turn extends TurnContext {
  override async sendActivity(
    activityOrText: string | Partial<Activity>,
    speak?: string,
    inputHint?: string,
  ): Promise<ResourceResponse | undefined> {
    const activity =
      typeof activityOrText === "string"
        ? {
            text: activityOrText,
            inputHint: inputHint || InputHints.AcceptingInput,
            ...(speak ? { speak } : {}),
          }
        : activityOrText;
    return ((await this.sendActivities([activity])) ?? [])[0];
  }
}

/** As the SDK's BotAdapter does: the middleware, then `logic`; whoever keeps the context cannot use it afterwards. */
export async function runTurn(
  context: TurnContext,
  middleware: Middleware,
  logic: (context: TurnContext) => Promise<void>,
): Promise<void> {
  const { locale } = context.activity;
  if (locale) context.locale = locale;
  const adapter: { onTurnError?: BotAdapter["onTurnError"] } = context.adapter;
  const { proxy, revoke } = Proxy.revocable(context, {});
  try {
    await middleware.onTurn(proxy, () => logic(proxy));
  } catch (error) {
    if (adapter.onTurnError === undefined) throw error;
    await adapter.onTurnError(proxy, error as Error);
  } finally {
    revoke();
  }
}
