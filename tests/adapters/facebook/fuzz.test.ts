import { facebook } from "../../../src/adapters/facebook";
import { hmac } from "../../../src/adapters/shared/signature";
import { fuzzWebhook } from "../shared/fuzz";
import { buildAccount, toRequest } from "./account";

const SEED = JSON.stringify({
  object: "page",
  entry: [
    {
      id: "101",
      time: 1763700000500,
      messaging: [
        {
          sender: { id: "555" },
          recipient: { id: "101" },
          timestamp: 1763700000002,
          message: { mid: "m_2", text: "Zoë" },
        },
        {
          sender: { id: "101" },
          recipient: { id: "5" },
          message: { mid: "m", is_echo: true, app_id: 7, metadata: "out~1" },
        },
        { sender: { id: "555" }, recipient: { id: "101" }, postback: { title: "Go", payload: "P" } },
        {
          sender: { id: "555" },
          recipient: { id: "101" },
          delivery: { mids: ["a"], watermark: 1763700000001 },
        },
        {
          sender: { id: "555" },
          recipient: { id: "101" },
          message: { attachments: [{ type: "image", payload: {} }] },
        },
      ],
      standby: [{ sender: { id: "5" }, recipient: { id: "101" }, message: { mid: "m_4", text: "x" } }],
      changes: [{ field: "feed" }],
    },
  ],
});

describe("facebook under mutated bodies", () => {
  fuzzWebhook({
    channel: facebook,
    account: buildAccount(),
    seed: SEED,
    toRequest,
    sign: (body) => ({ "x-hub-signature-256": `sha256=${hmac("sha256", "s3cret", body).toString("hex")}` }),
  });
});
