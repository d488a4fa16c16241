const suite = require("node:test");
const { channelContract, testAccount } = require("switchboard/testing");
const { channel } = require("../channel");
const { createFake } = require("../channel/fake");

// What every channel must do: signatures, batches, repeats, long texts, faults of the platform.
channelContract(
  channel,
  {
    createFake,
    account: testAccount(channel, "line-1", { id: "shop" }),
    customerId: "customer-1",
    webhookPath: `/webhooks/${channel.definition.provider}/shop`,
    // Customers can send nothing but text here.
    lacks: ["media", "place", "choice", "reply"],
  },
  suite,
);
