// What requiring the package costs and gives, as JSON.
const times = [performance.now()];
require("botbuilder-core");
times.push(performance.now());
const switchboard = require("switchboard");
times.push(performance.now());
const loaded = new Set(
  Object.keys(require.cache).map(
    (file) => file.replace(/\\/g, "/").match(/.*node_modules\/((@[^/]+\/)?[^/]+)/)?.[1],
  ),
);
const testing = require("switchboard/testing");
const { version } = require("switchboard/package.json");

import("switchboard").then(async (module) => {
  const same = Object.keys(switchboard).filter((name) => module[name] === switchboard[name]);
  const testingModule = await import("switchboard/testing");
  const sameTesting = Object.keys(testing).filter((name) => testingModule[name] === testing[name]);
  const seen = {
    version,
    // Beside the SDK, which a bot has anyway.
    ratio: (times[2] - times[1]) / (times[1] - times[0]),
    loaded: [...loaded],
    names: Object.keys(switchboard),
    testingNames: Object.keys(testing),
    missing: [
      ...Object.keys(switchboard).filter((name) => !same.includes(name)),
      ...Object.keys(testing).filter((name) => !sameTesting.includes(name)),
    ],
  };
  process.stdout.write(JSON.stringify(seen));
});
