import { spawn } from "node:child_process";
import path from "node:path";
import { SECRETS } from "../support/accounts";

const PROGRAM = path.resolve(__dirname, "..", "..", "src", "cli", "switchboard.js");

export interface CliResult {
  code: number | null;
  out: string;
  err: string;
}

export interface CliOptions {
  /** Data folder. */
  folder?: string;
  stdin?: string;
  environment?: Record<string, string>;
}

/** Runs the compiled command line as its own process, with a clean environment. */
export function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", PROGRAM, ...words], {
    env: {
      PATH: process.env.PATH ?? "",
      NODE_ENV: "test",
      ...SECRETS,
      ...(options.folder === undefined ? {} : { SWITCHBOARD_DATA: options.folder }),
      ...options.environment,
    },
  });
  const result: CliResult = { code: null, out: "", err: "" };
  child.stdout.on("data", (part) => {
    result.out += part;
  });
  child.stderr.on("data", (part) => {
    result.err += part;
  });
  child.stdin.end(options.stdin ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...result, code }));
  });
}
