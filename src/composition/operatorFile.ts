import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Lets the command line on this machine, as this user, talk to the running server. The file's path. */
export function writeOperatorFile(
  folder: string,
  content: { url: string; token: string; pid: number },
): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "operator.json");
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
  return file;
}
