import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";

/** How long a server may take to end before its process is killed. */
const PATIENCE_MS = 10_000;

/**
 * Processes whose server has ended. What takes most of a start is the loading of everything, so the next server starts
 * in one of these; one that starts after a kill has a process of its own, of course.
 */
const spare: ChildProcess[] = [];

/** Starts a server in a process of its own; `url` is undefined when it ended before it listened. */
export function startServer(environment: Record<string, string>): {
  child: ChildProcess;
  url: Promise<string | undefined>;
} {
  const child = spare.pop() ?? forkHost();
  const said = nextMessage<{ url: string }>(child, "url");
  child.send({ start: environment });
  return { child, url: said.then((message) => message?.url) };
}

/** SIGKILL; resolves when it is gone. */
export async function killServer(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** Ends the server as SIGTERM does, and keeps its process for the next. */
export async function endServer(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const said = nextMessage(child, "ended");
  child.send("end");
  if ((await said) !== undefined) spare.push(child);
  clearTimeout(late);
}

export const isRunning = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null;

/** The next message that has such a field; undefined when the process ends before. */
export function nextMessage<T>(child: ChildProcess, field: string): Promise<T | undefined> {
  return new Promise((resolve) => {
    const settle = (found: T | undefined) => {
      child.off("message", hear).off("exit", end);
      resolve(found);
    };
    const hear = (message: object) => field in message && settle(message as T);
    const end = () => settle(undefined);
    child.on("message", hear).on("exit", end);
  });
}

function forkHost(): ChildProcess {
  return fork(path.join(__dirname, "killableServer.js"), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "test" },
  });
}
