import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  // Pages live for seconds: the compilers that make hot code faster never earn what they cost.
  "--js-flags=--no-opt,--no-maglev",
];

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

let told = false;

/**
 * Starts a Chromium before the suite's tests and stops it after them; the returned function gives it. Where none
 * is installed the suite is skipped, which is said once: nothing is ever downloaded.
 */
export function useChromium(): () => Browser {
  let browser: Browser | undefined;

  before(async function () {
    if (!existsSync(CHROMIUM)) {
      if (!told) process.stdout.write("browser tests skipped: Chromium is not installed\n");
      told = true;
      this.skip();
    }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  after(() => browser?.close());

  return () => {
    if (browser === undefined) throw new Error("Chromium runs only inside the suite's tests.");
    return browser;
  };
}

export interface WatchedPage {
  page: Page;
  /** Console errors, uncaught errors and content security policy violations, as they come. */
  faults: string[];
  close(): Promise<void>;
}

/** A page in a context of its own, whose faults are noted. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  await page.exposeFunction("noteViolation", (text: string) => faults.push(`policy: ${text}`));
  await page.addInitScript(`addEventListener("securitypolicyviolation", (event) =>
    noteViolation(event.violatedDirective + " " + event.blockedURI))`);
  return { page, faults, close: () => context.close() };
}

interface AxeResult {
  violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
}

/** WCAG 2.2 A and AA faults that axe finds, as text; empty when there are none. */
export async function findAccessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  // tabster's focus guards are not reachable by people. What has no fault is not told: it is most of the result.
  const result = (await page.evaluate(`axe.run({ exclude: [["[data-tabster-dummy]"]] }, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    resultTypes: ["violations"],
  }).then(({ violations }) => ({ violations }))`)) as AxeResult;
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary}`),
  );
}

/** Colours that people may have; a page that stands there follows a change of them. */
export const COLOURS: Record<string, { colorScheme: "light" | "dark"; forcedColors: "none" | "active" }> = {
  dark: { colorScheme: "dark", forcedColors: "none" },
  light: { colorScheme: "light", forcedColors: "none" },
  "forced-colours": { colorScheme: "light", forcedColors: "active" },
};

/** Changes the colours of a page, until it is painted so. */
export async function changeColours(page: Page, name: string): Promise<void> {
  await page.emulateMedia(COLOURS[name] ?? {});
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}

/** Takes a picture of the page and fails with what axe, a scroll bar below or the policy has against it. */
export async function assertFlawless(
  { page, faults }: WatchedPage,
  picture: string,
  expected = /^$/,
): Promise<void> {
  await takePicture(page, picture);
  assert.deepEqual(await findAccessibilityFaults(page), []);
  const sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  assert.equal(await page.evaluate(sideways), 0, "scrolls sideways");
  assert.deepEqual(
    faults.filter((fault) => !expected.test(fault)),
    [],
  );
}

/** Waits until the keys go there, as after a dialog box that somebody closed; fails after five seconds. */
export async function waitForFocus(target: Locator): Promise<void> {
  const handle = await target.elementHandle();
  await target
    .page()
    .waitForFunction("(element) => document.activeElement === element", handle, { timeout: 5000 });
}

/** Saves a picture of the page for people to look at; returns its file. */
export async function takePicture(page: Page, name: string): Promise<string> {
  const folder = process.env.SCREENSHOTS ?? path.join(tmpdir(), "switchboard-screenshots");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}
