import assert from "node:assert/strict";
import { APP_ID } from "../adapters/azure/testBotService";
import { apiRoutes } from "../docs/parts";
import { type Limit, RIGHTS } from "../docs/rights";
import { buildConfiguration } from "../support/accounts";
import { type Caller, callRoute, everyCaller } from "../support/callers";
import { startTestApp, type TestApp } from "../support/startApp";

const LEVELS = ["public", "agent", "supervisor", "admin"];
/** What an open address answers to one who lacks what it asks for beside a role. */
const REFUSALS: Partial<Record<Limit, readonly number[]>> = {
  link: [403],
  signature: [401],
  check: [400, 403],
  microsoft: [401],
  metrics: [401],
  operator: [401, 403],
};
const ACTIVITY = { type: "message", text: "hello" };

describe("rights", function () {
  this.timeout(60_000);
  let test: TestApp;
  let callers: Caller[];

  before(async () => {
    // With everything that only some servers have: the simulator, a bot's endpoint, numbers behind a token.
    const bundle = JSON.parse(buildConfiguration()) as { accounts: Record<string, unknown>[] };
    for (const account of bundle.accounts) account.simulated = true;
    test = await startTestApp({
      configuration: JSON.stringify(bundle),
      environment: {
        MicrosoftAppId: APP_ID,
        MicrosoftAppPassword: "bot-password",
        METRICS_TOKEN: "m-token",
        TRUST_PROXY_HOPS: "1",
      },
    });
    callers = await everyCaller(test);
  });
  after(() => test.stop());

  /** Those that end the session come last. */
  const served = () => {
    const all = test.app.internals.addresses().map((address) => address.replace(/^HEAD /, "GET "));
    const last = ["DELETE /api/sessions", "DELETE /api/session"];
    const ends = (address: string) => last.indexOf(address);
    return [...new Set(all)].sort((one, other) => ends(one) - ends(other));
  };

  it("name every address that the server has, and no other", () => {
    // A page's addresses below its own are the same page.
    const all = served().filter((address) => address !== "GET /desk/*");
    assert.deepEqual(all.sort(), [...RIGHTS.keys()].sort());
  });

  it("are those that the code asks for", () => {
    const inCode = Object.fromEntries(
      apiRoutes().map(({ method, path, access }) => [`${method} ${path}`, access]),
    );
    const byHand = Object.fromEntries(Object.keys(inCode).map((key) => [key, RIGHTS.get(key)?.level]));
    assert.deepEqual(inCode, byHand);
  });

  for (const level of LEVELS) {
    it(`hold on the running server for each caller: ${level}`, async () => {
      const wrong: string[] = [];
      let n = 0;
      for (const caller of callers.filter((one) => one.level === level))
        for (const address of served()) {
          const { status } = await callRoute(test, address, {
            // Of an address each: made-up tokens are counted by address.
            headers: { ...caller.headers, "x-forwarded-for": `203.0.113.${n++ % 250}` },
            params: paramsOf(address),
            ...(address === "POST /api/messages" && { body: ACTIVITY }),
          });
          if (!isRight(address, level, status)) wrong.push(`${caller.name}: ${address} answers ${status}`);
        }
      assert.deepEqual(wrong, []);
    });
  }
});

/** Without an account there is no webhook to be refused by. */
function paramsOf(address: string): Record<string, string> {
  const provider = /webhooks\/(\w+)\//.exec(address)?.[1] ?? "";
  const accountId = { facebook: "shop-fb", twitter: "shop-x", twilio: "shop-twilio" }[provider];
  return accountId === undefined ? {} : { accountId };
}

function isRight(address: string, level: string, status: number): boolean {
  const right = RIGHTS.get(address);
  if (right === undefined) return address === "GET /desk/*";
  const refusals = right.limit && REFUSALS[right.limit];
  if (refusals !== undefined) return refusals.includes(status);
  if (LEVELS.indexOf(level) >= LEVELS.indexOf(right.level))
    return status !== 401 && status !== 403 && status < 500;
  return status === (level === "public" ? 401 : 403);
}
