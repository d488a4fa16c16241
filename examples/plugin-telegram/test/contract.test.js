const suite = require("node:test");
const { channelContract } = require("switchboard/testing");
const { telegram } = require("../channel");
const { createFake } = require("../channel/fake");
const { account } = require("./account");

// What every channel does: batches, repeats, shapes both ways, long texts, faults of the platform, the doctor.
channelContract(
  telegram,
  {
    createFake,
    account,
    customerId: "555000111",
    webhookPath: "/webhooks/telegram/shop",
    secretHeader: "x-telegram-bot-api-secret-token",
  },
  suite,
);
