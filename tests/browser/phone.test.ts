import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openPage, useChromium, type WatchedPage } from "./browser";
import { LAMP_PICTURE } from "./stubMedia";
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

  it("sends a picture, a place, a tap on a choice and a reaction", async () => {
    const phone = page.getByRole("region", { name: "Messenger" });
    const log = phone.getByRole("log");
    const buffer = Buffer.from(LAMP_PICTURE, "base64");
    const chooser = page.waitForEvent("filechooser");
    await phone.getByRole("button", { name: "Attach a picture or another file" }).press("Enter");
    await (await chooser).setFiles([{ name: "lamp.png", mimeType: "image/png", buffer }]);
    await log.getByRole("img", { name: "lamp.png" }).waitFor();
    await phone.getByRole("button", { name: /^Share a place: Café Central/ }).click();
    await log.getByText("Café Central").waitFor();
    server.phone.arrive("facebook", "facebook-1", "What may I do?", {
      choices: [
        { title: "New lamp", value: "NEW" },
        { title: "Money back", value: "MONEY" },
      ],
    });
    await log.getByRole("button", { name: "Money back" }).press("Enter");
    await log.getByText("Money back").nth(1).waitFor();
    await log.getByRole("button", { name: "React to: What may I do?" }).press("Enter");
    await log.getByRole("button", { name: "React with 👍" }).press("Enter");
    await log.getByText("Reacted with 👍").waitFor();
    assert.deepEqual(server.phone.said, [
      {
        customerId: "facebook-1",
        text: "",
        media: { contentType: "image/png", name: "lamp.png", base64: LAMP_PICTURE },
      },
      {
        customerId: "facebook-1",
        text: "",
        location: { latitude: 48.21035, longitude: 16.36551, name: "Café Central, Herrengasse 14, Vienna" },
      },
      { customerId: "facebook-1", text: "", choice: { title: "Money back", value: "MONEY" } },
      { customerId: "facebook-1", text: "", reaction: { messageId: "m3", emoji: "👍" } },
    ]);
    assert.deepEqual(watched.faults, []);
  });

  it("refuses a file that is too large for it, in words", async () => {
    const phone = page.getByRole("region", { name: "Messenger" });
    await phone
      .locator("input[type=file]")
      .setInputFiles([{ name: "big.png", mimeType: "image/png", buffer: Buffer.alloc(700_001) }]);
    await phone.getByText("at most 700 kB").waitFor();
    assert.equal(server.phone.said.length, 0);
  });
});
