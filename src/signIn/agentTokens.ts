import type { Clock } from "../core/clock";
import { messageOf } from "../core/errors";
import type { Log } from "../core/log";
import type { SettingsReader } from "../core/settings";
import { hashOf } from "./hash";
import type { SignInPorts } from "./ports";

const TOKENS_MS = 60 * 1000;
const FRESH_MS = 30 * 1000;

/** Hash of token -> agent id. */
type Table = ReadonlyMap<string, string>;

/** Bearer tokens that agents carry as secret references (`token: env:NAME`). */
export function createAgentTokens(ports: {
  settings: SettingsReader;
  resolveSecret: SignInPorts["resolveSecret"];
  clock: Clock;
  log: Log;
}) {
  let tokens: Promise<Table> | undefined;
  let tokensAt = 0;
  let freshAt = 0;
  ports.settings.onChange(() => {
    tokens = undefined;
  });

  function table(): Promise<Table> {
    // A token that was renewed at its source counts within a minute.
    if (tokens === undefined || ports.clock.now() - tokensAt > TOKENS_MS) {
      tokensAt = ports.clock.now();
      tokens = readTokens(false);
    }
    return tokens;
  }

  /** A token nobody knows may be one that was just renewed in a vault; strangers make us ask twice a minute at most. */
  async function freshTable(): Promise<Table> {
    const now = ports.clock.now();
    if (now - freshAt > FRESH_MS) {
      freshAt = tokensAt = now;
      tokens = readTokens(true);
    }
    return table();
  }

  async function readTokens(fresh: boolean): Promise<Table> {
    const found = new Map<string, string>();
    for (const agent of ports.settings.current().agents.values()) {
      if (agent.token === undefined) continue;
      const values = await ports.resolveSecret(agent.token, { fresh }).catch((error) => {
        ports.log.warn(
          { agentId: agent.id, error: messageOf(error) },
          "an agent's token cannot be read; it signs nobody in",
        );
        return [];
      });
      for (const value of values) found.set(hashOf(value), agent.id);
    }
    return found;
  }

  return {
    /** The agent whose token it is. */
    async find(token: string): Promise<string | undefined> {
      const hash = hashOf(token);
      return (await table()).get(hash) ?? (await freshTable()).get(hash);
    },
    /** Agents with a token that can be read. */
    owners: async (): Promise<ReadonlySet<string>> => new Set((await table()).values()),
  };
}
