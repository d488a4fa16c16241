import { type ChildProcess, fork, spawn } from "node:child_process";
import path from "node:path";
import { SECRETS } from "../support/accounts";

const PROGRAM = path.resolve(__dirname, "..", "..", "src", "cli", "switchboard.js");
const NODE = ["--disable-warning=ExperimentalWarning"];

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

/** What the host of the command line is told. */
export interface CliCall {
  words: readonly string[];
  stdin: string;
  environment: Record<string, string>;
}

/**
 * Runs the compiled command line with a clean environment, in a process that other calls share: most of a command's
 * time is the loading of what it needs. `tests/docs/commands.test.ts` runs commands in processes of their own.
 */
export function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const result = last.then(() => runHosted(toCall(words, options)));
  last = result.catch(() => {});
  return result;
}

/** Runs it as its own process: for what a process does by itself, such as `start`, or reading NODE_EXTRA_CA_CERTS. */
export function runCliProcess(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { stdin, environment } = toCall(words, options);
  const child = spawn(process.execPath, [...NODE, PROGRAM, ...words], { env: environment });
  const printed = listen(child);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...printed(), code }));
  });
}

const toCall = (words: readonly string[], options: CliOptions): CliCall => ({
  words,
  stdin: options.stdin ?? "",
  environment: {
    PATH: process.env.PATH ?? "",
    NODE_ENV: "test",
    ...SECRETS,
    ...(options.folder === undefined ? {} : { SWITCHBOARD_DATA: options.folder }),
    ...options.environment,
  },
});

let host: ChildProcess | undefined;
/** The host runs one command after another. */
let last: Promise<unknown> = Promise.resolve();

function runHosted(call: CliCall): Promise<CliResult> {
  const hosting = host ?? startHost();
  const printed = listen(hosting);
  return new Promise((resolve) => {
    let code: number | null | undefined;
    const look = () => {
      const { out, err } = printed();
      if (code === undefined || !out.endsWith("\0") || !err.endsWith("\0")) return;
      settle({ code, out: out.slice(0, -1), err: err.slice(0, -1) });
    };
    const answered = (message: unknown) => {
      code = (message as { code: number }).code;
      look();
    };
    // A command that ends its process ends the host; the next call has a new one.
    const closed = (exitCode: number | null) => settle({ ...printed(), code: exitCode });
    const settle = (result: CliResult) => {
      hosting.off("message", answered).off("close", closed);
      for (const stream of [hosting.stdout, hosting.stderr]) stream?.removeAllListeners("data");
      resolve(result);
    };
    hosting.on("message", answered).on("close", closed);
    for (const stream of [hosting.stdout, hosting.stderr]) stream?.on("data", look);
    hosting.send(call);
  });
}

function startHost(): ChildProcess {
  const started = fork(path.join(__dirname, "cliHost.js"), {
    execArgv: NODE,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  started.once("exit", () => {
    if (host === started) host = undefined;
  });
  host = started;
  return started;
}

/** What a process prints from now on. */
function listen(child: ChildProcess): () => { out: string; err: string } {
  const result = { out: "", err: "" };
  child.stdout?.on("data", (part) => {
    result.out += part;
  });
  child.stderr?.on("data", (part) => {
    result.err += part;
  });
  return () => result;
}
