import type { Store } from "../../src/core/store";
import type { ContractBench } from "../storage/contract/bench";
import { feedContract, subscribeContract } from "../storage/contract/changes";
import { limitContract, timeToLiveContract } from "../storage/contract/limits";
import { queryContract } from "../storage/contract/queries";
import { writeContract } from "../storage/contract/writes";

/** A store to test, with the way to close it and to let its clock run. */
export interface OpenedStore {
  store: Store;
  close(): Promise<void>;
  advance(ms: number): void | Promise<void>;
  /** Of one test; 30 s when left out. */
  timeoutMs?: number;
}

/** The disk or the network of the test machine may be busy. */
const TIMEOUT_MS = 30_000;

/** What every store driver must do: the contract of core/store.ts by example. */
export function storeContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`store contract: ${name}`, function () {
    this.timeout(TIMEOUT_MS);
    let opened: OpenedStore;
    let store: Store;

    before(async function () {
      opened = await open();
      store = opened.store;
      this.test?.parent?.timeout(opened.timeoutMs ?? TIMEOUT_MS);
    });
    after(() => opened.close());

    const bench: ContractBench = { store: () => store, advance: (ms) => opened.advance(ms) };
    writeContract(bench);
    limitContract(bench);
    timeToLiveContract(bench);
    queryContract(bench);
    feedContract(bench);
    subscribeContract(bench);
  });
}
