import { messageOf, StoreError } from "../../core/errors";
import type { BatchResult, Change, ContainerName, Doc, Stored } from "../../core/store";
import type { CheckedOp } from "../checks";
import { takeStatus, type Waiting } from "./lane";
import { type CellReader, REASONS, STATUS } from "./wire";

/** Holds a promise's two ends and what the answer was until everybody may be told. */
abstract class Promised<T> implements Waiting {
  readonly promise: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (error: StoreError) => void;
  #value: T | undefined;
  #error: StoreError | undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  take(answer: CellReader): void {
    try {
      const status = takeStatus(answer);
      this.#value = status === STATUS.ok ? this.decode(answer) : this.decodeRefusal(answer);
    } catch (error) {
      this.#error =
        error instanceof StoreError ? error : new StoreError("STORE_UNAVAILABLE", messageOf(error));
    }
  }

  settle(): void {
    if (this.#error === undefined) this.#resolve(this.#value as T);
    else this.#reject(this.#error);
  }

  fail(error: StoreError): void {
    this.#reject(error);
  }

  protected abstract decode(answer: CellReader): T;

  protected decodeRefusal(_answer: CellReader): T {
    throw new StoreError("STORE_UNAVAILABLE", "The store refused something that has no conditions.");
  }
}

/** Waits for one document. */
export class WaitingRead<T extends Doc> extends Promised<Stored<T> | undefined> {
  protected decode(answer: CellReader): Stored<T> | undefined {
    const etag = answer.next<number>();
    const body = answer.next<string | null>();
    return body === null ? undefined : { doc: JSON.parse(body), etag: String(etag) };
  }
}

/** Waits for the rows of a select. */
export class WaitingRows<T extends Doc> extends Promised<Stored<T>[]> {
  protected decode(answer: CellReader): Stored<T>[] {
    // All cells first: a faulty document must not shift what the next one in line reads.
    const cells = answer.take(2 * answer.next<number>());
    const rows: Stored<T>[] = [];
    for (let at = 0; at < cells.length; at += 2) {
      rows.push({ etag: String(cells[at]), doc: JSON.parse(String(cells[at + 1])) });
    }
    return rows;
  }
}

/** Waits for a batch; knows what it changed once it is committed. */
export class WaitingBatch extends Promised<BatchResult> {
  /** Etags of the committed batch. */
  etags: string[] | undefined;

  constructor(
    readonly container: ContainerName,
    readonly partition: string,
    readonly ops: readonly CheckedOp[],
    readonly purpose: string,
  ) {
    super();
  }

  /** What the commit changed, for subscribers. */
  changes(): Change[] {
    const { container, partition, etags } = this;
    return this.ops.map(({ id, doc }, index) =>
      doc === undefined
        ? { container, partition, id }
        : { container, partition, id, doc, etag: etags?.[index] ?? "" },
    );
  }

  protected decode(answer: CellReader): BatchResult {
    const first = answer.next<number>();
    // What is deleted has no version any more.
    const etags = this.ops.map(({ doc }, index) => (doc === undefined ? "" : String(first + index)));
    this.etags = etags;
    return { ok: true, etags };
  }

  protected override decodeRefusal(answer: CellReader): BatchResult {
    return { ok: false, index: answer.next<number>(), reason: REASONS[answer.next<number>()] ?? "changed" };
  }
}

/** Waits for a count of rows. */
export class WaitingCount extends Promised<number> {
  protected decode(answer: CellReader): number {
    return answer.next<number>();
  }
}

/** Waits until something is done. */
export class WaitingDone extends Promised<void> {
  protected decode(): void {}
}
