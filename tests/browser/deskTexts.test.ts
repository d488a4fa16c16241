import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { findAccessibilityFaults, openPage, takePicture, useChromium, type WatchedPage } from "./browser";
import type { StubDesk } from "./stubDesk";
import { LEA, richDesk } from "./stubRich";
import { type StubServer, startStubServer } from "./stubServer";

const REPLIES = [
  { id: "hello", title: "Greeting", language: "en", text: "Hello Lea, this is Ana.", tags: ["start"] },
  {
    id: "hours",
    title: "Opening hours",
    language: "en",
    text: "We are open from 9 to 5,\nMonday to Friday.",
    tags: ["shop", "times"],
  },
  { id: "bye", title: "Goodbye", language: "en", text: "Goodbye Lea, and thank you for writing.", tags: [] },
];

describe("desk, ready answers and dispositions", function () {
  this.timeout(60_000);
  const chromium = useChromium();
  let server: StubServer;
  let watched: WatchedPage;
  let page: Page;
  let desk: StubDesk;

  beforeEach(async () => {
    desk = richDesk();
    desk.quickReplies = REPLIES;
    desk.dispositions = [
      { id: "asked", name: "Question answered" },
      { id: "sold", name: "Sold" },
      { id: "spam", name: "Spam" },
    ];
    server = await startStubServer(desk);
    watched = await openPage(chromium(), { reducedMotion: "reduce" });
    page = watched.page;
    await page.goto(`${server.url}/desk/c/${LEA}#token=${server.token}`);
    await page.getByRole("log").waitFor();
  });
  afterEach(async () => {
    await watched?.close();
    await server?.close();
  });

  const composer = () => page.getByRole("textbox", { name: /^Reply to/ });
  const search = () => page.getByRole("combobox", { name: /^Search quick replies/ });
  const button = () => page.getByRole("button", { name: "Quick replies", exact: true });
  const marked = () =>
    page.getByRole("option", { selected: true }).filter({ hasText: /Hello|Monday|Goodbye/ });
  const isFocused = (place: ReturnType<typeof composer>) =>
    place.evaluate((element) => element.ownerDocument.activeElement === element);

  it("puts a quick reply where the caret is, by keys alone", async () => {
    await composer().fill("Dear Lea,  Ana");
    for (let i = 0; i < 4; i++) await composer().press("ArrowLeft");
    await button().press("Enter");
    assert.equal(await isFocused(search()), true);
    assert.equal(await button().getAttribute("aria-expanded"), "true");
    await page.getByText("3 quick replies.").waitFor();
    await page.keyboard.press("ArrowDown");
    assert.match((await marked().textContent()) ?? "", /^Opening hours #shop #times/);
    await takePicture(page, "quick-replies");
    assert.deepEqual(await findAccessibilityFaults(page), []);
    await page.keyboard.type("#times");
    await page.getByText("1 quick reply.").waitFor();
    await page.keyboard.press("Enter");
    await search().waitFor({ state: "detached" });
    const text = "Dear Lea, We are open from 9 to 5,\nMonday to Friday. Ana";
    assert.equal(await composer().inputValue(), text);
    assert.equal(await isFocused(composer()), true);
    await page.waitForFunction(`document.activeElement.selectionStart === ${text.length - 4}`);
    assert.deepEqual(watched.faults, []);
  });

  it("opens with /q, closes with Escape, and takes a click", async () => {
    await composer().pressSequentially("/q ");
    await search().waitFor();
    assert.equal(await composer().inputValue(), "");
    await page.keyboard.type("nothing");
    await page.getByText("No quick reply has these words.").waitFor();
    await page.keyboard.press("Escape");
    await search().waitFor({ state: "detached" });
    assert.equal(await isFocused(composer()), true);
    await button().click();
    await page.getByRole("option", { name: /^Goodbye/ }).click();
    assert.equal(await composer().inputValue(), "Goodbye Lea, and thank you for writing.");
    await composer().press("Enter");
    await page.getByRole("log").getByText("and thank you for writing").waitFor();
    assert.equal(desk.sent[0]?.text, "Goodbye Lea, and thank you for writing.");
  });

  it("asks at wrap-up what came of it, and closes once that is said", async () => {
    desk.dispositionRequired = true;
    const picker = page.getByRole("group", { name: /What came of it/ });
    assert.equal(await picker.count(), 0);
    await page.getByRole("button", { name: "End", exact: true }).click();
    await picker.getByText("Choose before you close.").waitFor();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByText("Choose what came of this conversation").waitFor();
    await picker.getByRole("checkbox", { name: "Sold" }).press("Space");
    await picker.getByRole("checkbox", { name: "Question answered" }).press("Space");
    await picker.getByText("Choose before you close.").waitFor({ state: "detached" });
    await page.waitForFunction("document.querySelectorAll('fieldset input:checked').length === 2");
    await takePicture(page, "dispositions");
    assert.deepEqual(await findAccessibilityFaults(page), []);
    await picker.getByRole("checkbox", { name: "Sold" }).press("Space");
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page
      .getByText("This conversation is closed.")
      .or(page.getByText("No conversation chosen"))
      .first()
      .waitFor();
    assert.deepEqual([desk.find(LEA)?.state, desk.find(LEA)?.dispositions], ["closed", ["asked"]]);
  });
});
