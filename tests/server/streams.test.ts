import assert from "node:assert/strict";
import { request } from "undici";
import { NotAllowed, StoreError } from "../../src/core/errors";
import { silentLog } from "../../src/core/log";
import type { Principal } from "../../src/core/route";
import { createServer, type HttpServer, type ServerPorts } from "../../src/server/server";
import { createFakeClock } from "../support/clock";
import { eventually } from "../support/startApp";

const MINUTE_MS = 60_000;
const SAM: Principal = { id: "sam", name: "Sam", roles: ["supervisor"] };

describe("event streams of the server", () => {
  let server: HttpServer;
  let identify: () => Promise<Principal | undefined>;
  let asked: number;
  let ofPlatform: boolean;
  let ended: boolean;
  let url: string;
  const clock = createFakeClock();

  beforeEach(async () => {
    asked = 0;
    ended = false;
    ofPlatform = false;
    identify = async () => SAM;
    const ports = {
      receiver: {},
      routes: [
        {
          method: "GET",
          path: "/api/events",
          access: "supervisor",
          summary: "Tells what happens.",
          handle: async () => ({ status: 200, stream: () => () => {} }),
        },
      ],
      signIn: {
        identify() {
          asked += 1;
          return identify();
        },
        isOfPlatform: () => ofPlatform,
      },
      pages: { find: () => undefined },
      metrics: {},
      ready: async () => {},
      trustProxyHops: 0,
      providers: [],
      version: "1.2.3",
      clock,
      log: silentLog,
    };
    server = createServer(ports as unknown as ServerPorts);
    url = `http://127.0.0.1:${await server.listen(0, "127.0.0.1")}`;
    await open();
  });
  afterEach(() => server.close(1_000));

  async function open(): Promise<void> {
    const { statusCode, body } = await request(`${url}/api/events`);
    assert.equal(statusCode, 200);
    body.on("end", () => {
      ended = true;
    });
    body.resume();
  }

  /** A minute later, with the question answered. */
  async function minute(): Promise<void> {
    const before = asked;
    clock.advance(MINUTE_MS);
    await eventually(() => asked > before, "the question who reads");
    await new Promise((resolve) => setImmediate(resolve));
  }

  it("go on while whoever opened them may read them", async () => {
    for (let n = 0; n < 40; n++) await minute();
    assert.equal(ended, false);
  });

  it("of somebody whom the platform signed in end after half an hour: the browser comes back with new headers", async () => {
    ofPlatform = true;
    await open();
    for (let n = 0; n < 29; n++) await minute();
    assert.equal(ended, false);
    await minute();
    await eventually(() => ended, "the end of the stream");
  });

  const ends: [what: string, now: () => Promise<Principal | undefined>][] = [
    ["whoever opened them is signed out", async () => undefined],
    ["the role is gone", async () => ({ ...SAM, roles: ["agent"] })],
    ["the provider gives no role any more", () => Promise.reject(new NotAllowed("SIGN_IN_NO_ROLE"))],
  ];
  for (const [what, now] of ends)
    it(`end within a minute after ${what}`, async () => {
      await minute();
      identify = now;
      await minute();
      await eventually(() => ended, "the end of the stream");
    });

  it("survive a store that cannot be asked for a while", async () => {
    identify = () => Promise.reject(new StoreError("STORE_UNAVAILABLE"));
    await minute();
    assert.equal(ended, false);
    identify = async () => undefined;
    await minute();
    await eventually(() => ended, "the end of the stream");
  });
});
