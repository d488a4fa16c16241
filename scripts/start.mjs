// npm start: builds what is stale, then runs the server in this very process, so that signals reach it.
import { createRequire } from "node:module";
import { ensureBuilt } from "./build.mjs";

await ensureBuilt().catch((error) => {
  process.stderr.write(`${error?.message ?? error}\n`);
  process.exit(1);
});
await createRequire(import.meta.url)("../dist/src/main.js").main();
