import assert from "node:assert/strict";
import { azure } from "../../../src/adapters/azure";
import { parseConfig } from "../../../src/config/file";
import { ConfigError } from "../../../src/core/errors";

function parse(bot: string, channel = "azure") {
  const text = `
accounts:
  - id: bot
    provider: azure
    name: Web chat
    bots: [${bot}]
workstreams:
  - { id: webchat, channel: ${channel}, fallbackQueue: general }
queues:
  - { id: general, name: General }
`;
  return parseConfig({ bytes: Buffer.from(text), name: "switchboard.yaml", definitions: [azure.definition] });
}

describe("an Azure account in the configuration", () => {
  it("needs nothing but its bot, whose id may be written in capitals", () => {
    const { accounts, instances } = parse('{ botId: " 0000AAAA-1 ", name: Site, workstream: webchat }');
    assert.deepEqual(accounts[0]?.secrets, {});
    assert.deepEqual([instances[0]?.id, instances[0]?.externalId], ["azure~0000aaaa-1", "0000aaaa-1"]);
  });

  it("takes no credentials: those stand in the environment", () => {
    const secret = '{ botId: app, workstream: webchat, appPassword: "env:MicrosoftAppPassword" }';
    assert.throws(() => parse(secret), ConfigError);
  });

  it("has a work stream of its own channel", () => {
    assert.throws(
      () => parse("{ botId: app, workstream: webchat }", "sms"),
      /work stream of channel sms, not azure/,
    );
  });
});
