import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import type { AgentSettings, SettingsReader } from "../core/settings";
import type { SignInChoice } from "../core/signInChoice";
import type { Store } from "../core/store";
import type { ScryptCost } from "./scrypt";

/** Agents as they are stored now, which another server may have written a moment ago. */
export interface AgentBook {
  find(id: string): Promise<AgentSettings | undefined>;
  /** Makes the agent unless there is one with this id; the one there is then. Throws InputError. */
  create(agent: Pick<AgentSettings, "id" | "name" | "roles" | "identity">): Promise<AgentSettings>;
}

export interface SignInPorts {
  store: Store;
  settings: SettingsReader;
  agents: AgentBook;
  choice: SignInChoice;
  /** All values a secret reference stands for; throws when it points at nothing. */
  resolveSecret(reference: string, options?: { fresh?: boolean }): Promise<readonly string[]>;
  clock: Clock;
  log: Log;
  /** PUBLIC_URL: what browsers use. Without a trailing slash. */
  publicUrl: string;
  /** Agents' tokens that can be guessed count for nothing. */
  production: boolean;
  /** Ids of the demo's people, who sign in with one click; none in production, nor without the demo. */
  demo: readonly string[];
  /** A token of this machine's operator: for the command line, made anew at each start. */
  operatorToken?: string;
  /** What a new password hash costs; for tests. */
  passwordCost?: ScryptCost;
}
