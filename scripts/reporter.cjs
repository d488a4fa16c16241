// Mocha's spec report, and which tests passed only when they were tried again: those want a look, and must not hide.
const { reporters, Runner } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const again = new Map();
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => again.set(test.fullTitle(), error));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      for (const [title, error] of again)
        process.stdout.write(
          `  tried again: ${title}\n    ${String(error?.stack ?? error)
            .split("\n")
            .slice(0, 4)
            .join("\n    ")}\n`,
        );
    });
  }
};
