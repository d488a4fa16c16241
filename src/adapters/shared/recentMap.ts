/** A map that forgets its oldest entry beyond `size`. */
export class RecentMap<Value> {
  readonly #entries = new Map<string, Value>();

  constructor(private readonly size: number) {}

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.size) this.#entries.delete(this.#entries.keys().next().value as string);
  }
}
