import type { FakePlatform } from "../../../src/adapters/shared/fakePlatform";
import { createHttp } from "../../../src/adapters/shared/pools";
import type { Account, Channel, Check, ConnectPorts, Http } from "../../../src/core/channel";
import { systemClock } from "../../../src/core/clock";
import { silentLog } from "../../../src/core/log";
import { PUBLIC_URL, WEBHOOK_PATH } from "./account";

export const CALLBACK_URL = PUBLIC_URL + WEBHOOK_PATH;

/** A fake that listens and the ports to look at it. */
export interface Console {
  fake: FakePlatform;
  http: Http;
  validate(over?: Partial<Account>, ports?: Partial<ConnectPorts>): Promise<Check[]>;
  register(over?: Partial<Account>): Promise<Check[]>;
  close(): Promise<void>;
}

export async function openConsole(
  channel: Channel,
  createFake: typeof import("../../../src/adapters/sms").createFake,
  account: Account,
): Promise<Console> {
  const fake = createFake({ account, publicUrl: PUBLIC_URL, webhookUrl: CALLBACK_URL, clock: systemClock });
  await fake.listen();
  const http = createHttp({ connections: 2 });
  const reachable = (over: Partial<Account> = {}): Account => ({ ...account, apiUrl: fake.url, ...over });
  const toPorts = (over: Partial<ConnectPorts> = {}): ConnectPorts => ({
    http,
    baseUrl: fake.url,
    baseUrls: { messaging: fake.url, content: fake.url },
    clock: systemClock,
    log: silentLog,
    callbackUrl: CALLBACK_URL,
    ...over,
  });
  return {
    fake,
    http,
    validate: async (over, ports) => (await channel.connect?.validate(reachable(over), toPorts(ports))) ?? [],
    register: async (over) => (await channel.connect?.register?.(reachable(over), toPorts())) ?? [],
    async close() {
      await http.close();
      await fake.close();
    },
  };
}

/** "token ok", a line each. */
export const statesOf = (checks: readonly Check[]): string[] =>
  checks.map(({ id, state }) => `${id} ${state}`);

/** The check of that name; throws when there is none. */
export function checkOf(checks: readonly Check[], id: string): Check {
  const found = checks.find((check) => check.id === id);
  if (found === undefined) throw new TypeError(`no check ${id} among ${statesOf(checks).join(", ")}`);
  return found;
}
