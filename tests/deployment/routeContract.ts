import { existsSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../docs/parts";
import type { Deployment } from "../support/arm/deployment";
import type { Json } from "../support/arm/expression";
import { at } from "./valueContract";

/** The status that a running server answers with. */
export type Probe = (method: "GET" | "POST", path: string) => Promise<number>;

/** Outputs that are addresses of ours: how they are asked, and what a server that knows them answers. */
const ADDRESSES: Record<string, { method: "GET" | "POST"; account?: string; answers: readonly number[] }> = {
  // 503: the pages are not built, as after a build of the server alone.
  consoleUrl: { method: "GET", answers: [200, 503] },
  // A sign-in that nobody began leads to the page that says so.
  signInCallbackUrl: { method: "GET", answers: [302] },
  healthUrl: { method: "GET", answers: [200] },
  messagingEndpoint: { method: "POST", answers: [400, 401, 403] },
  facebookCallbackUrl: { method: "POST", account: "shop-fb", answers: [401, 403] },
  twitterCallbackUrl: { method: "POST", account: "shop-x", answers: [401, 403] },
  twilioCallbackUrl: { method: "POST", account: "shop-twilio", answers: [401, 403] },
  twilioStatusCallbackUrl: { method: "POST", account: "shop-twilio", answers: [401, 403] },
};
const REST = [
  "siteName",
  "publicUrl",
  "stagingUrl",
  "keyVaultName",
  "cosmosEndpoint",
  "mediaUrl",
  "identityClientId",
  "workspaceName",
  "roleCommands",
];

/** Addresses in the outputs, the health path and the start command are the server's. */
export async function routeFaults(
  { resources, outputs }: Deployment,
  values: Record<string, Json>,
  probe: Probe,
): Promise<string[]> {
  const origin = String(outputs.publicUrl);
  const missing = [...Object.keys(ADDRESSES), ...REST].filter((name) => outputs[name] === undefined);
  const strange = Object.keys(outputs).filter(
    (name) => ADDRESSES[name] === undefined && !REST.includes(name),
  );
  const faults = [
    ...missing.map((name) => `output ${name}: missing`),
    ...strange.map((name) => `output ${name}: not known`),
    ...valueOutputs(resources, outputs),
  ];
  for (const [name, { method, account, answers }] of Object.entries(ADDRESSES)) {
    const url = String(outputs[name] ?? "");
    if (name === "messagingEndpoint" && values.deployBotService !== true) {
      if (url !== "") faults.push("output messagingEndpoint: there is no bot");
      continue;
    }
    const wanted = account === undefined || url.includes("/ACCOUNT");
    const status = url.startsWith(`${origin}/`)
      ? await probe(method, url.slice(origin.length).replace("ACCOUNT", account ?? "ACCOUNT"))
      : 0;
    if (!wanted || !answers.includes(status))
      faults.push(`output ${name}: the server answers ${status} at ${url}`);
  }
  for (const { id, type, body, deployed } of resources) {
    if (!deployed) continue;
    if (
      type === "Microsoft.BotService/botServices" &&
      at(body, "properties.endpoint") !== outputs.messagingEndpoint
    )
      faults.push(`${id}: the endpoint is not messagingEndpoint`);
    if (type !== "Microsoft.Web/sites" && type !== "Microsoft.Web/sites/slots") continue;
    const health = String(at(body, "properties.siteConfig.healthCheckPath"));
    if (health !== "/readyz" || (await probe("GET", health)) !== 200)
      faults.push(`${id}: the health path ${health}`);
    const [command, ...words] = String(at(body, "properties.siteConfig.appCommandLine")).split(" ");
    const script = words.find((word) => word.endsWith(".js"));
    const starts =
      command === "node" &&
      script !== undefined &&
      existsSync(path.join(ROOT, script)) &&
      words.at(-1) === "start";
    if (!starts) faults.push(`${id}: the command starts nothing`);
  }
  return faults;
}

/** The other outputs are what they are called. */
function valueOutputs(resources: Deployment["resources"], outputs: Deployment["outputs"]): string[] {
  const nameOf = (type: string) => resources.find((resource) => resource.type === type)?.name;
  const wanted: Record<string, string> = {
    siteName: nameOf("Microsoft.Web/sites") ?? "",
    keyVaultName: nameOf("Microsoft.KeyVault/vaults") ?? "",
    workspaceName: nameOf("Microsoft.OperationalInsights/workspaces") ?? "",
    cosmosEndpoint: `https://${nameOf("Microsoft.DocumentDB/databaseAccounts")}.documents.azure.com:443/`,
    mediaUrl: `https://${nameOf("Microsoft.Storage/storageAccounts")}.blob.core.windows.net/media`,
    identityClientId: "11111111-1111-4111-8111-111111111111",
  };
  return Object.entries(wanted)
    .filter(([name, value]) => outputs[name] !== value)
    .map(([name]) => `output ${name}: not what it is called`);
}
