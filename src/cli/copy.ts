import type { Config } from "../config/settings";
import { systemClock } from "../core/clock";
import { InputError, StoreError } from "../core/errors";
import { silentLog } from "../core/log";
import type { Store } from "../core/store";
import { copyStore, type Tally, tallyStore } from "../storage/copyStore";
import { openStore } from "../storage/openStore";
import { type Command, UsageError } from "./command";
import { needStore, readSettings } from "./dataFolder";
import { findServer } from "./operator";

const KINDS = ["local", "cosmos"] as const;
type Kind = (typeof KINDS)[number];

export const copy: Command = {
  name: "copy",
  usage: "--from local --to cosmos",
  summary: "Copies every document into another store and compares both by counts and hashes.",
  details: [
    "The embedded store is the one in SWITCHBOARD_DATA, the other the one that COSMOS_ENDPOINT, COSMOS_KEY and",
    "COSMOS_DATABASE name. Stop every server first. What broke off goes on when it is called again.",
    "Files are not documents: copy the folder media/ into the blob container beside it.",
  ].join("\n"),
  options: { from: { type: "string" }, to: { type: "string" } },
  async run({ options, environment, say }) {
    const [from, to] = [kindOf(options.from, "from"), kindOf(options.to, "to")];
    if (from === to) throw new UsageError("--from and --to must differ");
    const config = readSettings(environment);
    if ((await findServer(config.dataFolder)) !== undefined)
      throw new InputError("INPUT_INVALID", "A server runs on this data folder: stop it first.");
    if (from === "local") needStore({ ...config, store: { kind: "local" } });
    const source = await open(config, environment, from);
    try {
      const target = await open(config, environment, to);
      try {
        await copyAll(source, target, say);
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  },
};

async function copyAll(source: Store, target: Store, say: (line: string) => void): Promise<void> {
  await copyStore(source, target);
  const [before, after] = [await tallyStore(source), await tallyStore(target)];
  const differ: Tally[] = [];
  for (const [index, tally] of before.entries()) {
    const same = tally.hash === after[index]?.hash && tally.documents === after[index]?.documents;
    if (!same) differ.push(tally);
    say(
      `${tally.container}: ${tally.documents} documents, ${same ? "the same in both" : `${after[index]?.documents} in the target, DIFFERENT`}`,
    );
  }
  if (differ.length > 0)
    throw new StoreError(
      "STORE_REFUSED",
      "The stores differ. Was a server running? Stop all of them and call this again.",
    );
}

function kindOf(given: string | boolean | undefined, option: string): Kind {
  const kind = KINDS.find((one) => one === given);
  if (kind === undefined) throw new UsageError(`--${option} must be ${KINDS.join(" or ")}`);
  return kind;
}

async function open(config: Config, environment: NodeJS.ProcessEnv, kind: Kind): Promise<Store> {
  const { dataFolder, production } = config;
  const choice = readSettings({ ...environment, SWITCHBOARD_STORE: kind }).store;
  return (await openStore({ choice, dataFolder, production, clock: systemClock, log: silentLog })).store;
}
