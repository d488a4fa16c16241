export interface Batch {
  add(item: string): void;
}

/**
 * Gathers items for `delayMs`, then flushes each once. The next flush waits for the one before, so that a flood
 * of events never starves the reads that answer them.
 */
export function createBatch(delayMs: number, flush: (items: Set<string>) => Promise<void>): Batch {
  let waiting = new Set<string>();
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      const items = waiting;
      waiting = new Set();
      // A failed read shows itself where its data belongs.
      await flush(items).catch(() => undefined);
    }
    running = false;
  }

  return {
    add(item) {
      waiting.add(item);
      if (!running) void run();
    },
  };
}
