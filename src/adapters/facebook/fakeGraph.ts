import { type Account, type Instance, secretOf } from "../../core/channel";
import type { FakeAnswer, FakeCall } from "../shared/fakePlatform";
import type { Json } from "../shared/narrow";
import { afterPrefix, hmac } from "../shared/signature";
import { GRAPH_VERSION } from "./definition";

/** What the fake Meta keeps beside messages. */
export interface GraphState {
  /** Names of people, by their id. */
  names: Map<string, string>;
  /** Fields that each page sends to the application. */
  subscribed: Map<string, string[]>;
  webhook?: { callback_url: string; fields: string[] };
}

/** Fields of a profile that need no permission of their own (Meta: User Profile API). */
const PROFILE_FIELDS = [
  "first_name",
  "last_name",
  "name",
  "profile_pic",
  "locale",
  "timezone",
  "gender",
  "id",
];

/** All calls but sending; undefined where there is no such path. */
export function answerGraph(call: FakeCall, account: Account, state: GraphState): FakeAnswer | undefined {
  const { pathname, searchParams } = new URL(call.path, "http://graph");
  const [, version, node = "", edge] = pathname.split("/");
  if (version === undefined || !/^v\d+\.\d+$/.test(version)) return undefined;
  const name = `${call.method} ${edge ?? ""}`;
  const form = new URLSearchParams(call.method === "POST" ? call.body : "");
  const isApplication = node === account.values.applicationId;
  const page = account.instances.find((one) => one.channel === "facebook" && one.externalId === node);

  if (node === "debug_token" || isApplication) {
    const refused = checkApplication(call, searchParams, account);
    if (refused !== undefined) return refused;
    if (node === "debug_token") return debugToken(searchParams.get("input_token") ?? "", account);
    if (name === "GET subscriptions") return { status: 200, body: { data: toSubscriptions(state) } };
    if (name === "POST subscriptions") return subscribe(form, account, state);
    return name === "GET " ? { status: 200, body: { id: node } } : undefined;
  }
  if (page !== undefined) {
    const refused = checkPage(call, searchParams, account, page);
    if (refused !== undefined) return refused;
    if (name === "GET ") return { status: 200, body: { id: node, name: page.name } };
    if (name === "GET subscribed_apps") return { status: 200, body: { data: toApps(node, account, state) } };
    if (name === "POST subscribed_apps") return subscribePage(form, node, state);
    return undefined;
  }
  if (name !== "GET ") return undefined;
  return answerProfile(call, searchParams, node, account, state);
}

/** Meta's error shape (Meta: Graph API error handling). */
export function refuse(status: number, code: number, message: string, subcode?: number): FakeAnswer {
  const error = { message, type: "OAuthException", code, fbtrace_id: "A1b2C3d4E5f" };
  return { status, body: { error: subcode === undefined ? error : { ...error, error_subcode: subcode } } };
}

/** The page's token and its proof. */
export function checkPage(
  call: FakeCall,
  query: URLSearchParams,
  account: Account,
  ...pages: readonly Instance[]
): FakeAnswer | undefined {
  const token = tokenOf(call, query);
  if (token === "" || !pages.some((page) => (page.secrets.pageAccessToken ?? []).includes(token)))
    return refuse(401, 190, "Invalid OAuth access token - Cannot parse access token");
  const proof = query.get("appsecret_proof");
  const secrets = account.secrets.applicationSecret ?? [];
  if (secrets.some((secret) => hmac("sha256", secret, token).toString("hex") === proof)) return undefined;
  return refuse(400, 100, "Invalid appsecret_proof provided in the API argument");
}

function checkApplication(call: FakeCall, query: URLSearchParams, account: Account): FakeAnswer | undefined {
  const own = (account.secrets.applicationSecret ?? []).map(
    (secret) => `${account.values.applicationId}|${secret}`,
  );
  if (own.includes(tokenOf(call, query))) return undefined;
  return refuse(400, 190, "Error validating application. Invalid application secret.");
}

function tokenOf(call: FakeCall, query: URLSearchParams): string {
  return afterPrefix(call.headers.authorization, "Bearer ") ?? query.get("access_token") ?? "";
}

function debugToken(token: string, account: Account): FakeAnswer {
  const page = account.instances.find((one) => (one.secrets.pageAccessToken ?? []).includes(token));
  if (page === undefined) {
    const error = { code: 190, message: "Invalid OAuth access token - Cannot parse access token" };
    return { status: 200, body: { data: { error, is_valid: false, scopes: [] } } };
  }
  const scopes = ["pages_messaging", "pages_manage_metadata", "pages_show_list"];
  const data = {
    app_id: account.values.applicationId,
    type: "PAGE",
    application: account.name,
    expires_at: 0,
    data_access_expires_at: 0,
    is_valid: true,
    profile_id: page.externalId,
    scopes,
  };
  return { status: 200, body: { data } };
}

function toSubscriptions({ webhook }: GraphState): Json[] {
  if (webhook === undefined) return [];
  const fields = webhook.fields.map((name) => ({ name, version: GRAPH_VERSION }));
  return [{ object: "page", callback_url: webhook.callback_url, active: true, fields }];
}

function subscribe(form: URLSearchParams, account: Account, state: GraphState): FakeAnswer {
  for (const name of ["object", "callback_url", "fields", "verify_token"]) {
    if (!form.get(name)) return refuse(400, 100, `(#100) The parameter ${name} is required`);
  }
  if (form.get("object") !== "page") return refuse(400, 100, "(#100) Param object must be one of {page}");
  const callback_url = form.get("callback_url") ?? "";
  // Meta asks the address at once; the fake knows the token and spares the call.
  if (form.get("verify_token") !== secretOf(account, "verifyToken"))
    return refuse(400, 2200, "(#2200) Callback verification failed: verify token mismatch");
  state.webhook = { callback_url, fields: (form.get("fields") ?? "").split(",") };
  return { status: 200, body: { success: true } };
}

function subscribePage(form: URLSearchParams, pageId: string, state: GraphState): FakeAnswer {
  const fields = (form.get("subscribed_fields") ?? "").split(",").filter((field) => field !== "");
  if (fields.length === 0) return refuse(400, 100, "(#100) The parameter subscribed_fields is required");
  state.subscribed.set(pageId, fields);
  return { status: 200, body: { success: true } };
}

function toApps(pageId: string, account: Account, state: GraphState): Json[] {
  const subscribed_fields = state.subscribed.get(pageId);
  if (subscribed_fields === undefined) return [];
  return [{ category: "Business", name: account.name, id: account.values.applicationId, subscribed_fields }];
}

function answerProfile(
  call: FakeCall,
  query: URLSearchParams,
  id: string,
  account: Account,
  state: GraphState,
): FakeAnswer {
  const pages = account.instances.filter((one) => one.channel === "facebook");
  const refused = checkPage(call, query, account, ...pages);
  if (refused !== undefined) return refused;
  const name = state.names.get(id);
  if (name === undefined) {
    const message = `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions`;
    return refuse(400, 100, message, 33);
  }
  const [first = "", ...rest] = name.split(" ");
  const profile: Record<string, unknown> = {
    first_name: first,
    last_name: rest.join(" "),
    name,
    profile_pic: `https://platform-lookaside.fbsbx.com/platform/profilepic/?psid=${id}`,
    locale: "en_US",
    timezone: 1,
  };
  const fields = (query.get("fields") ?? "first_name,last_name,profile_pic").split(",");
  const strange = fields.find((field) => !PROFILE_FIELDS.includes(field));
  if (strange !== undefined) return refuse(400, 100, `(#100) Tried accessing nonexisting field (${strange})`);
  const body: Record<string, unknown> = { id };
  for (const field of fields) if (profile[field] !== undefined) body[field] = profile[field];
  return { status: 200, body };
}
