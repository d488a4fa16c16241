import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openPage, useChromium, type WatchedPage } from "./browser";
import { type StubServer, startStubServer } from "./stubServer";

describe("telephones page", function () {
  this.timeout(60_000);
  const chromium = useChromium();
  let server: StubServer;
  let watched: WatchedPage;
  let page: Page;

  beforeEach(async () => {
    server = await startStubServer();
    watched = await openPage(chromium());
    page = watched.page;
    await page.goto(`${server.url}/phone`);
    await page.getByRole("region", { name: "SMS" }).waitFor();
  });
  afterEach(async () => {
    await watched?.close();
    await server?.close();
  });

  it("shows what is written and what arrives on the telephone of that customer only", async () => {
    const phone = page.getByRole("region", { name: "WhatsApp" });
    await phone.getByRole("textbox").fill("Is the shop open?");
    await phone.getByRole("textbox").press("Enter");
    await phone.getByRole("log").getByText("Is the shop open?").waitFor();
    await phone.getByText("Webhook 200").waitFor();
    server.phone.arrive("whatsapp", "whatsapp-1", "Until six.");
    await phone.getByRole("log").getByText("Until six.").waitFor();
    assert.equal(await page.getByRole("region", { name: "Messenger" }).getByText("Until six.").count(), 0);
    await phone.getByLabel("Customer", { exact: true }).selectOption("Tomás Ito");
    await phone.getByText("Say hello to").waitFor();
    assert.deepEqual(watched.faults, []);
  });

  it("says when the webhook did not take a message", async () => {
    server.phone.webhookStatus = 503;
    const phone = page.getByRole("region", { name: "X" });
    await phone.getByRole("textbox").fill("Hello?");
    await phone.getByRole("button", { name: "Send" }).click();
    await phone.getByText("The webhook answered 503: not received").waitFor();
  });

  it("keeps the text when the server cannot be reached, and says so", async () => {
    const phone = page.getByRole("region", { name: "SMS" });
    await phone.getByRole("textbox").fill("Hello?");
    await page.context().setOffline(true);
    await phone.getByRole("textbox").press("Enter");
    await phone.getByText("The server cannot be reached.").waitFor();
    assert.equal(await phone.getByRole("textbox").inputValue(), "Hello?");
  });
});
