import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openPage, useChromium, type WatchedPage } from "./browser";
import type { StubDesk } from "./stubDesk";
import { HANNA, LEA, richDesk, SMS } from "./stubRich";
import { type StubServer, startStubServer } from "./stubServer";

describe("desk, every shape of message", function () {
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
  const byId = (id: string, messageId: string) =>
    desk.messages.get(id)?.find((one) => one.id === messageId) ?? assert.fail(`no message ${messageId}`);

  it("shows files, a place and each state of a file in words", async () => {
    await open(HANNA);
    for (const words of [
      "Video is being fetched…",
      "Picture refused: it is larger than 25 MB. (huge.tiff)",
      "File not received: the platform does not have it any more.",
      "Café Central",
      "48.21035, 16.36551",
      "warranty-2026.pdf",
      "PDF, 184.3 kB",
      "Where they came from: An ad: “Lamps, 20 % off”",
      "Opt-out: The customer asked for no more messages.",
    ])
      await log().getByText(words, { exact: true }).first().waitFor();
    const map = log().getByRole("link", { name: "Show on OpenStreetMap" });
    assert.match((await map.getAttribute("href")) ?? "", /^https:\/\/www\.openstreetmap\.org\/\?mlat=48\.21/);
    assert.equal(await map.getAttribute("rel"), "noopener noreferrer");
    await log()
      .getByLabel(/^Audio from Hanna/)
      .waitFor();
    const file = page.waitForEvent("download");
    await log().getByRole("link", { name: "Download warranty-2026.pdf" }).click();
    assert.equal((await file).suggestedFilename(), "warranty-2026.pdf");
    assert.deepEqual(watched.faults, []);
  });

  it("opens a picture in full, by key, and gives the focus back", async () => {
    await open(HANNA);
    const small = log().getByRole("button", { name: /^Open: Picture from Hanna Köhler.*lamps\.png$/ });
    await small.first().focus();
    await page.keyboard.press("Enter");
    const full = page.getByRole("dialog").getByRole("img", { name: /^Picture from Hanna Köhler/ });
    await full.waitFor();
    assert.equal(await page.evaluate("document.querySelector('[role=dialog] img').naturalWidth"), 320);
    await page.keyboard.press("Escape");
    await full.waitFor({ state: "detached" });
    assert.match((await focused().getAttribute("aria-label")) ?? "", /^Open: Picture/);
    assert.deepEqual(watched.faults, []);
  });

  it("offers a picture that cannot be drawn for download", async () => {
    await open(HANNA);
    desk.add(HANNA, { attachments: [desk.attachment("broken")] });
    await log().getByText("The picture cannot be shown.").waitFor();
    await log().getByRole("link", { name: "Download half.png" }).waitFor();
  });

  it("shows a file when it has come", async () => {
    await open(HANNA);
    await log().getByText("Video is being fetched…").waitFor();
    byId(HANNA, "h8").attachments[0] = desk.attachment("receipt");
    desk.tell("message", HANNA);
    await log().getByText("Video is being fetched…").waitFor({ state: "detached" });
    await message("huge.tiff")
      .getByRole("button", { name: /^Open: Picture/ })
      .waitFor();
  });

  it("puts reactions on their message and takes them off again", async () => {
    await open(HANNA);
    const terms = message("Our terms are in here.");
    await terms.getByText("Hanna Köhler reacted with ❤️").waitFor();
    assert.equal(
      await log()
        .getByText(/Reacted with|Took back|😢/)
        .count(),
      0,
    );
    desk.customerReacts(HANNA, byId(HANNA, "h11"), "👍");
    await terms.getByText("Hanna Köhler reacted with 👍").waitFor();
    desk.customerReacts(HANNA, byId(HANNA, "h11"), "👍", true);
    await terms.getByText(/reacted with/).waitFor({ state: "detached" });
  });

  it("changes a message that the customer edits or deletes, also an old one", async () => {
    await open(HANNA);
    await log().getByText("Talk to a person").last().waitFor();
    desk.customerChanges(HANNA, byId(HANNA, "h4"), "edit", "A person, please");
    await message("A person, please")
      .getByText(/^Edited /)
      .waitFor();
    desk.customerChanges(HANNA, byId(HANNA, "h2"), "delete", "");
    await log().getByText("One of my two lamps stays dark.").waitFor({ state: "detached" });
    assert.equal(await log().getByText("Message deleted by the customer").count(), 2);
    assert.equal(
      await log()
        .getByText(/made an (edit|delete)/)
        .count(),
      0,
    );
  });

  it("leads from a quote to the message that is answered", async () => {
    await open(HANNA);
    await message("Does the new one come with a bulb?")
      .getByRole("button", { name: "In reply to You Our terms are in here." })
      .click();
    assert.match((await focused().textContent()) ?? "", /Our terms are in here/);
  });

  it("answers one message by keyboard, and Escape takes that back", async () => {
    await open(HANNA);
    await log().getByRole("button", { name: "Reply to this message of Hanna Köhler" }).last().focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    assert.equal(await focused().getAttribute("aria-label"), "Reply to this message of You");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Reply to You: Our terms are in here.").waitFor();
    assert.equal(await focused().getAttribute("aria-label"), "Reply to Hanna Köhler");
    await page.keyboard.press("Escape");
    await page.getByRole("status").getByText("Reply to You:").waitFor({ state: "detached" });
    await log().getByRole("button", { name: "Reply to this message of Hanna Köhler" }).last().press("Enter");
    await page.keyboard.type("It does.");
    await page.keyboard.press("Enter");
    await log()
      .getByRole("button", { name: "In reply to Hanna Köhler Does the new one come with a bulb?" })
      .waitFor();
    assert.equal(desk.sent[0]?.replyToId, "h18");
  });

  it("shows that the customer types until the message comes, and tells when the agent does", async () => {
    await open(HANNA);
    await log().getByText("Does the new one come with a bulb?").waitFor();
    desk.tell("typing", HANNA);
    const note = page.getByRole("status").getByText("Hanna Köhler is typing…");
    await note.waitFor();
    desk.customerWrites(HANNA, "And a plug?");
    await note.waitFor({ state: "detached" });
    await composer().pressSequentially("Yes, of course");
    await page.goto(`${server.url}/desk/c/${SMS}`);
    await composer().pressSequentially("Yes");
    await composer().press("Enter");
    await log().getByText("Yes").waitFor();
    assert.deepEqual(
      desk.signals.filter(({ action }) => action === "typing"),
      [{ action: "typing", conversationId: HANNA }],
    );
  });

  it("stops saying that the customer types after a few seconds", async () => {
    await page.clock.install();
    await open(HANNA);
    await log().getByText("Does the new one come with a bulb?").waitFor();
    desk.tell("typing", HANNA);
    await page.getByText("Hanna Köhler is typing…").waitFor();
    await page.clock.fastForward(7_000);
    await page.getByText("Hanna Köhler is typing…").waitFor({ state: "detached" });
  });

  it("marks as read what stands before the agent's eyes, and nothing of others", async () => {
    const reads = () => desk.signals.filter(({ action }) => action === "read").length;
    const told = () => page.waitForResponse((reply) => reply.url().endsWith("/read"));
    desk.change(LEA, { agentId: "ben" });
    await open(HANNA);
    await log().getByText("Does the new one come with a bulb?").waitFor();
    await page.waitForFunction(
      "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/read'))",
    );
    assert.equal(reads(), 1);
    const again = told();
    desk.customerWrites(HANNA, "And a plug?");
    await again;
    assert.equal(reads(), 2);
    await page.getByRole("option", { name: /Omar/ }).click();
    await log().getByText("When will my chair be repaired?").waitFor();
    await page.goto(`${server.url}/desk/c/${LEA}`);
    await log().getByText("Did you find my parcel?").waitFor();
    assert.equal(
      desk.signals.some(({ conversationId }) => conversationId === LEA),
      false,
    );
  });

  it("tells in words that the customer opted out, agreed to the notice, and that the talk is recorded", async () => {
    await open(LEA);
    const line = page.getByRole("note", { name: "What the customer was told" });
    await line.getByText(/^Opted out of automatic messages on .+ What you write is still sent\.$/).waitFor();
    await line.getByText(/^Agreed to the privacy notice of /).waitFor();
    await line.getByText("This talk is recorded.", { exact: true }).waitFor();
    await open(SMS);
    assert.equal(await line.count(), 0);
  });

  it("tells what the channel knows of the customer", async () => {
    await open(HANNA);
    const facts = page.getByRole("article").locator("dl");
    assert.match(
      (await facts.textContent()) ?? "",
      /^Phone\+43 660 5550148LanguageAustrian GermanLocal time\S+\s?([AP]M)? \(GMT\+5:30\)Followers1,240Friends318$/,
    );
    await page.getByText("@hannak").waitFor();
  });
});
