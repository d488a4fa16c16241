import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openPage, useChromium, type WatchedPage } from "./browser";
import type { StubDesk } from "./stubDesk";
import { LAMP_PICTURE } from "./stubMedia";
import { LEA, OMAR, richDesk, SMS } from "./stubRich";
import { type StubServer, startStubServer } from "./stubServer";

describe("desk, what an agent can send", function () {
  this.timeout(60_000);
  const chromium = useChromium();
  let server: StubServer;
  let watched: WatchedPage;
  let page: Page;
  let desk: StubDesk;

  beforeEach(async () => {
    desk = richDesk();
    server = await startStubServer(desk);
    watched = await openPage(chromium(), { reducedMotion: "reduce" });
    page = watched.page;
  });
  afterEach(async () => {
    await watched?.close();
    await server?.close();
  });

  async function open(id: string): Promise<void> {
    await page.goto(`${server.url}/desk/c/${id}#token=${server.token}`);
    await page.getByRole("log").waitFor();
  }

  const log = () => page.getByRole("log");
  const composer = () => page.getByRole("textbox", { name: /^Reply to/ });
  const message = (text: string) => log().locator("[id^=message-]").filter({ hasText: text });
  const focused = () => page.locator(":focus");
  const picture = { name: "lamp.png", mimeType: "image/png", buffer: Buffer.from(LAMP_PICTURE, "base64") };

  it("attaches files by button, paste and drop, shows how far they are, and sends them", async () => {
    let release = () => {};
    desk.holdUploads = new Promise((resolve) => {
      release = resolve;
    });
    await open(LEA);
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Attach files" }).press("Enter");
    await (await chooser).setFiles([picture, { ...picture, name: "second.png" }]);
    const files = page.getByRole("list", { name: "Files to send" });
    await files
      .getByText(/^Uploading, \d+ %$/)
      .first()
      .waitFor();
    await page.getByText("Files are still uploading.").waitFor();
    const give = (type: string, name: string) =>
      page.evaluate(
        `(() => {
          const data = new DataTransfer();
          data.items.add(new File(["x"], ${JSON.stringify(name)}, { type: "text/plain" }));
          const options = { bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data };
          const Kind = ${type === "paste" ? "ClipboardEvent" : "DragEvent"};
          document.querySelector("textarea").dispatchEvent(new Kind(${JSON.stringify(type)}, options));
        })()`,
      );
    await give("paste", "pasted.txt");
    await give("dragover", "dropped.txt");
    await page.getByText("Drop files here to attach them").waitFor();
    await give("drop", "dropped.txt");
    await page.getByText("Drop files here to attach them").waitFor({ state: "detached" });
    assert.equal(await files.getByRole("listitem").count(), 4);
    await files.getByRole("button", { name: "Cancel the upload of second.png" }).click();
    await composer().fill("Here it is.");
    await composer().press("Enter");
    assert.equal(desk.sent.length, 0);
    release();
    await files
      .getByText(/^Ready to send/)
      .nth(2)
      .waitFor();
    await files.getByRole("button", { name: "Remove pasted.txt" }).click();
    await composer().press("Enter");
    await message("Here it is.")
      .getByRole("button", { name: /^Open: Picture from You.*lamp\.png$/ })
      .waitFor();
    await files.waitFor({ state: "detached" });
    assert.equal(desk.sent.length, 1);
    assert.deepEqual(
      desk.sent[0]?.attachments?.map(({ mediaId }) => desk.files.get(mediaId)?.name),
      ["lamp.png", "dropped.txt"],
    );
    const [first] = desk.sent[0]?.attachments ?? [];
    assert.deepEqual(desk.files.get(first?.mediaId ?? "")?.content, picture.buffer);
    assert.deepEqual(watched.faults, []);
  });

  it("says why a file was not taken, and sends nothing until it is removed", async () => {
    desk.refuseUpload = { status: 415, code: "MEDIA_REFUSED", message: "Programs cannot be sent." };
    await open(LEA);
    await page.locator("input[type=file]").setInputFiles([{ ...picture, name: "setup.exe" }]);
    await page.getByText("Not uploaded: Programs cannot be sent.").waitFor();
    await composer().fill("Run this");
    await composer().press("Enter");
    assert.equal(desk.sent.length, 0);
    await page.getByRole("button", { name: "Remove setup.exe" }).click();
    await composer().press("Enter");
    await log().getByText("Run this").waitFor();
    assert.deepEqual(Object.keys(desk.sent[0] ?? {}).sort(), ["clientId", "text"]);
  });

  it("gives files, choices and reply back when the send is refused, and sends all of it again under one id", async () => {
    await open(LEA);
    await log()
      .getByRole("button", { name: /^Reply to this message/ })
      .last()
      .press("Enter");
    await page.locator("input[type=file]").setInputFiles([picture]);
    await page.getByText("Ready to send").waitFor();
    await page.getByRole("button", { name: "Choices" }).click();
    for (const choice of ["Yes", "No"]) {
      await page.getByLabel("New choice").fill(choice);
      await page.keyboard.press("Enter");
    }
    await composer().fill("Is this your parcel?");
    desk.refuseSend = { status: 503, code: "STORE_DOWN", message: "The store is busy." };
    await composer().press("Enter");
    await page.getByText("The store is busy.").waitFor();
    await page.getByRole("list", { name: "Files to send" }).getByText("lamp.png").waitFor();
    await page.getByRole("button", { name: "Remove choice No" }).waitFor();
    await page.getByText("Reply to Lea Brandt: Did you find my parcel?").waitFor();
    await composer().press("Enter");
    await message("Is this your parcel?")
      .getByRole("list", { name: "Choices offered" })
      .getByText("Yes")
      .waitFor();
    assert.equal(desk.sent.length, 1);
    assert.deepEqual(desk.sent[0]?.choices, ["Yes", "No"]);
    assert.equal(desk.sent[0]?.replyToId, "r3.1-1");
  });

  it("allows only a filled template when the window is closed, and says why", async () => {
    await open(OMAR);
    await page.getByText("exceeded the 24 hour limit").waitFor();
    assert.equal(await composer().isDisabled(), true);
    assert.equal(await page.getByRole("button", { name: "Attach files" }).count(), 0);
    await page.getByRole("button", { name: "Choose a template" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Send a template" });
    await dialog.getByText("WhatsApp rejected it: a promotion needs the category marketing.").waitFor();
    assert.equal(await dialog.getByRole("radio").count(), 2);
    await dialog.getByRole("radio", { name: /repair_ready/ }).check();
    const send = dialog.getByRole("button", { name: "Send template" });
    await dialog.getByLabel("Variable 1").fill("Omar");
    await dialog.getByText("Hello Omar, your {{2}} is repaired.").waitFor();
    assert.equal(await send.getAttribute("aria-disabled"), "true");
    await dialog.getByLabel("Variable 2").fill(" chair ");
    desk.refuseSend = { status: 409, code: "CHANNEL_REFUSED", message: "WhatsApp does not answer." };
    await send.click();
    await dialog.getByText("WhatsApp does not answer.").waitFor();
    await send.click();
    await dialog.waitFor({ state: "detached" });
    await log().getByText("Template HX1").waitFor();
    assert.deepEqual(
      desk.sent.map(({ template }) => template),
      [{ id: "HX1", variables: { 1: "Omar", 2: "chair" } }],
    );
    assert.equal(await focused().textContent(), "Choose a template");
  });

  it("opens the composer again when the customer writes", async () => {
    await open(OMAR);
    await page.getByRole("button", { name: "Choose a template" }).waitFor();
    desk.change(OMAR, {
      window: { state: "open", closesAt: new Date(Date.now() + 86_000_000).toISOString(), text: null },
    });
    await page.getByText(/^Reply window closes in 23 h/).waitFor();
    assert.equal(await composer().isEnabled(), true);
    await page.getByRole("button", { name: "Template", exact: true }).waitFor();
  });

  it("shuts the composer at the second the window ends, and asks the server", async () => {
    await page.clock.install();
    desk.change(LEA, {
      window: { state: "open", closesAt: new Date(Date.now() + 40_000).toISOString(), text: null },
    });
    await open(LEA);
    await page.getByText("Reply window closes in under 1 min").waitFor();
    const asked = page.waitForRequest((request) => request.url().endsWith(`/conversations/${LEA}`));
    await page.clock.fastForward(60_000);
    await page
      .getByText("The reply window is closed. You can answer once the customer writes again.")
      .waitFor();
    await asked;
    assert.equal(await composer().isDisabled(), true);
  });

  it("tells the state of window and channel in words", async () => {
    await open(LEA);
    await page
      .getByText(/^Only a person may answer now, until .* \(4 d 22 h left\)\. Automatic answers/)
      .waitFor();
    await page.goto(`${server.url}/desk/c/${SMS}`);
    await page.getByText("Messages cannot go out now").waitFor();
    await page.getByText("Twilio refused the auth token.").waitFor();
  });

  it("counts SMS only near the end of the first", async () => {
    await open(SMS);
    await composer().fill("a".repeat(120));
    assert.equal(await page.getByText(/characters left/).count(), 0);
    await composer().fill("a".repeat(150));
    await page.getByText("1 SMS, 10 characters left", { exact: true }).waitFor();
    await composer().fill("ł".repeat(100));
    await page.getByText("2 SMS, 34 characters left. Special characters make each SMS shorter.").waitFor();
  });
});
