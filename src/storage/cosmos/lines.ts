/**
 * Lets writes to the same document go one behind the other, others side by side. Answers overtake each other on the
 * way, and who hears of two writes must hear of them as they were done.
 */
export class Lines {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` when everything asked before about one of `keys` is over. */
  run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.flatMap((key) => this.#last.get(key) ?? []);
    const mine = before.length === 0 ? work() : Promise.allSettled(before).then(work);
    const leave = () => {
      for (const key of keys) if (this.#last.get(key) === mine) this.#last.delete(key);
    };
    // Taking a place and waiting for those before happen in one step: no two writes wait for each other.
    for (const key of keys) this.#last.set(key, mine);
    mine.then(leave, leave);
    return mine;
  }
}
