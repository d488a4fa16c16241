import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import type { ConversationView } from "../../src/desk/contract";
import { assertFlawless, COLOURS, changeColours, openPage, useChromium, type WatchedPage } from "./browser";
import { buildContact, buildSummary, knownSummary } from "./stubCustomer";
import { LAMP_PICTURE } from "./stubMedia";
import { richDesk } from "./stubRich";
import { type StubServer, startStubServer } from "./stubServer";

const SHOP_CUSTOMER = "Hi! I ordered two lamps last week and only one has arrived.";

const DEMO_PEOPLE: StubServer["signIn"]["demoPeople"] = [
  { id: "ana", name: "Ana", roles: ["agent"] },
  { id: "ben", name: "Ben", roles: ["agent"] },
  { id: "sam", name: "Sam", roles: ["supervisor"] },
  { id: "admin", name: "Admin", roles: ["admin"] },
];

/** What is reached at a desk with every shape of message. */
const RICH_PAGES: Record<string, (page: Page, server: StubServer) => Promise<void>> = {
  async shapes(page) {
    await page.getByRole("option", { name: /Hanna/ }).click();
    await page.getByRole("log").getByText("Does the new one come with a bulb?").waitFor();
    await page.waitForFunction("[...document.images].every((image) => image.complete)");
  },
  async writing(page, server) {
    await page.getByRole("option", { name: /Hanna/ }).click();
    await page.getByRole("log").getByText("Does the new one come with a bulb?").waitFor();
    await page.getByRole("button", { name: "Reply to this message of Hanna Köhler" }).last().click();
    const picture = Buffer.from(LAMP_PICTURE, "base64");
    const input = page.locator("input[type=file]");
    await input.setInputFiles([
      { name: "new lamp.png", mimeType: "image/png", buffer: picture },
      { name: "nothing.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
    ]);
    await page.getByText("Not uploaded: the file is empty.").waitFor();
    await page.getByRole("button", { name: "Choices" }).click();
    for (const choice of ["With a bulb", "Without"]) {
      await page.getByLabel("New choice").fill(choice);
      await page.keyboard.press("Enter");
    }
    server.desk.tell("typing", "r1.1");
    await page.getByText("Hanna Köhler is typing…").waitFor();
  },
  async "window-closed"(page) {
    await page.getByRole("option", { name: /Omar/ }).click();
    await page.getByRole("button", { name: "Choose a template" }).waitFor();
  },
  async "window-person"(page) {
    await page.getByRole("option", { name: /Lea/ }).click();
    await page.getByText("Only a person may answer now").waitFor();
  },
  async template(page) {
    await page.getByRole("option", { name: /Omar/ }).click();
    await page.getByRole("button", { name: "Choose a template" }).click();
    await page.getByRole("radio", { name: /repair_ready/ }).click();
    await page.getByLabel("Variable 1").fill("Omar");
  },
  async picture(page) {
    await page.getByRole("option", { name: /Hanna/ }).click();
    await page
      .getByRole("button", { name: /^Open: Picture from Hanna Köhler.*lamps\.png$/ })
      .first()
      .click();
    await page.getByRole("dialog").getByRole("img").waitFor();
  },
  async "health-and-sms"(page) {
    await page.getByRole("option", { name: /0132/ }).click();
    await page.getByRole("textbox").fill("The shop is open until six today. ".repeat(7));
    await page.getByText("2 SMS").waitFor();
  },
};

const gildas = ({ desk }: StubServer): ConversationView =>
  desk.conversations.find(({ customer }) => customer.name === "Gilda Moore") ?? assert.fail();

/** It stands there where there is room for it. */
async function openSummary(page: Page): Promise<void> {
  const toggle = page.getByRole("button", { name: "Customer", exact: true });
  if ((await toggle.getAttribute("aria-expanded")) === "false") await toggle.click();
}

const PAGES: Record<string, (page: Page, server: StubServer) => Promise<void>> = {
  async "sign-in"(page, server) {
    server.signIn.ways.oidc = { name: "Microsoft" };
    await page.goto(`${server.url}/counts#token=wrong`);
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await page.getByText("This link is not known any more.").first().waitFor();
  },
  async "sign-in-demo"(page, server) {
    server.signIn.demoPeople = DEMO_PEOPLE;
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole("button", { name: /^Sam/ }).waitFor();
    await page.getByLabel("Name").fill("ana");
    await page.getByLabel(/^Password/).fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("The name or the password is wrong.").first().waitFor();
  },
  async "set-up"(page, server) {
    await page.goto(`${server.url}/set-up#first.used`);
    await page.getByLabel(/^Password/).fill("long enough for me");
    await page.keyboard.press("Enter");
    await page.getByText("This link was used already.").first().waitFor();
  },
  async account(page, server) {
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("button", { name: "Account: Ana" }).click();
    await page.getByRole("menuitem", { name: "Sign out everywhere" }).waitFor();
  },
  async "change-password"(page, server) {
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("button", { name: "Account: Ana" }).click();
    await page.getByRole("menuitem", { name: "Change password" }).click();
    await page.getByLabel("Present password").fill("wrong");
    await page.getByLabel("New password").fill("four tired cups");
    await page.keyboard.press("Enter");
    await page.getByText("The present password is another one.").first().waitFor();
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
  async "customer-known"(page, server) {
    const view = gildas(server);
    server.desk.customers.set(view.id, knownSummary(view));
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("option", { name: /Gilda/ }).click();
    await openSummary(page);
    await page.getByText("T-1042").waitFor();
  },
  async "customer-unknown"(page, server) {
    const view = gildas(server);
    const suggestions = [
      { contactId: "gilda", name: "Gilda Moore", reason: "name" as const },
      { contactId: "gm", name: "G. Moore-Whitfield", reason: "phone" as const },
    ];
    server.desk.customers.set(view.id, buildSummary(view, { suggestions }));
    server.desk.contacts.push(
      buildContact({ id: "noah", name: "Noah Park", phones: [{ number: "+12065550150", kind: "mobile" }] }),
    );
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("option", { name: /Gilda/ }).click();
    await openSummary(page);
    await page.getByLabel("Name, e-mail or phone number").fill("noah");
    await page.getByRole("button", { name: "Link to Noah Park" }).waitFor();
  },
  async "customer-edit"(page, server) {
    const view = gildas(server);
    server.desk.customers.set(view.id, knownSummary(view));
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("option", { name: /Gilda/ }).click();
    await openSummary(page);
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByRole("dialog").getByLabel("First name").waitFor();
  },
  async "customer-unlink"(page, server) {
    const view = gildas(server);
    server.desk.customers.set(view.id, knownSummary(view));
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("option", { name: /Gilda/ }).click();
    await openSummary(page);
    await page.getByRole("button", { name: "Unlink" }).click();
    await page.getByRole("dialog").getByText("It was linked by mistake").waitFor();
  },
  async presence(page, server) {
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("button", { name: /^Presence/ }).click();
    await page.getByRole("menuitemradio", { name: "Away" }).waitFor();
  },
  ...Object.fromEntries(
    Object.entries(RICH_PAGES).map(([name, reach]) => [
      name,
      async (page: Page, server: StubServer) => {
        await page.goto(`${server.url}/desk#token=${server.token}`);
        await reach(page, server);
      },
    ]),
  ),
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
const EXPECTED = /^console: Failed to load resource: the server responded with a status of (401|403|409)/;

describe("accessibility and content security", function () {
  this.timeout(60_000);
  const chromium = useChromium();

  for (const [name, reach] of Object.entries(PAGES)) {
    describe(name, () => {
      let server: StubServer | undefined;
      let watched: WatchedPage | undefined;

      async function open(options: BrowserContextOptions): Promise<WatchedPage> {
        server = await startStubServer(name in RICH_PAGES ? richDesk() : undefined);
        watched = await openPage(chromium(), { reducedMotion: "reduce", ...options });
        await reach(watched.page, server);
        return watched;
      }
      async function close(): Promise<void> {
        await watched?.close();
        await server?.close();
        watched = undefined;
      }
      after(close);

      for (const colours of Object.keys(COLOURS))
        it(`finds no fault on ${name}, ${colours}`, async () => {
          // Reached once, in the first of them.
          watched ??= await open(COLOURS[colours] ?? {});
          await changeColours(watched.page, colours);
          await assertFlawless(watched, `${name}-${colours}`, EXPECTED);
        });

      it(`finds no fault on ${name}, narrow`, async () => {
        await close();
        const narrow = await open({ colorScheme: "light", viewport: { width: 360, height: 740 } });
        await assertFlawless(narrow, `${name}-narrow`, EXPECTED);
      });
    });
  }
});
