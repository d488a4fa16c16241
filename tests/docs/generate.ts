import { writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT, wantedFiles } from "./parts";

// npm run docs: writes the generated tables of the documentation and .env.example.
for (const [file, text] of wantedFiles()) {
  writeFileSync(path.join(ROOT, file), text);
  process.stdout.write(`${file}\n`);
}
