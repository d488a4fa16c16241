import type { Account, ChannelConnect, Check, ConnectPorts, Instance } from "../../core/channel";
import { secretOf } from "../../core/channel";
import { checked, clockCheck } from "../shared/checks";
import { type Json, toId, toList, toObject, toText } from "../shared/narrow";
import { createGraph, type Graph, toGraphPath } from "./graph";
import { checkToken } from "./tokenCheck";
import { CHANNEL } from "./wire";

/** Fields without which something a customer does would not arrive, or only half (Meta: Webhooks reference). */
export const PAGE_FIELDS = [
  "messages",
  "messaging_postbacks",
  "messaging_optins",
  "messaging_referrals",
  "messaging_account_linking",
  "message_deliveries",
  "message_reads",
  "message_echoes",
  "message_reactions",
  "message_edits",
  "messaging_handovers",
  "standby",
  "messaging_policy_enforcement",
  "response_feedback",
] as const;
/** Without these no conversation can be held. */
const NEEDED: ReadonlySet<string> = new Set(["messages", "messaging_postbacks"]);

const SUBSCRIBE =
  "Press Register here, or subscribe the page in Meta for Developers under Messenger > Settings > Webhooks.";
const APPLICATION = "Compare App ID and App secret with App settings > Basic in Meta for Developers.";

interface Look {
  graph: Graph;
  account: Account;
  ports: ConnectPorts;
}

/** Checks and registers an application and its pages with Meta. */
export const connect: ChannelConnect = {
  async validate(account, ports) {
    const look: Look = { graph: createGraph(ports), account, ports };
    const pages = pagesOf(account);
    const checks = [await checkWebhook(look)];
    const clock = await checkClock(look);
    if (clock !== undefined) checks.push(clock);
    if (pages.length === 0) checks.push(noPage());
    for (const page of pages) checks.push(...(await checkPage(look, page)));
    return checks;
  },

  async register(account, ports) {
    const look: Look = { graph: createGraph(ports), account, ports };
    const checks = [await registerWebhook(look)];
    for (const page of pagesOf(account)) checks.push(await subscribePage(look, page));
    return checks;
  },
};

const pagesOf = (account: Account): Instance[] =>
  account.instances.filter((instance) => instance.channel === CHANNEL);

function noPage(): Check {
  const cure = "Add a page with its page access token to this account.";
  return {
    id: "page",
    title: "Facebook pages",
    state: "warning",
    text: "The account has no page yet.",
    cure,
  };
}

async function checkPage(look: Look, page: Instance): Promise<Check[]> {
  const ofPage = (id: string, title: string) => ({ id, title: `${title} ${page.name}`, instanceId: page.id });
  const [token, permissions] = await checkToken(look, page);
  // With a dead token every further answer would only repeat it.
  if (token.state === "failed") {
    const skipped = {
      state: "skipped",
      text: "Not asked, because of the token.",
      cure: "Mend the token first.",
    } as const;
    return [
      token,
      { ...ofPage("page", "Ownership of"), ...skipped },
      { ...ofPage("subscription", "Webhooks of"), ...skipped },
    ];
  }
  const owner = await checked(
    ofPage("page", "Ownership of"),
    "Take the page access token from the page with this Page ID, and the app secret of the same application.",
    () => lookAtPage(look, page),
  );
  return [token, ...permissions, owner, ...(await checkSubscription(look, page, ofPage))];
}

/** Is it this page, and does Meta take our proof of the token? */
async function lookAtPage({ graph, account }: Look, page: Instance) {
  const path = toGraphPath(account, page.externalId);
  const { answer } = await graph.call({ method: "GET", path, account, page, query: { fields: "id,name" } });
  const id = toId(answer.id);
  const name = toText(answer.name) ?? "";
  if (id === page.externalId)
    return {
      state: "ok",
      text: `Facebook knows it as "${name}" and accepts the proof of the token.`,
    } as const;
  return {
    state: "failed",
    text: `Facebook answered for the page ${id ?? "(none)"} "${name}", not for ${page.externalId}.`,
    cure: "Correct the Page ID, or take the token of the page with this id.",
  } as const;
}

type Named = Pick<Check, "id" | "title" | "instanceId">;

/** What the page sends to whom: to us with all fields, and to nobody else. */
async function checkSubscription(
  { graph, account }: Look,
  page: Instance,
  ofPage: (id: string, title: string) => Named,
): Promise<Check[]> {
  let others: string[] | undefined;
  const own = await checked(ofPage("subscription", "Webhooks of"), SUBSCRIBE, async () => {
    const path = toGraphPath(account, page.externalId, "subscribed_apps");
    const { answer } = await graph.call({ method: "GET", path, account, page });
    const apps = toList(answer.data).map((one) => toObject(one) ?? {});
    const isOurs = (app: Json) => toId(app.id) === account.values.applicationId;
    others = apps.filter((app) => !isOurs(app)).map((app) => toText(app.name) || (toId(app.id) ?? "unnamed"));
    const ours = apps.find(isOurs);
    return ours === undefined
      ? { state: "failed", text: "The page sends nothing to this application.", cure: SUBSCRIBE }
      : judgeFields(toList(ours.subscribed_fields).flatMap((field) => fieldName(field)));
  });
  if (others === undefined) return [own];
  const alone = ofPage("otherApplications", "Other applications of");
  if (others.length === 0)
    return [own, { ...alone, state: "ok", text: "The page belongs to this application alone." }];
  return [
    own,
    {
      ...alone,
      state: "failed",
      text: `The page is linked to other applications too: ${others.join(", ")}. Both would answer its customers.`,
      cure: "On Facebook, under the page's settings > Linked apps (Advanced messaging), remove the others: a page belongs to one application.",
    },
  ];
}

function judgeFields(fields: readonly string[]): Pick<Check, "state" | "text" | "cure"> {
  const missing = PAGE_FIELDS.filter((field) => !fields.includes(field));
  if (missing.length === 0) return { state: "ok", text: `All ${PAGE_FIELDS.length} fields are subscribed.` };
  const state = missing.some((field) => NEEDED.has(field)) ? "failed" : "warning";
  return { state, text: `Not subscribed: ${missing.join(", ")}.`, cure: SUBSCRIBE };
}

/** "messages", or since some versions { name: "messages", version: "v26.0" }. */
function fieldName(field: unknown): string[] {
  const name = toText(field) ?? toText(toObject(field)?.name);
  return name === undefined ? [] : [name];
}

/** Does Meta post this application's webhooks here? */
function checkWebhook({ graph, account, ports }: Look): Promise<Check> {
  return checked({ id: "webhook", title: "Callback URL of the application" }, APPLICATION, async () => {
    const path = toGraphPath(account, account.values.applicationId ?? "", "subscriptions");
    const { answer } = await graph.call({ method: "GET", path, account });
    const found = toList(answer.data)
      .map((one) => toObject(one) ?? {})
      .find((one) => one.object === "page");
    const paste = `Press Register here, or paste ${ports.callbackUrl} and the verify token under Messenger > Settings > Webhooks.`;
    if (found === undefined)
      return { state: "failed", text: "The application has no callback URL for pages.", cure: paste };
    const url = toText(found.callback_url) ?? "";
    if (url !== ports.callbackUrl)
      return { state: "failed", text: `Meta posts to ${url}, not to ${ports.callbackUrl}.`, cure: paste };
    if (found.active === false)
      return { state: "failed", text: "The subscription is switched off.", cure: paste };
    const { state, text, cure } = judgeFields(toList(found.fields).flatMap(fieldName));
    return cure === undefined
      ? { state, text: `Meta posts to ${url}. ${text}` }
      : { state, text: `Meta posts to ${url}. ${text}`, cure };
  });
}

/** The clock of Meta's answer beside ours; nothing when Meta does not answer, which another check tells. */
async function checkClock({ graph, account, ports }: Look): Promise<Check | undefined> {
  try {
    const path = toGraphPath(account, account.values.applicationId ?? "");
    const { response } = await graph.call({ method: "GET", path, account, query: { fields: "id" } });
    return clockCheck(response, ports.clock);
  } catch {
    return undefined;
  }
}

function registerWebhook({ graph, account, ports }: Look): Promise<Check> {
  const cure = `${APPLICATION} Meta asks ${ports.callbackUrl} at once: it must be reachable over https, with this verify token.`;
  return checked({ id: "webhook", title: "Callback URL of the application" }, cure, async () => {
    const verifyToken = secretOf(account, "verifyToken") || (account.values.verifyToken ?? "");
    if (verifyToken === "") {
      const set = "Set a verify token in the account, any long random text.";
      return { state: "failed", text: "The account has no verify token.", cure: set };
    }
    const form = new URLSearchParams({
      object: "page",
      callback_url: ports.callbackUrl,
      verify_token: verifyToken,
      fields: PAGE_FIELDS.join(","),
      include_values: "true",
    });
    await graph.call({
      method: "POST",
      path: toGraphPath(account, account.values.applicationId ?? "", "subscriptions"),
      account,
      body: form.toString(),
      contentType: "application/x-www-form-urlencoded",
      // Meta calls us back before it answers.
      timeoutMs: 30_000,
    });
    return { state: "ok", text: `Meta posts to ${ports.callbackUrl}.` };
  });
}

function subscribePage({ graph, account }: Look, page: Instance): Promise<Check> {
  const check = { id: "subscription", title: `Webhooks of ${page.name}`, instanceId: page.id };
  const cure =
    "Renew the page access token with pages_messaging and pages_manage_metadata, then register again.";
  return checked(check, cure, async () => {
    await graph.call({
      method: "POST",
      path: toGraphPath(account, page.externalId, "subscribed_apps"),
      account,
      page,
      body: new URLSearchParams({ subscribed_fields: PAGE_FIELDS.join(",") }).toString(),
      contentType: "application/x-www-form-urlencoded",
    });
    return { state: "ok", text: `The page sends ${PAGE_FIELDS.length} fields to this application.` };
  });
}
