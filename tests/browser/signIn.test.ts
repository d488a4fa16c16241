import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openPage, useChromium, type WatchedPage } from "./browser";
import { type StubServer, startStubServer } from "./stubServer";
import { refused } from "./stubSignIn";

describe("signing in", function () {
  this.timeout(60_000);
  const chromium = useChromium();
  let server: StubServer;
  let watched: WatchedPage;
  let page: Page;

  beforeEach(async () => {
    server = await startStubServer();
    watched = await openPage(chromium());
    page = watched.page;
  });
  afterEach(async () => {
    await watched?.close();
    await server?.close();
  });

  const open = (address: string) => page.goto(server.url + address);
  const password = () => page.getByLabel(/^Password/);
  const desk = () => page.getByRole("tab", { name: "My conversations" });
  const account = async (item: string) => {
    await page.getByRole("button", { name: "Account: Ana" }).click();
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  };
  async function logIn(name: string, secret: string): Promise<void> {
    await page.getByLabel("Name").fill(name);
    await password().fill(secret);
    await page.keyboard.press("Enter");
  }

  it("leads a stranger to the sign-in page and back to where they wanted to be", async () => {
    await open("/desk/conversations/c-1");
    await page.waitForURL("**/sign-in?to=**");
    await logIn("ana", server.signIn.password);
    await page.waitForURL("**/desk/conversations/c-1");
    await desk().waitFor();
  });

  it("never leads to somebody else's page", async () => {
    await open("/sign-in?to=//evil.example/desk");
    await logIn("ana", server.signIn.password);
    await page.waitForURL(`${server.url}/desk`);
  });

  it("says in words why it did not work, and lets one try again by the keyboard alone", async () => {
    await open("/sign-in");
    await page.getByLabel("Name").focus();
    await page.keyboard.type("ana");
    await page.keyboard.press("Tab");
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("The name or the password is wrong.").waitFor();
    server.signIn.refusal = refused(429, "TOO_MANY_ATTEMPTS", "Too many attempts. Try again in 12 min.");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Try again in 12 min.").waitFor();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(server.signIn.password);
    await page.keyboard.press("Enter");
    await desk().waitFor();
  });

  it("shows a password to its owner on request", async () => {
    await open("/sign-in");
    await password().fill("three");
    assert.equal(await password().getAttribute("type"), "password");
    await page.getByRole("button", { name: "Show the password" }).click();
    assert.equal(await password().getAttribute("type"), "text");
    assert.equal(server.signIn.asked.length, 0, "nothing was sent");
  });

  it("offers the identity provider, and tells what it refused", async () => {
    server.signIn.ways = { password: false, oidc: { name: "Microsoft" }, demo: false, setUp: false };
    await open("/sign-in?to=/counts#error=SIGN_IN_NO_ROLE");
    await page
      .getByRole("alert")
      .getByText(/you have no role in Switchboard/)
      .waitFor();
    assert.equal(page.url(), `${server.url}/sign-in?to=/counts`);
    const button = page.getByRole("link", { name: "Sign in with Microsoft" });
    assert.equal(await button.getAttribute("href"), "/api/sign-in/oidc?to=%2Fcounts");
    assert.equal(await password().count(), 0);
  });

  it("lets one be anybody of the demo with one click", async () => {
    server.signIn.demoPeople = [{ id: "ana", name: "Ana", roles: ["agent"] }];
    await open("/");
    await open("/desk");
    await page.getByRole("button", { name: /^Ana/ }).click();
    await desk().waitFor();
    assert.deepEqual(server.signIn.asked, [{ path: "/api/session", body: { demo: "ana" } }]);
  });

  it("takes a token out of the address, and signs nobody in by it outside the demo", async () => {
    server.signIn.ways.demo = false;
    await open(`/desk#token=${server.token}`);
    await page.waitForURL("**/sign-in");
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    assert.deepEqual(server.signIn.asked, []);
  });

  it("says where the first admin's link is while nobody can sign in", async () => {
    server.signIn.ways.setUp = true;
    await open("/desk");
    await page.getByText("Nobody can sign in yet").waitFor();
    assert.equal(await password().count(), 0);
  });

  it("sets a password by a one-time link, whose secret leaves the address and survives a reload", async () => {
    server.signIn.links.add("first.secret");
    await open("/set-up#first.secret");
    await page.getByRole("heading", { name: "Set up Switchboard" }).waitFor();
    assert.equal(page.url(), `${server.url}/set-up`);
    await page.reload();
    await page.getByLabel("Your name").fill("Zoe");
    await password().fill("short");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Use at least 12 characters.").waitFor();
    await password().fill("seven quiet lamps");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.url}/desk`);
    assert.deepEqual(server.signIn.asked.at(-1)?.body, {
      link: "first.secret",
      password: "seven quiet lamps",
      name: "Zoe",
    });
  });

  it("asks an invited agent for no name, and a visitor without a link for one", async () => {
    await open("/set-up#abc.secret");
    await page.getByRole("heading", { name: "Choose your password" }).waitFor();
    assert.equal(await page.getByLabel("Your name").count(), 0);
    await watched.close();
    watched = await openPage(chromium());
    page = watched.page;
    await open("/set-up");
    await page.getByRole("heading", { name: "This page needs a link" }).waitFor();
  });

  it("signs out here, and everywhere", async () => {
    for (const [item, path] of [
      ["Sign out", "/api/session"],
      ["Sign out everywhere", "/api/sessions"],
    ] as const) {
      await open(`/desk#token=${server.token}`);
      await desk().waitFor();
      await account(item);
      await page.waitForURL(`${server.url}/sign-in`);
      assert.equal(server.signIn.asked.at(-1)?.path, path);
      assert.equal(server.signIn.signedIn, false);
    }
  });

  it("changes one's password, after saying why it did not", async () => {
    await open(`/desk#token=${server.token}`);
    await account("Change password");
    await page.getByLabel("Present password").fill("wrong");
    await page.getByLabel("New password").fill("four tired cups");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("The present password is another one.").waitFor();
    await page.getByLabel("Present password").fill("three tired cups");
    await page.keyboard.press("Enter");
    await page.getByText("Your password is changed").first().waitFor();
    assert.equal(server.signIn.password, "four tired cups");
    assert.equal(await page.getByRole("dialog").count(), 0);
  });
});
