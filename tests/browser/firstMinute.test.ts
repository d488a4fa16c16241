import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type App, startApp } from "../../src/app";
import { loadConfig } from "../../src/config/settings";
import { silentLog } from "../../src/core/log";
import { openPage, takePicture, useChromium, type WatchedPage } from "./browser";

/** What a newcomer does in the first minute, with nothing configured: the demo, two windows, one conversation. */
describe("the first minute", function () {
  this.timeout(120_000);
  const chromium = useChromium();
  let app: App;
  let folder: string;
  const windows: WatchedPage[] = [];

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-first-"));
    app = await startApp(
      loadConfig({ PORT: "0", SWITCHBOARD_DATA: folder, PUBLIC_URL: "http://127.0.0.1:3978" }),
      { log: silentLog },
    );
  });
  after(async () => {
    for (const { close } of windows) await close();
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(address: string): Promise<WatchedPage> {
    const opened = await openPage(chromium());
    windows.push(opened);
    await opened.page.goto(app.url + address);
    return opened;
  }

  it("leads from a telephone over the helper to Ana's desk and back", async () => {
    const token = app.demo?.find(({ id }) => id === "ana")?.token ?? assert.fail("the demo has no Ana");
    const desk = await open(`/desk#token=${token}`);
    const phone = await open("/phone");
    const messenger = phone.page.getByRole("region", { name: "Messenger" });
    const write = async (text: string) => {
      await messenger.getByRole("textbox").fill(text);
      await messenger.getByRole("textbox").press("Enter");
    };

    await write("Hello");
    await messenger
      .getByRole("log")
      .getByText(/Is it about an order/)
      .waitFor();
    await write("Person");
    await messenger
      .getByRole("log")
      .getByText(/a person will be with you/)
      .waitFor();

    await desk.page.getByRole("button", { name: /^Presence/ }).click();
    await desk.page.getByRole("menuitemradio", { name: /^Available/ }).click();
    await desk.page.getByRole("button", { name: /^Accept/ }).click();
    const log = desk.page.getByRole("log");
    // Offered by the helper, and then said by the customer.
    await log.getByText("Person", { exact: true }).last().waitFor();
    await desk.page.getByRole("textbox", { name: /^Reply to/ }).fill("Hello, this is Ana. How can I help?");
    await desk.page.keyboard.press("Enter");
    await messenger.getByRole("log").getByText("Hello, this is Ana. How can I help?").waitFor();
    await write("My cup is broken");
    await log.getByText("My cup is broken").waitFor();
    await takePicture(desk.page, "first-minute-desk");
    await takePicture(phone.page, "first-minute-phone");

    await desk.page.getByRole("button", { name: "End", exact: true }).click();
    await desk.page.getByRole("button", { name: "Close", exact: true }).click();
    await desk.page.getByText("No conversation chosen").waitFor();

    const sam = app.demo?.find(({ id }) => id === "sam")?.token ?? assert.fail("the demo has no Sam");
    const counts = await open(`/counts#token=${sam}`);
    await counts.page.getByText("Everything adds up").first().waitFor();
    await takePicture(counts.page, "first-minute-counts");
    assert.deepEqual(counts.faults, []);
    assert.deepEqual(desk.faults, []);
    assert.deepEqual(phone.faults, []);
  });
});
