import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import { type App, startApp } from "../../src/app";
import { loadConfig } from "../../src/config/settings";
import { silentLog } from "../../src/core/log";
import {
  findAccessibilityFaults,
  openPage,
  takePicture,
  useChromium,
  type WatchedPage,
  waitForFocus,
} from "./browser";

/** The customer summary with the real server: the demo, its telephones, and Ana at her desk. */
describe("the customer summary", function () {
  this.timeout(120_000);
  const chromium = useChromium();
  let app: App;
  let folder: string;
  let desk: Page;
  let phone: Page;
  const windows: WatchedPage[] = [];

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-customer-"));
    app = await startApp(
      loadConfig({ PORT: "0", SWITCHBOARD_DATA: folder, PUBLIC_URL: "http://127.0.0.1:3978" }),
      { log: silentLog },
    );
    const token = app.demo?.find(({ id }) => id === "ana")?.token ?? assert.fail("the demo has no Ana");
    phone = await open("/phone");
    desk = await open(`/desk#token=${token}`);
    await desk.getByRole("button", { name: /^Presence/ }).click();
    await desk.getByRole("menuitemradio", { name: /^Available/ }).click();
  });
  after(async () => {
    for (const { close } of windows) await close();
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(address: string): Promise<Page> {
    const opened = await openPage(chromium());
    windows.push(opened);
    await opened.page.goto(app.url + address);
    return opened.page;
  }

  const panel = (): Locator => desk.getByRole("complementary", { name: "Customer" });
  const dialog = (): Locator => desk.getByRole("dialog");

  /** A customer writes on a telephone, and Ana takes the conversation. */
  async function write(telephone: string, text: string): Promise<void> {
    const region = phone.getByRole("region", { name: telephone });
    await region.getByRole("textbox").fill(text);
    await region.getByRole("textbox").press("Enter");
  }
  async function accept(): Promise<void> {
    await desk.getByRole("button", { name: /^Accept/ }).click();
    await desk.getByRole("textbox", { name: /^Reply to/ }).waitFor();
  }
  async function finish(): Promise<void> {
    await desk.getByRole("button", { name: "End", exact: true }).click();
    await desk.getByRole("button", { name: "Close", exact: true }).click();
    await desk.getByText("No conversation chosen").waitFor();
  }

  it("knows who writes from the mobile phone of a contact", async () => {
    await write("SMS", "Is my order ready?");
    await accept();
    await panel().getByText("Sofia Rossi", { exact: true }).waitFor();
    await panel()
      .getByText(/Found by the phone number/)
      .waitFor();
    await desk.getByRole("heading", { name: "Sofia Rossi" }).waitFor();
    await takePicture(desk, "customer-by-phone");
    assert.deepEqual(await findAccessibilityFaults(desk), []);
  });

  it("is edited: what is impossible is refused with the reason, what is saved shows at once", async () => {
    await panel().getByRole("button", { name: "Edit" }).click();
    await dialog().getByRole("textbox", { name: "E-mail addresses" }).fill("sofia@example.com");
    await dialog().getByRole("button", { name: "Add a number" }).click();
    await dialog().getByRole("textbox", { name: "Phone number 3" }).fill("+1 23");
    await dialog().getByRole("button", { name: "Save" }).click();
    await dialog()
      .getByText(/Phone number 3: numbers of this country have another length/)
      .waitFor();
    await takePicture(desk, "customer-edit-refused");
    await dialog().getByRole("button", { name: "Remove phone number 3" }).click();
    await dialog().getByRole("button", { name: "Save" }).click();
    await dialog().waitFor({ state: "detached" });
    await panel().getByRole("link", { name: "sofia@example.com" }).waitFor();
    assert.equal(await desk.locator(":focus").textContent(), "Customer");
  });

  it("is unlinked as a mistake, found by a search and linked again, by the keyboard alone", async () => {
    await panel().getByRole("button", { name: "Unlink" }).focus();
    await desk.keyboard.press("Enter");
    await dialog().getByText("No conversation here stays with Sofia Rossi").waitFor();
    await dialog().getByRole("button", { name: "Unlink" }).focus();
    await desk.keyboard.press("Enter");
    await panel().getByText("Unknown customer").waitFor();
    await panel().getByRole("searchbox").focus();
    await desk.keyboard.type("sof ros");
    const link = panel().getByRole("button", { name: "Link to Sofia Rossi" });
    await link.first().waitFor();
    await takePicture(desk, "customer-search");
    assert.deepEqual(await findAccessibilityFaults(desk), []);
    await link.last().focus();
    await desk.keyboard.press("Enter");
    await panel().getByText("Linked by an agent").waitFor();
    await finish();
  });

  it("is made in one step, and later conversations are linked and show what was written before", async () => {
    await write("X", "Do you ship to Norway?");
    await accept();
    await panel().getByText("Unknown customer").waitFor();
    const create = panel().getByRole("button", { name: "Create contact" });
    await create.click();
    await desk.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await waitForFocus(create);
    await create.click();
    assert.equal(await dialog().getByRole("textbox", { name: "Last name" }).inputValue(), "Ortiz");
    await dialog().getByRole("button", { name: "Create and link" }).click();
    await panel().getByText("Lena Ortiz", { exact: true }).waitFor();
    await finish();

    await write("X", "And to Sweden?");
    await accept();
    await panel().getByText("Lena Ortiz", { exact: true }).waitFor();
    const earlier = panel().getByRole("link", { name: /^Read the conversation on X/ });
    await takePicture(desk, "customer-history");
    const here = desk.url();
    await earlier.click();
    await desk.getByRole("log").getByText("Do you ship to Norway?").waitFor();
    await desk.getByText("This conversation is closed.").waitFor();
    await desk.goBack();
    assert.equal(desk.url(), here);
  });

  it("asks why when there are earlier conversations: they stay when the account changed hands", async () => {
    await panel().getByRole("button", { name: "Unlink" }).click();
    await dialog()
      .getByRole("radio", { name: /belongs to somebody else now/ })
      .check();
    await dialog().getByRole("button", { name: "Unlink" }).click();
    await panel().getByText("Unknown customer").waitFor();
    await panel().getByText("No other conversation.").waitFor();
    await finish();
  });

  it("is suggested by name, and one press links", async () => {
    await write("Messenger", "Hello");
    await phone
      .getByRole("region", { name: "Messenger" })
      .getByText(/Is it about an order/)
      .waitFor();
    await write("Messenger", "Person");
    await accept();
    await panel().getByText("Same name").waitFor();
    await takePicture(desk, "customer-suggested");
    await panel().getByRole("button", { name: "Link to Gilda Moore" }).click();
    await panel().getByText("gold").waitFor();
    await finish();
  });

  it("left no fault in the console", () => {
    const refused = /status of 400/;
    assert.deepEqual(
      windows.flatMap(({ faults }) => faults).filter((fault) => !refused.test(fault)),
      [],
    );
  });
});
