import type { Account, Check, ConnectPorts, Instance } from "../../core/channel";
import { ChannelError, messageOf } from "../../core/errors";
import { checked } from "../shared/checks";
import { createCalls } from "./calls";
import { createWebhookApi, type Webhook, type WebhookApi } from "./webhooks";

/** X's reasons for refusing a webhook or subscription (X: Webhooks; Account Activity API), and what mends them. */
const CURES: readonly (readonly [reason: RegExp, cure: string])[] = [
  [
    /CrcValidationFailed|CRC|\b214\b/i,
    "X asked our address and got no right answer. Make sure that it is reachable over https from outside, with a valid certificate and no redirect, and that the API Key Secret is the application's.",
  ],
  [
    /UrlValidationFailed/i,
    "X takes https addresses without a port, of at most 200 characters: mend PUBLIC_URL.",
  ],
  [
    /WebhookLimitExceeded|Too many resources/i,
    "The plan allows no further webhook. Delete the one that is not used any more in the X Developer Console, then register again.",
  ],
  [/WebhookIdInvalid/i, "X lost the webhook meanwhile. Register again."],
  [
    /SubscriptionLimitExceeded/i,
    "The plan allows no further subscription. Take off handles that are not used any more, or ask X for more.",
  ],
];

/**
 * Registers our address at X, or has X check it again, and subscribes each handle to it. Registering triggers X's
 * check of the address at once, so the server must answer publicly already. What is there already is a success.
 */
export async function register(account: Account, ports: ConnectPorts): Promise<Check[]> {
  const calls = createCalls(ports);
  let api: WebhookApi | undefined;
  let webhook: Webhook | undefined;
  const title = "Webhook at X";
  const cure = "Validate shows what X has; look at keys and plan in the X Developer Console.";
  const registered = await withCure({ id: "webhook", title }, cure, async () => {
    const bearer = await calls.fetchBearer(account);
    api = createWebhookApi({ account, calls, bearer, now: () => ports.clock.now() });
    const { found, text } = await ensureWebhook(api, ports.callbackUrl);
    webhook = found;
    if (found.valid) return { state: "ok", text };
    return { state: "failed", text, cure: CURES[0]?.[1] ?? cure };
  });
  const checks = [registered];
  for (const instance of account.instances.filter(({ channel }) => channel === "twitter")) {
    if (api !== undefined && webhook !== undefined) checks.push(await subscribe(api, webhook, instance));
  }
  return checks;
}

async function ensureWebhook(api: WebhookApi, url: string): Promise<{ found: Webhook; text: string }> {
  const known = (await api.list()).find((webhook) => webhook.url === url);
  if (known === undefined) {
    const found = await api.create(url);
    return { found, text: found.valid ? "X posts to our address now." : "X's check of our address failed." };
  }
  if (known.valid) return { found: known, text: "X posts to our address already." };
  const valid = await api.recheck(known);
  const text = valid
    ? "X checked our address again and posts to it."
    : "X's check of our address failed again.";
  return { found: { ...known, valid }, text };
}

function subscribe(api: WebhookApi, webhook: Webhook, instance: Instance): Promise<Check> {
  const check = { id: "subscription", title: `Subscription of ${instance.name}`, instanceId: instance.id };
  const cure =
    "Check the handle's tokens and rights with Validate. Where X wants the handle's OAuth 2.0 consent, subscribe it in the X Developer Console.";
  return withCure(check, cure, async () => {
    const has = await api.subscribed(webhook, instance).catch((): readonly string[] => []);
    const refused: string[] = [];
    for (const type of api.eventTypes) {
      if (has.includes(type)) continue;
      try {
        await api.subscribe(webhook, instance, type);
      } catch (error) {
        // Without messages the rest is of no use.
        if (type === "dm.received" || type === "all" || !(error instanceof ChannelError)) throw error;
        refused.push(`${type} (${messageOf(error)})`);
      }
    }
    if (refused.length === 0)
      return { state: "ok", text: "X sends what customers write; the first may take 10 s." };
    return { state: "warning", text: `Messages arrive, but X refuses: ${refused.join("; ")}`, cure };
  });
}

/** As `checked`, with the cure that X's reason names. */
async function withCure(...[check, cure, look]: Parameters<typeof checked>): Promise<Check> {
  const done = await checked(check, cure, look);
  if (done.state === "ok" || done.cure !== cure) return done;
  const known = CURES.find(([reason]) => reason.test(done.text));
  return known === undefined ? done : { ...done, cure: known[1] };
}
