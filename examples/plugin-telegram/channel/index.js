const { acknowledge } = require("./acknowledge");
const { createClient } = require("./client");
const { connect } = require("./connect");
const { definition } = require("./definition");
const { toInbound } = require("./inbound");
const { toRequests } = require("./outbound");
const { verify } = require("./webhook");

/** @type {import("switchboard").PluginChannel} */
exports.telegram = {
  definition,
  verify,
  toInbound,
  acknowledge,
  toRequests,
  createClient,
  connect,
  // Development only: loaded when an account is simulated.
  fake: (options) => require("./fake").createFake(options),
};
