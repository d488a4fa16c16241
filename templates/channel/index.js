const { channel } = require("./channel");

/** @type {import("switchboard").Plugin} */
module.exports = {
  name: "__NAME__",
  switchboard: "^__VERSION__",
  channels: [channel],
};
