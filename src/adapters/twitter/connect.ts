import {
  type Account,
  type ChannelConnect,
  type Check,
  type ConnectPorts,
  type HttpResponse,
  type Instance,
  type RawRequest,
  secretOf,
} from "../../core/channel";
import { checked, clockCheck } from "../shared/checks";
import { toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { hmac } from "../shared/signature";
import { type Calls, createCalls } from "./calls";
import { isVersion1 } from "./definition";
import { toLookError } from "./errors";
import { idOf } from "./ids";
import { register } from "./register";
import { challenge } from "./webhook";
import { createWebhookApi, listEnvironments, type Webhook, type WebhookPorts } from "./webhooks";

/** X (Webhooks, "Develop a webhook consumer app"). */
const MAX_URL = 200;

/** What the checks share. */
interface Looker {
  account: Account;
  calls: Calls;
  ports: ConnectPorts;
}

type Found = Pick<Check, "state" | "text" | "cure">;

const ok = (text: string): Found => ({ state: "ok", text });
const failed = (text: string, cure: string): Found => ({ state: "failed", text, cure });
const warning = (text: string, cure: string): Found => ({ state: "warning", text, cure });

/** X's side of an account, looked at and set up. */
export const connect: ChannelConnect = { validate, register };

/** Address, challenge, keys, each handle's token, rights and subscription, webhook and clock: each a check of its own. */
async function validate(account: Account, ports: ConnectPorts): Promise<Check[]> {
  const looker: Looker = { account, calls: createCalls(ports), ports };
  const handles = account.instances.filter(({ channel }) => channel === "twitter");
  const checks = [checkAddress(ports.callbackUrl, account), await checkChallenge(account)];

  let bearer = "";
  const application = await checked(
    { id: "application", title: "API Key and Secret" },
    "Copy API Key and API Key Secret again from Keys and tokens in the X Developer Console.",
    async () => {
      bearer = await looker.calls.fetchBearer(account);
      return ok("X accepts them.");
    },
  );
  checks.push(application);

  let clock: Check | undefined;
  const works = new Set<Instance>();
  for (const instance of handles) {
    const token = await checkToken(looker, instance, (response) => {
      clock ??= clockCheck(response, ports.clock);
    });
    checks.push(token);
    if (token.state === "ok") works.add(instance);
    checks.push(await checkRights(looker, instance, token.state === "ok"));
  }
  if (clock !== undefined) checks.push(clock);
  if (bearer === "") return [...checks, skipped("webhook", "Webhook at X", "API Key and Secret")];
  return [...checks, ...(await checkDelivery(looker, bearer, handles, works))];
}

function skipped(id: string, title: string, first: string, instanceId?: string): Check {
  return {
    id,
    title,
    state: "skipped",
    text: "Not looked at.",
    cure: `Mend "${first}" first.`,
    ...(instanceId === undefined ? {} : { instanceId }),
  };
}

/** X takes only https addresses without a port that it can reach. */
function checkAddress(callbackUrl: string, account: Account): Check {
  const check = { id: "callbackUrl", title: "Callback URL" };
  // An X that is played on this machine reaches this machine.
  if (account.apiUrl !== undefined && /^http:\/\/(127\.|localhost)/.test(callbackUrl))
    return { ...check, state: "skipped", text: "The account talks to a simulated X.", cure: "Nothing." };
  const cure = "Set PUBLIC_URL to the https address under which X reaches this server, without a port.";
  const problem = problemOf(callbackUrl);
  if (problem === undefined) return { ...check, ...ok(`X can use ${callbackUrl}`) };
  return { ...check, ...failed(`X refuses ${callbackUrl.slice(0, 300)}: ${problem}.`, cure) };
}

function problemOf(callbackUrl: string): string | undefined {
  const url = URL.canParse(callbackUrl) ? new URL(callbackUrl) : undefined;
  if (url === undefined) return "it is no address";
  if (url.protocol !== "https:") return "it does not begin with https://";
  // Of the text: URL hides a port that is the usual one, X refuses that too.
  if (/^https:\/\/[^/]*:\d/i.test(callbackUrl)) return "it names a port";
  if (callbackUrl.length > MAX_URL) return `it has ${callbackUrl.length} characters; X takes ${MAX_URL}`;
  return isPrivate(url.hostname) ? "it is reached from this machine or network only" : undefined;
}

function isPrivate(host: string): boolean {
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host.endsWith(".local") ||
    host.startsWith("[") ||
    /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./.test(host)
  );
}

/** Answers a challenge as X would ask it and works the proof out apart from that. */
function checkChallenge(account: Account): Promise<Check> {
  const cure = "Set the API Key Secret of the account.";
  return checked({ id: "challenge", title: "Answer to X's check of the webhook" }, cure, async () => {
    const token = `${account.id}-check`;
    const request: RawRequest = {
      method: "GET",
      url: `/?crc_token=${encodeURIComponent(token)}`,
      headers: {},
      body: Buffer.alloc(0),
    };
    const reply = challenge(request, account);
    const proof = hmac("sha256", secretOf(account, "consumerSecret"), token).toString("base64");
    const answered = toText(readJsonAnswer(reply.body ?? "").response_token);
    const isRight = reply.status === 200 && answered === `sha256=${proof}`;
    return isRight ? ok("Our answer proves the API Key Secret.") : failed("Our answer proves nothing.", cure);
  });
}

function checkToken(
  { account, calls, ports }: Looker,
  instance: Instance,
  seen: (response: HttpResponse) => void,
): Promise<Check> {
  const cure =
    "Tokens are shown once, and Regenerate kills the old ones at once: make new ones under Keys and tokens in the X Developer Console, signed in as the handle, and put Access Token and Access Token Secret here.";
  const check = { id: "token", title: `Access Token of ${instance.name}`, instanceId: instance.id };
  return checked(check, cure, async () => {
    const response = await calls.asHandle({ method: "GET", path: "/2/users/me" }, { account, instance });
    seen(response);
    if (response.status >= 300) throw toLookError(response, ports.clock.now());
    const user = toObject(readJsonAnswer(response.body).data);
    const id = idOf(user);
    const name = toText(user?.username)?.slice(0, 60) ?? "?";
    if (id === instance.externalId) return ok(`It is @${name}'s, with the user id ${id}.`);
    return failed(
      `It is of @${name} with the user id ${id ?? "?"}, not of ${instance.externalId}.`,
      `Put ${id ?? "the right id"} as user id, or the tokens of the handle ${instance.externalId}.`,
    );
  });
}

/** The header tells what a token may for nothing; only the call tells what the plan allows. */
function checkRights({ account, calls, ports }: Looker, instance: Instance, works: boolean): Promise<Check> {
  const check = {
    id: "permission",
    title: `Direct messages of ${instance.name}`,
    instanceId: instance.id,
  };
  const cure =
    'Set "Read, Write and Direct Message" under User authentication settings of the app in the X Developer Console, then regenerate the Access Token and Secret: tokens made before keep their old rights.';
  if (!works) return Promise.resolve(skipped(check.id, check.title, "Access Token", instance.id));
  return checked(check, cure, async () => {
    const path = isVersion1(account.values.apiFlavor)
      ? "/1.1/direct_messages/events/list.json?count=1"
      : "/2/dm_events?max_results=1";
    const response = await calls.asHandle({ method: "GET", path }, { account, instance });
    const rights = response.headers["x-access-level"];
    if (response.status === 429)
      return warning("X allows no look now: 15 in 15 minutes.", "Validate again in a quarter of an hour.");
    if (response.status >= 300) throw toLookError(response, ports.clock.now());
    if (rights !== undefined && !/directmessages/i.test(rights))
      return failed(`The token's rights are only "${rights.slice(0, 60)}".`, cure);
    return ok("The application may read and write them.");
  });
}

/** Webhook and subscriptions, which hang on one another. */
async function checkDelivery(
  looker: Looker,
  bearer: string,
  handles: readonly Instance[],
  works: ReadonlySet<Instance>,
): Promise<Check[]> {
  const { account, calls, ports } = looker;
  const webhookPorts: WebhookPorts = { account, calls, bearer, now: () => ports.clock.now() };
  const checks: Check[] = [];
  if (account.values.apiFlavor === "aaa1-premium") checks.push(await checkEnvironment(webhookPorts));

  let webhook: Webhook | undefined;
  const cure = "Look at the app's plan in the X Developer Console: webhooks need access to the Activity API.";
  const found = await checked({ id: "webhook", title: "Webhook at X" }, cure, async () => {
    const webhooks = await createWebhookApi(webhookPorts).list();
    webhook = webhooks.find(({ url }) => url === ports.callbackUrl);
    return webhook === undefined ? toMissing(webhooks, ports.callbackUrl) : toValid(webhook);
  });
  checks.push(found);
  for (const instance of handles) {
    const title = `Subscription of ${instance.name}`;
    if (webhook === undefined) checks.push(skipped("subscription", title, "Webhook at X", instance.id));
    else if (!works.has(instance)) checks.push(skipped("subscription", title, "Access Token", instance.id));
    else checks.push(await checkSubscription(webhookPorts, webhook, instance));
  }
  return checks;
}

function toMissing(webhooks: readonly Webhook[], callbackUrl: string): Found {
  const others = webhooks.map(({ url }) => url.slice(0, 200)).join(", ");
  if (others === "")
    return failed("X has no webhook of this application, so nothing arrives.", "Press Register.");
  return failed(
    `X posts to another address: ${others}.`,
    `Press Register for ${callbackUrl}. A plan with one webhook wants the other one deleted first: its address cannot be changed.`,
  );
}

function toValid({ valid, id }: Webhook): Found {
  if (valid) return ok(`X posts to our address (webhook ${id}).`);
  return failed(
    "X has our address, but its check of it failed, so X sends nothing.",
    "Make sure that the address answers over https within a second, with a valid certificate and no redirect; then press Register, which has X check again.",
  );
}

/** The label must be the dev environment's, to the letter. */
function checkEnvironment(ports: WebhookPorts): Promise<Check> {
  const name = ports.account.values.environmentName ?? "";
  const cure =
    "Copy the Dev environment label to the letter from Dev environments in the X Developer Console; make one for the app if there is none.";
  return checked({ id: "environment", title: "Environment name" }, cure, async () => {
    if (name === "") return failed("It is not set; aaa1-premium needs it.", cure);
    const names = (await listEnvironments(ports)).map((environment) => environment.name);
    if (names.includes(name)) return ok(`X has the environment "${name}".`);
    const near = names.find((other) => other.toLowerCase() === name.toLowerCase());
    if (near !== undefined)
      return failed(`X has "${near}", not "${name}": upper and lower case matter.`, `Set it to ${near}.`);
    const all = names.length === 0 ? "none" : names.join(", ").slice(0, 300);
    return failed(`X has no environment "${name}" for this app; it has: ${all}.`, cure);
  });
}

function checkSubscription(ports: WebhookPorts, webhook: Webhook, instance: Instance): Promise<Check> {
  const cure = "Press Register.";
  const check = { id: "subscription", title: `Subscription of ${instance.name}`, instanceId: instance.id };
  return checked(check, cure, async () => {
    const api = createWebhookApi(ports);
    const has = await api.subscribed(webhook, instance);
    const missing = api.eventTypes.filter((type) => !has.includes(type));
    if (missing.length === 0) return ok("X sends what customers write.");
    if (missing.includes("dm.received") || missing.includes("all"))
      return failed("The handle is not subscribed, so nothing that customers write arrives.", cure);
    return warning(`Messages arrive, but not: ${missing.join(", ")}.`, cure);
  });
}
