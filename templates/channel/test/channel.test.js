const suite = require("node:test");
const { channelContract } = require("switchboard/testing");
const { channel } = require("../channel");
const { createFake } = require("../channel/fake");

const id = channel.definition.id;

// What every channel must do: signatures, batches, repeats, long texts, faults of the platform.
channelContract(
  channel,
  {
    createFake,
    account: {
      id: "shop",
      provider: id,
      name: "Shop",
      values: {},
      secrets: { apiToken: ["a-token"], webhookSecret: ["a-secret"] },
      publicUrls: [],
      instances: [
        {
          id: `${id}~line-1`,
          channel: id,
          accountId: "shop",
          externalId: "line-1",
          name: "Shop",
          values: {},
          secrets: {},
          workstreamId: id,
        },
      ],
    },
    customerId: "customer-1",
    webhookPath: `/webhooks/${id}/shop`,
    // Customers can send nothing but text here.
    lacks: ["media", "place", "choice", "reply"],
  },
  suite,
);
