// The channel contract under the runner of Node itself.
import * as suite from "node:test";
import { channels } from "switchboard";
import { channelContract, fakes, testAccount } from "switchboard/testing";

const sms = channels.find(({ definition }) => definition.id === "sms");
channelContract(
  sms,
  {
    createFake: fakes.sms,
    account: testAccount(sms, "+14252306549", { values: { accountSid: `AC${"0".repeat(32)}` } }),
    customerId: "+12065550147",
    webhookPath: "/webhooks/twilio/shop",
    lacks: ["place", "choice", "reply"],
  },
  suite,
);
