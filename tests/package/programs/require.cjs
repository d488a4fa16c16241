// What requiring the package gives, and what it loads for it, as JSON.
const packages = () => [
  ...new Set(
    Object.keys(require.cache)
      .map((file) => file.replace(/\\/g, "/").match(/.*node_modules\/((@[^/]+\/)?[^/]+)/)?.[1])
      .filter((name) => name !== undefined && name !== "switchboard"),
  ),
];
const switchboard = require("switchboard");
const atOnce = packages();
switchboard.SmsAdapter;
const forAdapter = packages();
const all = Object.values(switchboard).length;
const forAll = packages();
const testing = require("switchboard/testing");
const { version } = require("switchboard/package.json");

import("switchboard").then(async (module) => {
  const same = Object.keys(switchboard).filter((name) => module[name] === switchboard[name]);
  const testingModule = await import("switchboard/testing");
  const sameTesting = Object.keys(testing).filter((name) => testingModule[name] === testing[name]);
  const seen = {
    version,
    all,
    atOnce,
    forAdapter,
    forAll,
    names: Object.keys(switchboard),
    testingNames: Object.keys(testing),
    missing: [
      ...Object.keys(switchboard).filter((name) => !same.includes(name)),
      ...Object.keys(testing).filter((name) => !sameTesting.includes(name)),
    ],
  };
  process.stdout.write(JSON.stringify(seen));
});
