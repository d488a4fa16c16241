import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import { findAccessibilityFaults, openPage, takePicture, useChromium } from "./browser";
import { LAMP_PICTURE } from "./stubMedia";
import { type StubServer, startStubServer } from "./stubServer";

const SHOP_CUSTOMER = "Hi! I ordered two lamps last week and only one has arrived.";

const LOOKS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced-colours": { forcedColors: "active" },
  narrow: { colorScheme: "light", viewport: { width: 360, height: 740 } },
};

const PAGES: Record<string, (page: Page, server: StubServer) => Promise<void>> = {
  async "sign-in"(page, server) {
    await page.goto(`${server.url}/desk#token=wrong`);
    await page.getByText("This token is not known.").waitFor();
  },
  async lists(page, server) {
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("option", { name: /Gilda/ }).waitFor();
  },
  async conversation(page, server) {
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("option", { name: /Gilda/ }).click();
    await page.getByRole("log").getByText("Great, thank you!").waitFor();
    server.desk.refuseSend = {
      status: 409,
      code: "CHANNEL_WINDOW_CLOSED",
      message: "The reply window is shut.",
    };
    await page.getByRole("textbox").fill("It is on the van.");
    await page.getByRole("textbox").press("Enter");
    await page.getByText("The reply window is shut.").waitFor();
  },
  async presence(page, server) {
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("button", { name: /^Presence/ }).click();
    await page.getByRole("menuitemradio", { name: "Away" }).waitFor();
  },
  async telephones(page, server) {
    for (const channel of ["facebook", "twitter", "whatsapp", "sms"]) {
      server.phone.webhookStatus = channel === "twitter" ? 503 : 200;
      server.phone.say(channel, { customerId: `${channel}-1`, text: SHOP_CUSTOMER });
      server.phone.arrive(channel, `${channel}-1`, "Hello Gilda! Is it about an order?", {
        media: [
          { contentType: "image/png", name: "Two lamps", url: `data:image/png;base64,${LAMP_PICTURE}` },
        ],
        choices: ["Where is it?", "Send it back", "A person"].map((title) => ({ title, value: title })),
      });
    }
    await page.goto(`${server.url}/phone`);
    await page.getByText("not received").waitFor();
  },
};

/** Chromium reports these answers itself; the pages show them in words. */
const EXPECTED = /^console: Failed to load resource: the server responded with a status of (401|409)/;

describe("accessibility and content security", function () {
  this.timeout(60_000);
  const chromium = useChromium();

  for (const [look, options] of Object.entries(LOOKS)) {
    for (const [name, reach] of Object.entries(PAGES)) {
      it(`finds no fault on ${name}, ${look}`, async () => {
        const server = await startStubServer();
        const { page, faults, close } = await openPage(chromium(), { reducedMotion: "reduce", ...options });
        try {
          await reach(page, server);
          await takePicture(page, `${name}-${look}`);
          assert.deepEqual(await findAccessibilityFaults(page), []);
          const sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
          assert.equal(await page.evaluate(sideways), 0, "scrolls sideways");
          assert.deepEqual(
            faults.filter((fault) => !EXPECTED.test(fault)),
            [],
          );
        } finally {
          await close();
          await server.close();
        }
      });
    }
  }
});
