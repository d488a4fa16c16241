import { type Account, type Check, type ConnectPorts, type Instance, secretOf } from "../../core/channel";
import { checked } from "../shared/checks";
import { type Json, toId, toList, toObject, toText } from "../shared/narrow";
import { type Graph, toGraphPath } from "./graph";

const DAY_MS = 86_400_000;
/** An admin needs time to renew one. */
const WARN_DAYS = 14;

const RENEW =
  "Make a new page access token in Meta for Developers under Messenger > Settings > Access tokens and put it into the page; held messages then go out.";

interface Look {
  graph: Graph;
  account: Account;
  ports: ConnectPorts;
}

/** What Meta says about a page's token: is it alive, ours, of this page, and what may it do (Meta: debug_token). */
export async function checkToken(look: Look, page: Instance): Promise<[token: Check, permissions: Check[]]> {
  const { graph, account, ports } = look;
  let data: Json | undefined;
  const token = await checked(
    { id: "token", title: `Page access token of ${page.name}`, instanceId: page.id },
    "Compare App ID and App secret with App settings > Basic in Meta for Developers: with them Meta is asked about the token.",
    async () => {
      const value = secretOf(page, "pageAccessToken");
      if (value === "") return { state: "failed", text: "The page has no access token.", cure: RENEW };
      // Meta takes the token that is asked about in the query alone.
      const query = { input_token: value };
      const path = toGraphPath(account, "debug_token");
      const { answer } = await graph.call({ method: "GET", path, account, query });
      data = toObject(answer.data) ?? {};
      return judgeToken(data, account, page, ports.clock.now());
    },
  );
  return [token, data === undefined ? [] : [toPermissions(data, page)]];
}

type Finding = Pick<Check, "state" | "text" | "cure">;

function judgeToken(data: Json, account: Account, page: Instance, now: number): Finding {
  if (data.is_valid !== true) {
    const why = toText(toObject(data.error)?.message) ?? "Facebook calls it invalid.";
    return { state: "failed", text: why, cure: RENEW };
  }
  const owner = toId(data.app_id);
  if (owner !== account.values.applicationId) {
    const text = `It was made for the application ${owner ?? "(none)"}, not for ${account.values.applicationId}.`;
    return { state: "failed", text, cure: RENEW };
  }
  const type = toText(data.type);
  if (type !== undefined && type !== "PAGE") {
    const text = `It is a token of the kind ${type}, not of a page.`;
    return { state: "failed", text, cure: RENEW };
  }
  const profile = toId(data.profile_id);
  if (profile !== undefined && profile !== page.externalId) {
    const text = `It belongs to the page ${profile}, not to ${page.externalId}.`;
    return { state: "failed", text, cure: RENEW };
  }
  return judgeExpiry(data, now);
}

/** 0 stands for never. The right to people's data may end before the token does. */
function judgeExpiry(data: Json, now: number): Finding {
  const ends = [data.expires_at, data.data_access_expires_at]
    .map((seconds) => Number(seconds) * 1000)
    .filter((at) => at > 0);
  const end = Math.min(...ends);
  if (ends.length === 0) return { state: "ok", text: "It is valid and does not expire." };
  const date = new Date(Math.min(end, 8.64e15)).toISOString().slice(0, 10);
  if (end <= now) return { state: "failed", text: `It expired on ${date}.`, cure: RENEW };
  if (end - now > WARN_DAYS * DAY_MS) return { state: "ok", text: `It is valid until ${date}.` };
  return { state: "warning", text: `It expires on ${date}.`, cure: RENEW };
}

function toPermissions(data: Json, page: Instance): Check {
  const scopes = toList(data.scopes);
  const check = { id: "permissions", title: `Permissions for ${page.name}`, instanceId: page.id };
  const missing = ["pages_messaging", "pages_manage_metadata"].filter((scope) => !scopes.includes(scope));
  if (missing.length === 0)
    return { ...check, state: "ok", text: "The token may send messages and subscribe the page." };
  return {
    ...check,
    // Without the second only registering fails.
    state: missing.includes("pages_messaging") ? "failed" : "warning",
    text: `The token lacks ${missing.join(" and ")}.`,
    cure: `Make a new page access token and grant ${missing.join(" and ")}; a published application also needs them approved in App Review.`,
  };
}
