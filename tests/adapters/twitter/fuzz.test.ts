import { readFileSync } from "node:fs";
import path from "node:path";
import { hmac } from "../../../src/adapters/shared/signature";
import { twitter } from "../../../src/adapters/twitter";
import { fuzzWebhook } from "../shared/fuzz";
import { buildAccount, toRequest } from "./account";

const FIXTURE = path.join(process.cwd(), "tests/adapters/twitter/fixtures/accountActivity.json");
const lists = JSON.parse(readFileSync(FIXTURE, "utf8")).body;
const sign = (body: Buffer) => ({
  "x-twitter-webhooks-signature": `sha256=${hmac("sha256", "apiSecret", body).toString("base64")}`,
});

describe("twitter under mutated bodies", () => {
  const given = { channel: twitter, account: buildAccount(), toRequest, sign };
  describe("of the Account Activity API", () => fuzzWebhook({ ...given, seed: JSON.stringify(lists) }));
  const data = { event_type: "dm.received", filter: { user_id: "900" }, payload: lists };
  describe("of the X Activity API", () => fuzzWebhook({ ...given, seed: JSON.stringify({ data }) }));
});
