import type { CheckView } from "../admin/operationsContract";
import type { PluginView } from "../admin/pluginContract";
import { startApp } from "../app";
import { NotFound, SwitchboardError } from "../core/errors";
import { silentLog } from "../core/log";
import type { Command } from "./command";
import { needStore, readSettings } from "./dataFolder";
import { findServer, type RunningServer } from "./operator";

const MARKS = { ok: "ok  ", warning: "WARN", failed: "FAIL", skipped: "skip" } as const;

/** What the doctor asks a server. */
interface Patient {
  accounts(): Promise<string[]>;
  validate(accountId: string): Promise<CheckView[]>;
  /** Of a running server; one that is opened for the moment has run nothing of theirs. */
  plugins?(): Promise<PluginView[]>;
}

export const doctor: Command = {
  name: "doctor",
  usage: "[ACCOUNT…]",
  summary:
    "Checks every account at its platform: token, signature, subscription, addresses, clock; says the cure.",
  details: [
    "Asks the running server; without one it opens the data by itself for the moment, and cannot be reached",
    "by platforms meanwhile. Ends with 1 when a check failed.",
  ].join("\n"),
  words: { min: 0, max: 1000 },
  async run({ words, environment, say }) {
    const config = readSettings(environment);
    const server = await findServer(config.dataFolder);
    if (server !== undefined) return examine(overApi(server), words, say);
    needStore(config);
    const app = await startApp({ ...config, port: 0, workers: false }, { log: silentLog });
    try {
      const { connections, settings } = app.internals;
      await examine(
        {
          accounts: async () => [...settings.current().accounts.keys()],
          validate: async (id) =>
            (await connections.validate(id)).map((check) => ({
              ...check,
              cure: check.cure ?? null,
              instanceId: check.instanceId ?? null,
            })),
        },
        words,
        say,
      );
    } finally {
      await app.stop();
    }
  },
};

async function examine(
  patient: Patient,
  words: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const known = await patient.accounts();
  for (const word of words)
    if (!known.includes(word)) throw new NotFound("NOT_FOUND", `There is no account "${word}".`);
  const accounts = words.length === 0 ? known : words;
  if (accounts.length === 0) say("No account is configured.");
  let failed = 0;
  for (const id of accounts) {
    say(id);
    for (const check of await patient.validate(id)) {
      if (check.state === "failed") failed += 1;
      say(`  ${MARKS[check.state]}  ${check.title}: ${check.text}`);
      if (check.cure !== null && check.state !== "ok") say(`        ${check.cure}`);
    }
  }
  for (const plugin of (await patient.plugins?.()) ?? []) tellPlugin(plugin, say);
  if (failed > 0)
    throw new SwitchboardError("DOCTOR_FOUND_FAULTS", `${failed} check${failed === 1 ? "" : "s"} failed.`);
}

function tellPlugin({ name, state, failures, parts }: PluginView, say: (line: string) => void): void {
  const mark = MARKS[state === "off" ? "failed" : failures > 0 ? "warning" : "ok"];
  say(`${mark}  plugin ${name}: ${failures} failed call${failures === 1 ? "" : "s"} since the start`);
  for (const { part, state: own, offUntil, lastError } of parts)
    if (lastError !== null)
      say(`        ${part}${own === "off" ? ` is off until ${offUntil}` : ""}: ${lastError.message}`);
}

function overApi(server: RunningServer): Patient {
  return {
    async accounts() {
      const { items } = (await server.call("GET", "/api/admin/accounts?limit=1000")) as {
        items: { id: string }[];
      };
      return items.map(({ id }) => id);
    },
    async plugins() {
      return ((await server.call("GET", "/api/admin/plugins")) as { items: PluginView[] }).items;
    },
    async validate(accountId) {
      const path = `/api/admin/accounts/${encodeURIComponent(accountId)}/validate`;
      return ((await server.call("POST", path)) as { items: CheckView[] }).items;
    },
  };
}
