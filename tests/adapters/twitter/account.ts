import type { Account, RawRequest } from "../../../src/core/channel";

export const HANDLE = "900";
export const CUSTOMER = "1205290247124217856";

export function buildAccount(apiFlavor = "xaa", over: Partial<Account> = {}): Account {
  return {
    id: "shop-x",
    provider: "twitter",
    name: "Shop on X",
    values: { consumerKey: "ck", apiFlavor },
    secrets: { consumerSecret: ["apiSecret"] },
    publicUrls: ["https://bots.example.com"],
    instances: [
      {
        id: "twitter~900",
        channel: "twitter",
        accountId: "shop-x",
        externalId: HANDLE,
        name: "shop",
        values: {},
        secrets: { accessToken: ["x-token"], accessTokenSecret: ["x-token-secret"] },
        workstreamId: "x",
      },
    ],
    ...over,
  };
}

export function toRequest(body: string | Buffer, headers: RawRequest["headers"] = {}): RawRequest {
  return { method: "POST", url: "/webhooks/twitter/shop-x", headers, body: Buffer.from(body as string) };
}
