const { telegram } = require("./channel");

/** @type {import("switchboard").Plugin} */
module.exports = {
  name: "telegram",
  switchboard: "^0.1.0",
  channels: [telegram],
};
