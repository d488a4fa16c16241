import path from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock } from "../core/clock";
import { messageOf, SwitchboardError } from "../core/errors";
import { HEAP_MB, readFromWorker, type ToWorker, type WorkerSettings } from "./workerWire";

/** A thread that answers nothing for so long after a call was late hangs: it is ended. */
const PONG_MS = 1_000;
const START_MS = 10_000;
const WORKER = path.join(__dirname, "pluginWorker.js");

/** A call that failed: "late" and "ended" cost others time, "threw" does not. */
export class CallFailed extends SwitchboardError {
  constructor(
    message: string,
    readonly how: "threw" | "late" | "ended" | "beside",
  ) {
    super("PLUGIN_FAILED", message);
  }
}

interface Waiting {
  done(answer: unknown): void;
  fail(error: CallFailed): void;
  /** The thread has begun with it. */
  began: boolean;
}

export interface HostPorts {
  file: string;
  clock: Clock;
  /** The thread ended by itself or was ended: why, in words. */
  onEnd(reason: string): void;
}

/**
 * Runs one plugin's code in a thread with a limited heap. A call that is late fails at its time; when the thread then
 * gives no sign of life it hangs and is ended, with all its calls. The next call starts a new one.
 */
export function createWorkerHost(ports: HostPorts) {
  let current: Thread | undefined;
  let closed = false;
  let count = 0;

  function thread(): Thread {
    current ??= startThread();
    return current;
  }

  function startThread(): Thread {
    const worker = new Worker(WORKER, {
      workerData: { file: ports.file } satisfies WorkerSettings,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16 },
    });
    const waiting = new Map<number, Waiting>();
    let ready = () => {};
    let broken = (_error: CallFailed) => {};
    const started = new Promise<void>((resolve, reject) => {
      ready = resolve;
      broken = reject;
    });
    started.catch(() => {});
    let over = false;
    let cancelPing: (() => void) | undefined;
    worker.unref();

    function end(reason: string): Promise<unknown> {
      if (over) return Promise.resolve();
      over = true;
      if (current === self) current = undefined;
      cancelPing?.();
      broken(new CallFailed(reason, "ended"));
      for (const call of waiting.values())
        call.fail(
          call.began
            ? new CallFailed(reason, "ended")
            : new CallFailed("Its thread was ended because of another call.", "beside"),
        );
      waiting.clear();
      if (!closed) ports.onEnd(reason);
      return worker.terminate();
    }

    function hear(said: unknown): void {
      const message = readFromWorker(said);
      if (message === undefined) return;
      if (message.kind === "ready") {
        ready();
        return;
      }
      if (message.kind === "pong") {
        cancelPing?.();
        cancelPing = undefined;
        return;
      }
      const call = waiting.get(message.n);
      if (message.kind === "began") {
        if (call !== undefined) call.began = true;
        return;
      }
      waiting.delete(message.n);
      if (message.kind === "failed") call?.fail(new CallFailed(message.message, "threw"));
      else if (call !== undefined) give(call, message.answer);
    }

    /** What is thrown in an event of the thread would end the process. */
    function give(call: Waiting, answer: string): void {
      let value: unknown;
      try {
        value = JSON.parse(answer);
      } catch {
        call.fail(new CallFailed("Its answer is no JSON.", "threw"));
        return;
      }
      call.done(value);
    }

    /** Nobody waits for the call any more; is the thread still there? */
    function late(n: number): void {
      self.post({ kind: "abort", n });
      if (cancelPing !== undefined) return;
      self.post({ kind: "ping" });
      cancelPing = ports.clock.after(PONG_MS, () => void end("It hung and was ended."));
    }

    worker.on("message", hear);
    let crash: string | undefined;
    worker.on("error", (error) => {
      crash = reasonOf(error);
      if (current === self) current = undefined;
    });
    // What it said last comes before its end, but may come after its error.
    worker.on("exit", (code) => void end(crash ?? `Its thread ended with code ${code}.`));
    const self: Thread = { started, end, late, waiting, post: (message) => worker.postMessage(message) };
    return self;
  }

  return {
    /** Loads the plugin in its thread. Throws CallFailed. */
    async start(): Promise<void> {
      const { started, end } = thread();
      const cancel = ports.clock.after(
        START_MS,
        () => void end(`It did not load within ${START_MS / 1000} s.`),
      );
      await started.finally(cancel);
    },

    /** Plain JSON in and out. Throws CallFailed. */
    call(
      part: string,
      given: unknown,
      { id, timeoutMs }: { id: string; timeoutMs: number },
    ): Promise<unknown> {
      if (closed) return Promise.reject(new CallFailed("The server is stopping.", "beside"));
      const n = ++count;
      const { waiting, post, late } = thread();
      return new Promise((done, fail) => {
        const cancel = ports.clock.after(timeoutMs, () => {
          // What stands behind a call that hangs is late without being at fault.
          const how = waiting.get(n)?.began === true ? "late" : "beside";
          waiting.delete(n);
          fail(new CallFailed(`It took longer than ${timeoutMs} ms.`, how));
          late(n);
        });
        const ended =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            cancel();
            then(value);
          };
        waiting.set(n, { done: ended(done), fail: ended(fail), began: false });
        post({ kind: "call", n, part, given: JSON.stringify(given), id });
      });
    },

    async close(): Promise<void> {
      closed = true;
      await current?.end("The server is stopping.");
    },
  };
}

interface Thread {
  started: Promise<void>;
  waiting: Map<number, Waiting>;
  post(message: ToWorker): void;
  late(n: number): void;
  end(reason: string): Promise<unknown>;
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "ERR_WORKER_OUT_OF_MEMORY" ? `It used more than ${HEAP_MB} MB.` : messageOf(error);
}
