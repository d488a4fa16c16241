// Mocha's spec report, and which tests passed only when they were tried again: those want a look, and must not hide.
// Also which file a process of a parallel run could not load or died of: Mocha says no more than that there was one.
const { reporters, Runner } = require("mocha");

const { EVENT_TEST_RETRY, EVENT_TEST_FAIL, EVENT_RUN_END } = Runner.constants;
const firstLines = (error) =>
  String(error?.stack ?? error)
    .split("\n")
    .slice(0, 4)
    .join("\n    ");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const again = new Map();
    let ended = false;
    runner.on(EVENT_TEST_RETRY, (test, error) => again.set(test.fullTitle(), error));
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      // A timeout names its file, too; it has a test.
      if (error?.file === undefined || test.type === "test" || test.type === "hook") return;
      // The sum was told with the first such file; the others are counted by themselves.
      const count = ended ? "\n  1 failing\n\n" : "";
      process.stdout.write(`${count}  could not be run: ${error.file}\n    ${firstLines(error)}\n`);
    });
    runner.once(EVENT_RUN_END, () => {
      ended = true;
      for (const [title, error] of again)
        process.stdout.write(`  tried again: ${title}\n    ${firstLines(error)}\n`);
    });
  }
};
