import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { request } from "undici";
import type { z } from "zod";
import type { DraftView, FlowFiguresView, RevisionRow } from "../../src/admin/flows/flowContract";
import {
  checkFlowView,
  draftView,
  flowFiguresView,
  revisionView,
  trialView,
} from "../../src/admin/flows/flowContract";
import { buildConfiguration } from "../support/accounts";
import { startPlatforms } from "../support/platforms";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const FLOW = {
  id: "helper",
  start: "topic",
  steps: {
    topic: {
      do: "ask",
      text: "Order or person?",
      choices: [
        { label: "Order", next: "look" },
        { label: "Person", next: "person" },
      ],
      save: "topic",
      giveUp: "person",
    },
    look: { do: "http", url: "https://orders.example.com/1", save: "order", next: "bye", error: "person" },
    bye: { do: "end", text: "It is ${vars.order.body.state}." },
    person: { do: "handoff", text: "One moment.", summary: "About ${vars.topic}" },
  },
};
const withText = (text: string) => ({
  ...FLOW,
  steps: { ...FLOW.steps, topic: { ...FLOW.steps.topic, text } },
});

describe("a configuration file in development", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(path.join(tmpdir(), "switchboard-reload-"));
  const file = path.join(folder, "switchboard.json");
  const flowFile = path.join(folder, "helper.json");
  let test: TestApp;
  before(async () => {
    const { flows: _flows, ...rest } = JSON.parse(buildConfiguration({ helper: "first" })) as {
      flows: unknown;
    };
    writeFileSync(file, JSON.stringify({ ...rest, flows: ["helper.json"] }));
    writeFileSync(flowFile, JSON.stringify(withText("One?")));
    const platforms = await startPlatforms();
    test = await startTestApp({
      platforms,
      folder: path.join(folder, "data"),
      configuration: undefined as never,
      environment: { SWITCHBOARD_CONFIG: file, SWITCHBOARD_FLOW_HOSTS: "orders.example.com" },
    });
  });
  after(async () => {
    await test.stop();
    await test.platforms.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const said = () => test.platforms.facebook.sent.map(({ text }) => text);

  it("is applied again whenever a flow file changes", async () => {
    writeFileSync(flowFile, JSON.stringify(withText("Two?")));
    const { settings } = test.app.internals;
    const text = () => settings.current().flows.get("helper")?.steps.topic?.text;
    await eventually(() => text() === "Two?", "the changed flow");
    await test.say("facebook", "601", "hi");
    await eventually(() => said().includes("Two?"), "its words");
    writeFileSync(flowFile, JSON.stringify(withText("Four?")));
    await eventually(() => text() === "Four?", "the next change");
  });
});

describe("helper flows over the API", function () {
  this.timeout(60_000);
  let test: TestApp;

  before(async () => {
    test = await startTestApp({
      configuration: buildConfiguration({ helper: "first", flow: FLOW }),
      environment: { SWITCHBOARD_FLOW_HOSTS: "orders.example.com" },
    });
  });
  after(() => test.stop());

  async function call<T = unknown>(method: string, route: string, body?: unknown, ifMatch?: string) {
    const reply = await request(`${test.url}/api/admin/flows${route}`, {
      method: method as "GET",
      headers: {
        authorization: "Bearer token-of-admin",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.body.text();
    return {
      status: reply.statusCode,
      etag: String(reply.headers.etag ?? ""),
      body: (text === "" ? undefined : JSON.parse(text)) as T,
    };
  }
  const textsTo = (customer: string) =>
    test.platforms.facebook.sent.filter((sent) => sent.customerId === customer).map(({ text }) => text);

  it("are drafted, published, and rolled back, in the middle of a customer's conversation", async () => {
    await test.say("facebook", "501", "hi");
    await eventually(() => textsTo("501")[0], "the question");

    const drafted = await call<DraftView>("PUT", "/helper/draft", withText("Which one?"));
    assert.equal(drafted.status, 200);
    draftView.parse(drafted.body);
    assert.deepEqual([drafted.body.faults, drafted.body.basedOn, drafted.body.outdated], [[], 1, false]);
    const stale = await call("POST", "/helper/publish", {}, '"0"');
    assert.equal(stale.status, 412);
    const published = await call<{ revision: number }>("POST", "/helper/publish", {}, drafted.etag);
    assert.deepEqual([published.status, published.body.revision], [200, 2]);
    assert.equal((await call("GET", "/helper/draft")).status, 404);

    await test.say("facebook", "501", "neither");
    await eventually(() => textsTo("501")[1] === "Which one?" || undefined, "the new words, same question");

    const rows = await call<{ items: RevisionRow[] }>("GET", "/helper/revisions");
    assert.deepEqual(
      rows.body.items.map(({ revision, by, source, same }) => [revision, by, source, same]),
      [
        [2, "admin", "console", true],
        [1, "file", "file", false],
      ],
    );
    const old = await call("GET", "/helper/revisions/1");
    revisionView.parse(old.body);
    assert.equal((await call("GET", "/helper/revisions/9")).status, 404);
    assert.equal((await call("POST", "/helper/rollback", { revision: 1 })).status, 428);
    const back = await call<{ revision: number }>(
      "POST",
      "/helper/rollback",
      { revision: 1 },
      published.etag,
    );
    assert.deepEqual([back.status, back.body.revision], [200, 3]);
    const late = await call("POST", "/helper/rollback", { revision: 2 }, published.etag);
    assert.equal(late.status, 412);

    await test.say("facebook", "501", "Person");
    await eventually(() => textsTo("501").includes("One moment.") || undefined, "people");
  });

  it("keep a faulty draft with its faults, and do not publish it", async () => {
    const faulty = { ...FLOW, steps: { ...FLOW.steps, look: { ...FLOW.steps.look, next: "buy" } } };
    const drafted = await call<DraftView>("PUT", "/other/draft", { ...faulty, id: "other" });
    assert.equal(drafted.status, 200);
    assert.deepEqual(drafted.body.faults, [
      {
        path: "steps.look.next",
        step: "look",
        property: "next",
        message: 'there is no step "buy" to go to; did you mean "bye"?',
        nearest: "bye",
      },
    ]);
    assert.equal((await call("POST", "/other/publish", {}, drafted.etag)).status, 400);
    assert.equal((await call("GET", "/other")).status, 404);
    assert.equal((await call("PUT", "/other/draft", FLOW)).status, 428);
    assert.equal((await call("DELETE", "/other/draft", undefined, drafted.etag)).status, 204);
    assert.equal((await call("GET", "/other/draft")).status, 404);
  });

  it("are checked without being saved", async () => {
    const reply = await call<z.infer<typeof checkFlowView>>("POST", "/check", {
      flow: { id: "a", start: "my-step", steps: { "my-step": { do: "sya" } } },
    });
    checkFlowView.parse(reply.body);
    assert.deepEqual(
      reply.body.faults.map(({ step, property, nearest }) => [step, property, nearest]),
      [["my-step", "do", "say"]],
    );
    const asRead = await call<object>("GET", "/helper");
    const same = await call<z.infer<typeof checkFlowView>>("POST", "/check", { flow: asRead.body });
    assert.deepEqual(same.body.faults, [], "what the server added is no fault");
    const kept = await call<DraftView>("PUT", "/helper/draft", asRead.body);
    assert.deepEqual(kept.body.faults, []);
    assert.equal((await call("DELETE", "/helper/draft", undefined, kept.etag)).status, 204);
    const nothing = await call<z.infer<typeof checkFlowView>>("POST", "/check", { flow: 7 });
    assert.ok(nothing.body.faults.length > 0);
    assert.equal((await call<{ title: string }>("GET", "/schema")).body.title, "Switchboard flow");
  });

  it("are tried with mocks: nothing is stored or sent", async () => {
    const before = await test.conversations("sam", "?limit=100");
    const reply = await call<z.infer<typeof trialView>>("POST", "/try", {
      flow: "helper",
      says: ["hi", "1", "never heard"],
      channel: "sms",
      mocks: { look: { status: 200, body: { state: "sent" } } },
    });
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    trialView.parse(reply.body);
    assert.deepEqual(
      reply.body.turns.map(({ said, ended }) => [said.map(({ text }) => text), ended]),
      [
        [["Order or person?"], false],
        [["It is sent."], true],
      ],
    );
    const whole = await call<z.infer<typeof trialView>>("POST", "/try", {
      flow: withText("Hello?"),
      says: ["hi", "Order"],
    });
    assert.equal(whole.body.turns[0]?.said[0]?.text, "Hello?");
    assert.deepEqual(whole.body.turns[1]?.notes, ['Step "look" was not run: it has no mock.']);
    assert.equal(whole.body.turns[1]?.handoff?.summary, "About Order");
    assert.equal((await call("POST", "/try", { flow: "helper", draft: true, says: ["a"] })).status, 404);
    assert.equal((await call("POST", "/try", { flow: { id: "a" }, says: ["a"] })).status, 400);
    assert.equal((await call("POST", "/try", { flow: "helper", says: [] })).status, 400);
    assert.equal((await test.conversations("sam", "?limit=100")).length, before.length);
  });

  it("have figures by revision and step, for supervisors", async () => {
    await test.idle();
    const reply = await test.call<FlowFiguresView>("sam", "GET", "/api/admin/flows/helper/figures");
    assert.equal(reply.status, 200);
    flowFiguresView.parse(reply.body);
    const counts = (revision: number) =>
      reply.body.revisions
        .find((each) => each.revision === revision)
        ?.steps.find(({ step }) => step === "topic");
    assert.deepEqual([counts(1)?.asked, counts(2)?.retried, counts(3)?.passed], [1, 1, 1]);
    assert.equal(reply.body.revisions[0]?.conversations.handedOver, 1);
    assert.equal((await test.call("ana", "GET", "/api/admin/flows/helper/figures")).status, 403);
    const never = await test.call<FlowFiguresView>(
      "sam",
      "GET",
      "/api/admin/flows/helper/figures?from=2020-01-01&to=2020-01-02",
    );
    assert.deepEqual(never.body.revisions, []);
  });
});
