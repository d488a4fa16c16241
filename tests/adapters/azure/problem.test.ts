import assert from "node:assert/strict";
import { azure, azureProblem } from "../../../src/adapters/azure";
import type { SendContext } from "../../../src/core/channel";
import type { SettingsSnapshot } from "../../../src/core/settings";

const SETTINGS = {
  accounts: new Map([
    ["bot", { provider: "azure" }],
    ["shop-fb", { provider: "facebook" }],
  ]),
  instances: new Map([
    ["azure~app-1", { account: "bot", externalId: "app-1" }],
    ["facebook~2000", { account: "shop-fb", externalId: "2000" }],
  ]),
} as unknown as SettingsSnapshot;

describe("azureProblem", () => {
  it("asks for the app id", () => {
    assert.match(azureProblem(SETTINGS, "bot", undefined) ?? "", /set MicrosoftAppId/);
  });
  it("names a bot that is not this server's", () => {
    assert.match(azureProblem(SETTINGS, "bot", "app-2") ?? "", /app-2.*cannot be app-1/);
  });
  it("finds none where all is well, and none with others", () => {
    assert.equal(azureProblem(SETTINGS, "bot", " APP-1 "), undefined);
    assert.equal(azureProblem(SETTINGS, "shop-fb", undefined), undefined);
    assert.equal(azureProblem(SETTINGS, "nobody", undefined), undefined);
  });
  it("holds messages until the bot is set up", async () => {
    const client = azure.createClient({} as never);
    const sending = client.send({} as never, { customerId: "" } as SendContext);
    await assert.rejects(sending, { code: "CHANNEL_AUTH", scope: "instance", retryable: true });
  });
});
