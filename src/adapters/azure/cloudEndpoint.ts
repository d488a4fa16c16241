import type { IncomingMessage, ServerResponse } from "node:http";
import type { Inbound } from "../../core/channel";
import { InputError, messageOf, WebhookRejected } from "../../core/errors";
import type { Log } from "../../core/log";
import { toObject, toText } from "../shared/narrow";
import type { Cloud } from "./cloud";
import { toItem } from "./inbound";

export interface CloudEndpointPorts {
  cloud: Pick<Cloud, "botId" | "authenticate">;
  /** Resolves when the items of this bot are durable. */
  receive(items: readonly Inbound[], botId: string): Promise<void>;
  log: Log;
}

/** The store's JSON may not be nested deeper than a thousand; no honest activity comes near. */
const MAX_DEPTH = 100;

/**
 * POST /api/messages, with the body parsed: authenticated, stored, then answered. Not `CloudAdapter.process`, which
 * runs the bot before it answers, prints refusals to the console, tells the caller why, and makes 500 of a forged
 * signature. Throws InputError (400), WebhookRejected (401), NotFound, StoreError (503, so that the service repeats).
 */
export function createCloudEndpoint({ cloud, receive, log }: CloudEndpointPorts) {
  return async (request: IncomingMessage & { body?: unknown }, response: ServerResponse): Promise<void> => {
    const activity = toObject(request.body);
    // The SDK fails on these before it asks who calls.
    if (activity === undefined || (toText(activity.type) ?? "") === "" || isDeeper(activity, MAX_DEPTH)) {
      throw new InputError(
        "INPUT_INVALID",
        "The body is no Bot Framework activity: a JSON object with a type.",
      );
    }
    try {
      await cloud.authenticate(activity, request.headers.authorization ?? "");
    } catch (error) {
      if (!(error instanceof WebhookRejected)) throw error;
      log.warn({ code: error.code, reason: messageOf(error) }, "a request to /api/messages was refused");
      // Whoever forges requests learns nothing of what was expected.
      throw new WebhookRejected(error.code, "The request was refused.");
    }
    await receive([toItem(activity, cloud.botId)], cloud.botId);
    // An invoke waits for a result of the bot's, and the helper has none: not implemented, as CloudAdapter says.
    response.writeHead(activity.type === "invoke" ? 501 : 200, { "Content-Length": 0 });
    response.end();
  };
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
