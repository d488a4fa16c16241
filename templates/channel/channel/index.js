const { createClient } = require("./client");
const { definition } = require("./definition");
const { toInbound } = require("./inbound");
const { toRequests } = require("./outbound");
const { verify } = require("./webhook");

/** @type {import("switchboard").PluginChannel} */
exports.channel = {
  definition,
  verify,
  toInbound,
  acknowledge: () => ({ status: 200, contentType: "text/plain", body: "ok" }),
  toRequests,
  createClient,
  // Development only: loaded when an account is simulated.
  fake: (options) => require("./fake").createFake(options),
};
