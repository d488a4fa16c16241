import type { Account, RawRequest } from "../../../src/core/channel";

export const PAGE = "101";
export const CUSTOMER = "5550000000000001";

/** An account with two pages; `secret` signs its webhooks. */
export function buildAccount(over: Partial<Account> = {}): Account {
  const toPage = (externalId: string, humanAgentTag: string) => ({
    id: `facebook~${externalId}`,
    channel: "facebook",
    accountId: "shop",
    externalId,
    name: `Page ${externalId}`,
    values: { humanAgentTag },
    secrets: { pageAccessToken: [`EAA-${externalId}`] },
    workstreamId: "messenger",
  });
  return {
    id: "shop",
    provider: "facebook",
    name: "Shop",
    values: { applicationId: "777" },
    secrets: { applicationSecret: ["s3cret"], verifyToken: ["verify me"] },
    publicUrls: ["https://bots.example.com"],
    instances: [toPage(PAGE, "off"), toPage("102", "on")],
    ...over,
  };
}

export function toRequest(body: string | Buffer, headers: RawRequest["headers"] = {}): RawRequest {
  return { method: "POST", url: "/webhooks/facebook/shop", headers, body: Buffer.from(body as string) };
}
