import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { ROOT } from "../docs/parts";

/** The CRM of the example in a process of its own. */
export async function startCrm(
  environment: Record<string, string>,
): Promise<{ origin: string; stop(): void }> {
  const service: ChildProcess = spawn(process.execPath, [path.join(ROOT, "examples/crm/service.mjs")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PORT: "0", ...environment },
  });
  const [line] = (await once(service.stdout ?? assert.fail(), "data")) as [Buffer];
  const port = /port (\d+)/.exec(line.toString())?.[1] ?? assert.fail(line.toString());
  return { origin: `http://127.0.0.1:${port}`, stop: () => void service.kill() };
}
