import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import { assertFlawless, COLOURS, changeColours, openPage, useChromium, type WatchedPage } from "./browser";
import { buildCount, buildDeadLetter, StubCounts, TODAY, YESTERDAY } from "./stubCounts";
import { StubDesk } from "./stubDesk";
import { type StubServer, startStubServer } from "./stubServer";

type Role = "agent" | "supervisor" | "admin";

describe("counts page", function () {
  this.timeout(60_000);
  const chromium = useChromium();
  let server: StubServer;
  let watched: WatchedPage;
  let page: Page;

  interface Open {
    counts?: StubCounts;
    role?: Role;
    day?: string;
    options?: BrowserContextOptions;
  }

  async function openCounts({ counts, role = "supervisor", day, options }: Open = {}): Promise<void> {
    const desk = new StubDesk();
    desk.me.roles = [role];
    server = await startStubServer(desk, undefined, counts);
    watched = await openPage(chromium(), { reducedMotion: "reduce", ...options });
    page = watched.page;
    await page.clock.install();
    await page.goto(`${server.url}/counts${day === undefined ? "" : `?day=${day}`}#token=${server.token}`);
    await page.getByRole("heading", { level: 1, name: "Counts" }).waitFor();
  }

  afterEach(async () => {
    await watched?.close();
    await server?.close();
  });

  const heading = (name: string | RegExp) => page.getByRole("heading", { level: 2, name });
  const status = () => page.getByRole("status");
  const verdict = () => page.getByRole("region", { name: "Verdict" });
  const table = (name: string) => page.getByRole("region", { name }).getByRole("table");
  const texts = (row: string) => table("By hour and instance").locator(row).locator("th, td").allInnerTexts();
  const focused = () => page.locator(":focus");

  it("says that everything adds up, with the numbers, their sums and what still needs a person", async () => {
    await openCounts();
    await heading("Everything adds up").waitFor();
    await verdict()
      .getByText(
        "1,474 received, of them 17 repeated: 1,459 stored, of them 1,456 worked, 2 waiting and 1 dead.",
      )
      .waitFor();
    await verdict().getByText("3 messages of ours could not be delivered").waitFor();
    await verdict().getByRole("link", { name: "1 dead letter waits for a replay" }).waitFor();
    const first = ["14:00", "Lamp shop\nMessenger"];
    const numbers = ["212", "3", "401", "209", "207", "2", "0", "207", "207", "206", "1", "0"];
    assert.deepEqual(await texts("tbody tr:first-child"), [...first, ...numbers, "None"]);
    assert.equal(
      (await texts("tfoot tr")).join(" "),
      `Whole day 1,474 17 2,631 1,459 1,456 2 1 1,456 1,456 1,452 1 3 None`,
    );
    await page
      .getByText("None. A server was killed in this hour: the door's count lacks 2 stored messages.")
      .waitFor();
    assert.equal(page.url(), `${server.url}/counts`);
    assert.deepEqual(watched.faults, []);
  });

  it("counts the problems of a day in words and leads to their rows", async () => {
    await openCounts();
    await page.getByRole("button", { name: "Previous day" }).click();
    await heading("2 problems").waitFor();
    await status().getByText("2 problems").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("day"), YESTERDAY);
    const problems = verdict().getByRole("list", { name: "Problems" }).getByRole("listitem");
    assert.deepEqual(await problems.allInnerTexts(), [
      "09:00, Lamp shop: 2 received but not stored",
      "09:00, Lamp shop: 1 worked but not shown in any transcript",
    ]);
    await problems.first().getByRole("link").click();
    assert.match((await focused().textContent()) ?? "", /^09:00/);
    assert.equal((await texts("tfoot tr")).at(-1), "2 problems");
    await page.goBack();
    await page.getByRole("button", { name: "Today" }).click();
    await heading("Everything adds up").waitFor();
    assert.equal(await page.getByRole("button", { name: "Next day" }).getAttribute("aria-disabled"), "true");
    assert.deepEqual(watched.faults, []);
  });

  it("shows an address's day, and today for one that has not come", async () => {
    await openCounts({ day: YESTERDAY });
    await heading("2 problems").waitFor();
    await page.goto(`${server.url}/counts?day=2999-01-01`);
    await heading("Everything adds up").waitFor();
    await page.locator(`time[datetime="${TODAY}"]`).waitFor();
    await page.goto(`${server.url}/counts?day=2020-02-02`);
    await page.getByText("Nothing came in and nothing was written.").waitFor();
  });

  it("reads again by itself and by button", async () => {
    await openCounts();
    await heading("Everything adds up").waitFor();
    const lost = buildCount({ hour: `${TODAY}T15`, received: 5, problems: ["1 received but not stored"] });
    server.counts.days.set(TODAY, [lost]);
    await page.getByRole("button", { name: "Refresh" }).click();
    await heading("1 problem").waitFor();
    server.counts.days.set(TODAY, []);
    await page.clock.fastForward(10_000);
    await heading("Everything adds up").waitFor();
  });

  it("never shows a verdict without counts, and says when they are old", async () => {
    const counts = StubCounts.busy();
    counts.refuseCounts = { status: 400, code: "INPUT_INVALID", message: "The ledger is shut." };
    await openCounts({ counts });
    await page.getByText("The counts could not be read").waitFor();
    await page.getByText("The ledger is shut.").waitFor();
    assert.equal(await heading(/adds up|problem/).count(), 0);
    const refusal = counts.refuseCounts;
    counts.refuseCounts = undefined;
    await page.getByRole("button", { name: "Refresh" }).click();
    await heading("Everything adds up").waitFor();
    counts.refuseCounts = refusal;
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("Not up to date").waitFor();
  });

  it("tells each instance's state, since when, its last inbound and its account's problem", async () => {
    await openCounts();
    const rows = table("Health").locator("tbody tr");
    await rows.first().waitFor();
    const cells = await Promise.all(
      (await rows.all()).map(async (row) =>
        (await row.locator("th, td").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ").trim()),
      ),
    );
    assert.deepEqual(cells, [
      [
        "Lamp shop Messenger",
        "Error",
        "The page access token was revoked. Make a new one and save it; 4 messages wait and go out then.",
        "26 minutes ago",
        "3 minutes ago",
      ],
      [
        "Repairs SMS",
        "Warning",
        "Nothing has come in for 5 hours, where 40 messages are usual. Look at the webhook in Twilio's console.",
        "2 hours ago",
        "5 hours ago Silent against its habit",
      ],
      [
        "@lampshop X",
        "Error",
        "The secret env:X_CONSUMER_SECRET is not set.",
        "",
        "Nothing since the server started",
      ],
    ]);
    assert.equal(await page.getByRole("button", { name: /^Validate/ }).count(), 0);
  });

  it("lets an admin validate an account and register its webhook, and says what was found", async () => {
    await openCounts({ role: "admin" });
    await page.getByRole("button", { name: "Validate shop-fb" }).press("Enter");
    const account = page.getByRole("list", { name: "Accounts" }).locator("> li").first();
    await account.getByRole("status").getByText("Validated: 4 checks, 2 to look at.").waitFor();
    await account.getByText("Page access token (Lamp shop)").waitFor();
    await account.getByText("What to do: Make a new token for the page in Meta's console").waitFor();
    for (const state of ["OK", "Failed", "Warning", "Skipped"])
      await account.getByText(state, { exact: true }).waitFor();
    server.counts.checks = server.counts.checks.slice(0, 1);
    await page.getByRole("button", { name: "Register webhook of shop-twilio" }).click();
    await page.getByText("Registered: 1 check, nothing wrong.").waitFor();
    assert.deepEqual(server.counts.looks, ["validate shop-fb", "register shop-twilio"]);
    assert.deepEqual(watched.faults, []);
  });

  it("shows a dead letter's reason, and its raw item as text only", async () => {
    await openCounts();
    const row = table("Dead letters").getByRole("row", { name: /\+14255550132/ });
    await row.getByText("Nothing is configured for sms +14255550199: add it, then replay this.").waitFor();
    await row.getByText("not configured").waitFor();
    assert.equal(await row.locator("pre").count(), 0);
    await row.getByText("Raw item").click();
    const raw = JSON.parse((await row.locator("pre").textContent()) ?? "") as { Body: string };
    assert.equal(raw.Body, "<b>Hello</b> <script>alert(1)</script>");
    assert.equal(await row.locator("pre *").count(), 0);
    assert.deepEqual(watched.faults, []);
  });

  it("replays one dead letter and says so, without losing the focus", async () => {
    await openCounts();
    await page.getByRole("button", { name: /^Replay 7001,/ }).press("Enter");
    await status().getByText("1 replayed").waitFor();
    await page.getByRole("button", { name: /^Replay 7001,/ }).waitFor({ state: "detached" });
    assert.deepEqual(server.counts.replayed, ["m3"]);
    assert.equal(await focused().textContent(), "Dead letters");
    assert.equal(await table("Dead letters").locator("tbody tr").count(), 2);
  });

  it("replays all, those of further pages too, and says which could not be", async () => {
    const counts = StubCounts.busy();
    counts.deadLetters = Array.from({ length: 120 }, (_, index) =>
      buildDeadLetter({ messageId: `d${index}` }),
    );
    counts.refuseReplay.set("d7", { status: 503, code: "STORE_DOWN", message: "The store is busy." });
    counts.refuseReplay.set("d8", { status: 404, code: "NOT_FOUND", message: "Gone." });
    await openCounts({ counts });
    const rows = table("Dead letters").locator("tbody tr");
    await rows.first().waitFor();
    assert.equal(await rows.count(), 50);
    await page.getByRole("button", { name: "Show more" }).click();
    await rows.nth(99).waitFor();
    await page.getByRole("button", { name: "Replay all" }).click();
    await status().getByText("118 replayed").waitFor();
    await status().getByText("1 could not be replayed: The store is busy.").waitFor();
    await status().getByText("1 was no dead letter any more").waitFor();
    assert.equal(counts.replayed.length, 118);
    assert.deepEqual(
      counts.deadLetters.map((letter) => letter.messageId),
      ["d7", "d8"],
    );
  });

  it("refuses an agent in words and leads back to the desk", async () => {
    await openCounts({ role: "agent" });
    await heading("This page needs the role supervisor").waitFor();
    assert.equal(await page.getByRole("table").count(), 0);
    await page.getByRole("link", { name: "Go to the desk" }).click();
    await page.getByRole("tab", { name: "My conversations" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Counts" }).count(), 0);
    assert.deepEqual(watched.faults, []);
  });

  it("leads an admin from the desk to the counts and back, and shows the way in when the session has ended", async () => {
    await openCounts({ role: "admin" });
    await page.getByRole("link", { name: "Desk" }).click();
    await page.getByRole("link", { name: "Counts" }).click();
    await heading("Everything adds up").waitFor();
    server.endSession();
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByRole("button", { name: "Use an access token instead" }).click();
    await page.getByLabel("Access token").fill(server.token);
    await page.keyboard.press("Enter");
    await heading("Everything adds up").waitFor();
  });

  const VIEWS: Record<string, { role: Role; day: string; ready: string }> = {
    good: { role: "supervisor", day: TODAY, ready: "Everything adds up" },
    bad: { role: "supervisor", day: YESTERDAY, ready: "2 problems" },
    accounts: { role: "admin", day: TODAY, ready: "Everything adds up" },
    refused: { role: "agent", day: TODAY, ready: "This page needs the role supervisor" },
  };
  const WIDTHS: Record<string, BrowserContextOptions> = {
    wide: {},
    narrow: { viewport: { width: 390, height: 844 } },
  };
  for (const [width, options] of Object.entries(WIDTHS))
    for (const [view, { role, day, ready }] of Object.entries(VIEWS))
      it(`finds no accessibility or policy fault, ${view}, ${width}, in any colours`, async () => {
        await openCounts({ role, day, options: { ...options, ...COLOURS.dark } });
        await heading(ready).waitFor();
        if (role === "admin") {
          await page.getByRole("button", { name: "Validate shop-fb" }).click();
          await status().getByText("4 checks, 2 to look at").waitFor();
          await page.getByRole("list", { name: "Accounts" }).scrollIntoViewIfNeeded();
        }
        if (role === "supervisor") {
          await page.getByText("Raw item").first().click();
          await page.getByRole("button", { name: /^Replay unknown/ }).click();
          await status().getByText("1 replayed").waitFor();
        }
        for (const colours of Object.keys(COLOURS)) {
          await changeColours(page, colours);
          await assertFlawless(watched, `counts-${view}-${width}-${colours}`);
        }
      });
});
