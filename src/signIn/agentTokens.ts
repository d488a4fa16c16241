import type { Clock } from "../core/clock";
import { ConfigError, messageOf } from "../core/errors";
import { isWeakToken, MIN_TOKEN } from "../core/guessable";
import type { Log } from "../core/log";
import type { SettingsReader } from "../core/settings";
import { hashOf } from "./hash";
import type { SignInPorts } from "./ports";

const TOKENS_MS = 60 * 1000;
const FRESH_MS = 30 * 1000;

interface Table {
  /** Hash of token -> agent id. */
  byHash: ReadonlyMap<string, string>;
  /** Agents whose token cannot be read now: a vault that is away says nothing about who has one. */
  unread: ReadonlySet<string>;
}

/** Bearer tokens that agents carry as secret references (`token: env:NAME`). Production ignores those that can be guessed. */
export function createAgentTokens(ports: {
  settings: SettingsReader;
  resolveSecret: SignInPorts["resolveSecret"];
  production: boolean;
  clock: Clock;
  log: Log;
}) {
  let tokens: Promise<Table> | undefined;
  let fresh: Promise<Table> | undefined;
  let tokensAt = 0;
  let freshAt = 0;
  ports.settings.onChange(() => {
    tokens = fresh = undefined;
  });

  function table(): Promise<Table> {
    // A token that was renewed at its source counts within a minute.
    if (tokens === undefined || ports.clock.now() - tokensAt > TOKENS_MS) {
      tokensAt = ports.clock.now();
      tokens = readTokens(false);
    }
    return tokens;
  }

  /**
   * A token nobody knows may be one that was just renewed in a vault; strangers make us ask twice a minute at most. Whoever
   * has a known one does not wait for it.
   */
  function freshTable(): Promise<Table> {
    const now = ports.clock.now();
    if (now - freshAt > FRESH_MS) {
      freshAt = now;
      const asked = readTokens(true);
      fresh = asked;
      void asked.then(() => {
        // Settings may have changed meanwhile.
        if (fresh === asked) [tokens, tokensAt] = [asked, now];
      });
    }
    return fresh ?? table();
  }

  async function readTokens(isFresh: boolean): Promise<Table> {
    const byHash = new Map<string, string>();
    const unread = new Set<string>();
    for (const agent of ports.settings.current().agents.values()) {
      if (agent.token === undefined) continue;
      const values = await ports.resolveSecret(agent.token, { fresh: isFresh }).catch((error) => {
        ports.log.warn(
          { agentId: agent.id, error: messageOf(error) },
          "an agent's token cannot be read; it signs nobody in",
        );
        if (!pointsAtNothing(error)) unread.add(agent.id);
        return [];
      });
      for (const value of strongOnes(agent.id, values)) byHash.set(hashOf(value), agent.id);
    }
    return { byHash, unread };
  }

  function strongOnes(agentId: string, values: readonly string[]): readonly string[] {
    if (!ports.production) return values;
    const strong = values.filter((value) => !isWeakToken(value));
    if (strong.length < values.length)
      ports.log.warn(
        { agentId },
        `an agent's token can be guessed and signs nobody in; it must be at least ${MIN_TOKEN} random characters`,
      );
    return strong;
  }

  return {
    /** The agent whose token it is. */
    async find(token: string): Promise<string | undefined> {
      const hash = hashOf(token);
      return (await table()).byHash.get(hash) ?? (await freshTable()).byHash.get(hash);
    },
    /** Agents with a token, or with one that may be there once it can be read again. */
    async owners(): Promise<ReadonlySet<string>> {
      const { byHash, unread } = await table();
      return new Set([...byHash.values(), ...unread]);
    },
  };
}

const pointsAtNothing = (error: unknown): boolean =>
  error instanceof ConfigError && error.code === "SECRET_MISSING";
