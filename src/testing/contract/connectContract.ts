import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CreateFake, FakePlatform } from "../../adapters/shared/fakePlatform";
import { createHttp } from "../../adapters/shared/pools";
import type { Account, Channel, Check, ConnectPorts, Http } from "../../core/channel";
import { systemClock } from "../../core/clock";
import { silentLog } from "../../core/log";
import type { Suite } from "./suite";

/** The admin's Validate button: good when all is well, and a cure in words for each fault. Registers tests. */
export function connectContract(given: {
  suite: Suite;
  channel: Channel;
  createFake: CreateFake;
  account: Account;
  publicUrl: string;
  webhookPath: string;
}): void {
  const { channel, account } = given;
  const { describe, it, beforeEach, afterEach } = given.suite;
  const { connect } = channel;
  if (connect === undefined) return;
  const callbackUrl = given.publicUrl + given.webhookPath;

  describe("connect", () => {
    let fake: FakePlatform;
    let http: Http;
    let reachable: Account;
    let ports: ConnectPorts;
    let door: Awaited<ReturnType<typeof listenForChallenges>>;

    beforeEach(async () => {
      // The real clock: it is compared with the Date header of a real server.
      const clock = systemClock;
      door = await listenForChallenges(channel, account);
      const webhookUrl = door.url + given.webhookPath;
      fake = given.createFake({ account, publicUrl: given.publicUrl, webhookUrl, clock });
      await fake.listen();
      http = createHttp({ connections: 4 });
      reachable = { ...account, apiUrl: fake.url };
      ports = { http, baseUrl: fake.url, clock, log: silentLog, callbackUrl };
    });
    afterEach(async () => {
      await http.close();
      await fake.close();
      door.close();
    });

    it("finds no fault where there is none", async () => {
      await connect.register?.(reachable, ports);
      const checks = assertSound(await connect.validate(reachable, ports));
      assert.deepEqual(
        checks.filter(({ state }) => state === "failed"),
        [],
      );
      assert.ok(checks.some(({ state }) => state === "ok"));
    });
    it("says what to do about wrong secrets", async () => {
      const wrong = (secrets: Account["secrets"]) =>
        Object.fromEntries(Object.keys(secrets).map((name) => [name, ["wrong"]]));
      const stranger: Account = {
        ...reachable,
        secrets: wrong(reachable.secrets),
        instances: reachable.instances.map((one) => ({ ...one, secrets: wrong(one.secrets) })),
      };
      const checks = assertSound(await connect.validate(stranger, ports));
      assert.ok(
        checks.some(({ state }) => state === "failed"),
        JSON.stringify(checks),
      );
    });
    it("makes failed checks of a platform that fails or is away", async () => {
      fake.behave({ status: 500, times: 50 });
      const failing = assertSound(await connect.validate(reachable, ports));
      assert.ok(failing.some(({ state }) => state === "failed"));
      await fake.close();
      const away = assertSound(await connect.validate(reachable, ports));
      assert.ok(away.some(({ state }) => state === "failed"));
    });
  });

  /** Each check says what was found, and unless all is well what to do; no secret stands in it. */
  function assertSound(checks: Check[]): Check[] {
    assert.ok(checks.length > 0);
    const secrets = [account, ...account.instances].flatMap(({ secrets }) => Object.values(secrets).flat());
    for (const check of checks) {
      for (const part of [check.id, check.title, check.text]) assert.notEqual(part.trim(), "");
      if (check.state !== "ok") assert.ok(check.cure, JSON.stringify(check));
      for (const secret of secrets) assert.ok(!JSON.stringify(check).includes(secret), check.id);
    }
    return checks;
  }
}

/** Where a platform that tries an address before it takes it finds us. */
async function listenForChallenges(channel: Channel, account: Account) {
  const server = createServer((request, response) => {
    const raw = { method: "GET", url: request.url ?? "", headers: {}, body: Buffer.alloc(0) } as const;
    const reply = channel.challenge?.(raw, account) ?? { status: 404 };
    response.statusCode = reply.status;
    if (reply.contentType !== undefined) response.setHeader("Content-Type", reply.contentType);
    response.end(reply.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}
