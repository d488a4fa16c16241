import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { findAccessibilityFaults, openPage, useChromium, type WatchedPage, waitForFocus } from "./browser";
import { buildConversation, buildOffer, offeredConversation } from "./stubData";
import { StubDesk } from "./stubDesk";
import { type StubServer, startStubServer } from "./stubServer";

describe("desk page", function () {
  this.timeout(60_000);
  const chromium = useChromium();
  let server: StubServer;
  let watched: WatchedPage;
  let page: Page;

  async function openDesk(desk = StubDesk.busy()): Promise<void> {
    server = await startStubServer(desk);
    watched = await openPage(chromium());
    page = watched.page;
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("tab", { name: "My conversations" }).waitFor();
  }

  afterEach(async () => {
    await watched?.close();
    await server?.close();
  });

  const composer = () => page.getByRole("textbox", { name: /^Reply to/ });
  const option = (name: RegExp) => page.getByRole("option", { name });
  const focused = () => page.locator(":focus");

  /** Presses Tab (or Shift+Tab) until the control with that name has the focus. */
  async function tabTo(name: string, key = "Tab"): Promise<void> {
    for (let presses = 0; presses < 40; presses += 1) {
      const label = await page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
      );
      if (label === name) return;
      await page.keyboard.press(key);
    }
    assert.fail(`no way to ${name} by ${key}`);
  }

  it("signs in by the printed link and takes the token out of the address", async () => {
    await openDesk();
    assert.equal(page.url(), `${server.url}/desk`);
    assert.deepEqual(watched.faults, []);
  });

  it("takes the keyboard from an offer over the reply to the end", async () => {
    await openDesk();
    await page.getByRole("heading", { name: "Priya Raman" }).waitFor();
    await tabTo("Accept Priya Raman");
    await page.keyboard.press("Enter");
    await composer().waitFor();
    assert.equal(await focused().getAttribute("aria-label"), "Reply to Priya Raman");
    await page.keyboard.type("I am sorry to hear that.");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("A new cup is on its way.");
    // The bubble stands there before the server has it.
    const posted = page.waitForResponse(
      (reply) => reply.request().method() === "POST" && reply.url().endsWith("/messages"),
    );
    await page.keyboard.press("Enter");
    await posted;
    await page.getByRole("log").getByText("A new cup is on its way.").waitFor();
    assert.deepEqual(
      server.desk.sent.map((sent) => sent.text),
      ["I am sorry to hear that.\nA new cup is on its way."],
    );
    assert.equal(await composer().inputValue(), "");
    await tabTo("End", "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByText("You ended this conversation.").waitFor();
    assert.equal(await focused().textContent(), "Priya Raman");
    await tabTo("Close");
    await page.keyboard.press("Enter");
    await page.getByText("No conversation chosen").waitFor();
    assert.equal(await focused().getAttribute("role"), "tab");
    assert.deepEqual(watched.faults, []);
  });

  it("announces an offer once, at once and with the time left, and goes on without it when rejected", async () => {
    await openDesk(new StubDesk());
    const alert = page.getByRole("alert");
    assert.equal(await alert.textContent(), "");
    const view = offeredConversation("t9.1", "Nadia Okafor", "Do you repair lamps?");
    server.desk.offer(buildOffer(view, 30), view);
    await page.getByRole("heading", { name: "Nadia Okafor" }).waitFor();
    const said = (await alert.textContent()) ?? "";
    assert.match(said, /^New offer: Nadia Okafor on WhatsApp, queue General\. (29|30) seconds to answer\.$/);
    assert.match(await page.title(), /^\(1\)/);
    await page.getByText("28 s left").waitFor();
    assert.equal(await alert.textContent(), said);
    await page.getByRole("button", { name: "Reject Nadia Okafor" }).click();
    await page.getByRole("heading", { name: "Offers" }).waitFor({ state: "detached" });
    assert.equal(await focused().getAttribute("role"), "tab");
  });

  it("says why an offer could not be accepted", async () => {
    await openDesk();
    const accept = page.getByRole("button", { name: "Accept Priya Raman" });
    for (const offer of server.desk.offers) server.desk.taken.add(offer.id);
    await accept.click();
    await page.getByText("Ben has taken it.").waitFor();
  });

  it("keeps what was typed when another conversation is opened", async () => {
    await openDesk();
    await option(/Gilda/).click();
    await composer().fill("half a sentence");
    await option(/Tomás/).click();
    await page.getByText("Open this conversation to answer.").waitFor();
    await option(/Gilda/).click();
    assert.equal(await composer().inputValue(), "half a sentence");
  });

  it("keeps the text of a refused send, says why, and sends it again under the same id", async () => {
    await openDesk();
    await option(/Gilda/).click();
    const reason = "This conversation has exceeded the 24 hour limit to respond to the customer.";
    server.desk.refuseSend = { status: 409, code: "CHANNEL_WINDOW_CLOSED", message: reason };
    await composer().fill("It is on the van.");
    const [refused] = await Promise.all([
      page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/messages")),
      composer().press("Enter"),
    ]);
    await page.getByText(reason).waitFor();
    assert.equal(await composer().inputValue(), "It is on the van.");
    await composer().press("Enter");
    await page.getByText(reason).waitFor({ state: "detached" });
    assert.deepEqual(server.desk.sent, [refused.postDataJSON()]);
    assert.match(server.desk.sent[0]?.clientId ?? "", /^[0-9a-f-]{36}$/);
  });

  it("shows each message's author, its delivery in words and what cannot be shown", async () => {
    await openDesk();
    await option(/Gilda/).click();
    const log = page.getByRole("log", { name: "Messages with Gilda Moore" });
    for (const words of [
      "Helper",
      "You joined",
      "Read",
      "Delivered",
      "Sent",
      "Not delivered: Messenger refuses links to this site.",
      "Not processed: the message could not be worked after several tries.",
      "The customer sent a sticker, which cannot be shown yet.",
      /^arrived /,
    ]) {
      await log.getByText(words, { exact: true }).first().waitFor();
    }
    await page.getByText("Reply window closes in 3 h 12 min").waitFor();
  });

  it("follows new messages and delivery marks as they come", async () => {
    await openDesk();
    await option(/Gilda/).click();
    await composer().fill("On its way!");
    await composer().press("Enter");
    const log = page.getByRole("log");
    await log.getByText("Queued").waitFor();
    const own = server.desk.messages.get("t1.1")?.at(-1);
    assert.ok(own);
    server.desk.customerWrites("t1.1", "Lovely");
    await log.getByText("Lovely").waitFor();
    server.desk.setStatus("t1.1", own, "delivered");
    await log.getByText("Queued").waitFor({ state: "detached" });
    assert.equal(await log.getByText("On its way!", { exact: true }).count(), 1);
    const element = "document.querySelector('[role=log]')";
    assert.equal(
      await page.evaluate(`${element}.scrollHeight - ${element}.scrollTop - ${element}.clientHeight < 2`),
      true,
    );
  });

  it("catches up with what happened while the connection was broken", async () => {
    await openDesk();
    await option(/Gilda/).click();
    await page.getByRole("log").getByText("Great, thank you!").waitFor();
    server.dropStreams();
    server.desk.customerWrites("t1.1", "in the gap");
    await page.getByRole("log").getByText("in the gap").waitFor();
    assert.equal(await page.getByText("Connection lost").count(), 0);
  });

  it("shows the way in when the session has ended, and then what was being written", async () => {
    await openDesk();
    await option(/Gilda/).click();
    await composer().fill("half a sentence");
    server.endSession();
    await page.getByRole("button", { name: "End", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("Name").fill("ana");
    await page.getByLabel(/^Password/).fill(server.signIn.password);
    await page.keyboard.press("Enter");
    await composer().waitFor();
    assert.equal(await composer().inputValue(), "half a sentence");
  });

  it("picks from the queue, opens what waits, releases and closes", async () => {
    await openDesk();
    await page.getByRole("tab", { name: "Open" }).click();
    await option(/Noor/).click();
    await page.getByRole("button", { name: "Pick" }).click();
    await composer().waitFor();
    assert.equal(await focused().getAttribute("aria-label"), "Reply to Noor Haddad");
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByText("No conversation chosen").waitFor();
    assert.equal(server.desk.find("t4.1")?.holder, "queue");
    await page.getByRole("tab", { name: "My conversations" }).click();
    await option(/Tomás/).click();
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await composer().waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByText("No conversation chosen").waitFor();
    assert.equal(server.desk.find("t2.1")?.state, "waiting");
  });

  it("takes a conversation from the helper, shows what it told, and gives it back with a note", async () => {
    await openDesk();
    await page.getByRole("tab", { name: "With the helper" }).click();
    await option(/Ulla/).click();
    await page.getByRole("button", { name: "Take over" }).click();
    await composer().waitFor();
    assert.equal(await focused().getAttribute("aria-label"), "Reply to Ulla Berg");
    await page.getByText("About: order 5").waitFor();
    await page.getByText("topic", { exact: true }).waitFor();
    const giveBack = page.getByRole("button", { name: "To the helper" });
    await giveBack.click();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await waitForFocus(giveBack);
    await giveBack.click();
    await page.getByLabel("Note for the helper and the transcript (optional)").fill("ask again");
    assert.deepEqual(await findAccessibilityFaults(page), []);
    await page.getByRole("button", { name: "Give back" }).click();
    await page.getByText("No conversation chosen").waitFor();
    assert.equal(server.desk.find("t5.1")?.holder, "bot");
    assert.deepEqual(server.desk.notes, ["ask again"]);
    await option(/Gilda/).waitFor({ state: "detached" });
    await page.getByRole("tab", { name: "My conversations" }).click();
    await option(/Gilda/).click();
    assert.equal(await page.getByRole("button", { name: "To the helper" }).count(), 0, "no helper there");
  });

  it("tells a newcomer what to do, and changes presence in words", async () => {
    await openDesk(new StubDesk("offline"));
    await page.getByText("Set yourself to Available, then conversations are offered to you.").waitFor();
    await page.getByRole("button", { name: "Presence: Offline" }).click();
    await page.getByRole("menuitemradio", { name: "Available" }).click();
    await page.getByRole("button", { name: "Presence: Available" }).waitFor();
    assert.equal(server.desk.me.presence.presence, "available");
    await page.getByText("0 of 3").waitFor();
  });

  it("draws only the rows in sight of a long list and reaches its end by key", async () => {
    const desk = new StubDesk();
    desk.conversations = Array.from({ length: 120 }, (_, index) =>
      buildConversation({ id: `l${index}.1`, name: `Customer ${index}`, lastText: "Hello" }),
    );
    await openDesk(desk);
    await page.getByRole("option").first().focus();
    for (const last of ["Customer 49", "Customer 99", "Customer 119"]) {
      await page.keyboard.press("End");
      await option(new RegExp(`${last}\\b`)).waitFor();
      await page.waitForFunction(`document.activeElement.textContent.includes("${last}")`);
      await page.waitForTimeout(200);
    }
    assert.ok((await page.getByRole("option").count()) < 40);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Customer 119" }).waitFor();
  });
});
