import assert from "node:assert/strict";
import type { ReportView } from "../../src/admin/reportContract";
import type { ConversationView } from "../../src/desk/contract";
import { buildConfiguration } from "../support/accounts";
import { createKillableServer, type KillableServer } from "../support/killable";
import { type ChannelName, type Platforms, sentOn, startPlatforms } from "../support/platforms";
import { openSession } from "../support/session";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
/** The day in three days' time, on which the office of the test is open next. */
const OPEN_AGAIN = new Date(Date.now() + 3 * DAY_MS);

const SURVEY = {
  id: "after",
  name: "After",
  questions: [
    { id: "stars", kind: "rating", text: { en: "How did we do?", pt: "Como correu?" } },
    { id: "comment", kind: "text", text: { en: "Anything else?", pt: "Mais alguma coisa?" } },
  ],
  thanks: { en: "Thank you.", pt: "Obrigado." },
};

/** The test's configuration with one language, hours and survey for some of its instances. */
function configuration(): string {
  const file = JSON.parse(buildConfiguration()) as {
    accounts: Record<string, object[]>[];
    workstreams: { id: string }[];
  };
  for (const account of file.accounts)
    for (const number of (account.numbers ?? []) as { channel: string }[])
      Object.assign(
        number,
        { language: "pt-PT", survey: "after" },
        number.channel === "sms" ? { operatingHours: "office" } : {},
      );
  for (const stream of file.workstreams)
    if (stream.id === "messenger") Object.assign(stream, { survey: "after" });
  return JSON.stringify({
    ...file,
    operatingHours: [
      {
        id: "office",
        timeZone: "Etc/UTC",
        weekly: [{ days: [DAYS[OPEN_AGAIN.getUTCDay()]], from: "09:00", to: "17:00" }],
      },
    ],
    surveys: [SURVEY],
    automatedMessages: [
      { id: "helps", trigger: "agentAssigned", channel: "facebook" },
      { id: "over", trigger: "ended", channel: "facebook", text: { en: "Goodbye from {AgentName}." } },
    ],
  });
}

describe("automated messages and surveys, all the way", function () {
  this.timeout(60_000);
  let test: TestApp;
  const texts = (channel: ChannelName) => sentOn(test.platforms, channel).map(({ text }) => text);
  const sent = (channel: ChannelName, count: number) =>
    eventually(() => texts(channel).length >= count && texts(channel), `${count} texts on ${channel}`);
  const view = async (id: string) =>
    (await test.call<ConversationView>("ana", "GET", `/api/desk/conversations/${id}`)).body;

  beforeEach(async () => {
    test = await startTestApp({ configuration: configuration() });
  });
  afterEach(() => test.stop());

  it("sms: out of hours the customer is told so, in their language, with the next opening", async () => {
    await test.say("sms", "+12065550101", "Olá?");
    const weekday = new Intl.DateTimeFormat("pt-PT", { weekday: "long", timeZone: "UTC" }).format(OPEN_AGAIN);
    const [text = ""] = await sent("sms", 1);
    assert.match(
      text,
      new RegExp(`^Estamos fechados\\. Abrimos ${weekday},? 09:00 e respondemos nessa altura\\.$`),
    );
    await test.say("sms", "+12065550101", "Está aí alguém?");
    await test.idle();
    assert.equal(texts("sms").length, 1, "told once for a conversation");
    const [conversation] = await test.conversations("sam");
    const [, notice] = await test.messages("sam", conversation?.id ?? "");
    assert.equal(notice?.author.kind, "system", "agents see what was said");
  });

  it("facebook: who helps, then the survey after the end, until it is reported", async () => {
    const session = await openSession(test, "facebook");
    await session.write("Hello, this is Ana.");
    assert.deepEqual(await sent("facebook", 2), ["Ana will help you.", "Hello, this is Ana."]);

    const path = `/api/desk/conversations/${session.conversationId}`;
    await test.call("ana", "POST", `${path}/end`);
    assert.deepEqual((await sent("facebook", 4)).slice(2), ["Goodbye from Ana.", "How did we do? (1-5)"]);

    await test.say("facebook", session.customerId, "7");
    assert.equal((await sent("facebook", 5))[4], "Please answer with a number from 1 to 5.");
    await test.say("facebook", session.customerId, "4");
    assert.equal((await sent("facebook", 6))[5], "Anything else?");
    await test.idle();
    const closed = await test.call<ConversationView>("ana", "POST", `${path}/close`);
    assert.equal(closed.status, 200, "answers are nothing unread");
    assert.equal(closed.body.state, "closed");

    await test.say("facebook", session.customerId, "Ana was quick.");
    assert.equal((await sent("facebook", 7))[6], "Thank you.");
    await test.idle();
    const { survey } = await view(session.conversationId);
    assert.deepEqual(survey?.answers, { stars: 4, comment: "Ana was quick." });
    assert.equal(survey?.complete, true);
    assert.deepEqual(await test.conversations("sam"), [], "no new conversation");

    const report = (await test.call<ReportView>("sam", "GET", "/api/admin/reports?by=agent")).body;
    const figures = report.items.find(({ key }) => key === "ana")?.figures.surveys;
    assert.deepEqual(figures, { answered: 1, ratings: 1, averageRating: 4 });

    await test.say("facebook", session.customerId, "One more thing");
    await eventually(async () => (await test.conversations("sam"))[0], "a new conversation");
  });

  it("sms: after STOP nothing automatic is sent", async () => {
    const session = await openSession(test, "sms");
    assert.equal((await sent("sms", 1)).length, 1);
    await test.say("sms", session.customerId, "STOP");
    await test.idle();
    await test.call("ana", "POST", `/api/desk/conversations/${session.conversationId}/end`);
    await test.idle();
    await new Promise(setImmediate);
    await test.idle();
    assert.equal(texts("sms").length, 1, "no survey");
  });
});

describe("a survey, killed in the middle", function () {
  this.timeout(240_000);
  const CUSTOMER = "+12065550177";
  let platforms: Platforms;
  let server: KillableServer;

  beforeEach(async () => {
    platforms = await startPlatforms({ autoReceipts: ["delivered"] });
    server = await createKillableServer(platforms, configuration());
  });
  afterEach(async () => {
    await server.stop();
    await platforms.close();
  });

  const texts = () => sentOn(platforms, "whatsapp").map(({ text }) => text);
  const got = (text: string) =>
    eventually(() => texts().includes(text), `"${text}" on the telephone`, 60_000);
  /** As a platform: again until it is acknowledged. */
  async function say(text: string): Promise<void> {
    const signed = platforms.whatsapp.webhook.say({ customerId: CUSTOMER, text });
    while ((await platforms.post("whatsapp", signed)) !== 200)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }
  async function accept(): Promise<string> {
    await server.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    await say("hello");
    return eventually(
      async () => {
        const offers = await server.call<{ items: { id: string; conversationId: string }[] }>(
          "ana",
          "GET",
          "/api/desk/offers",
        );
        const [offer] = offers.body.items;
        if (offer === undefined) return undefined;
        const accepted = await server.call("ana", "POST", `/api/desk/offers/${offer.id}/accept`);
        return accepted.status === 200 && offer.conversationId;
      },
      "Ana to have the conversation",
      60_000,
    );
  }

  for (const point of ["end", "announce", "turn:2", "survey"]) {
    it(`right after the commit "${point}": asked once, answered, kept`, async () => {
      await server.start(point);
      let restarted = false;
      const revive = server.died().then(async () => {
        restarted = true;
        await server.start();
      });
      const id = await accept();
      const path = `/api/desk/conversations/${id}`;
      await server.call("ana", "POST", `${path}/end`);
      await got("Como correu? (1-5)");
      await say("5");
      await got("Mais alguma coisa?");
      await eventually(() => restarted, `the commit "${point}"`);
      await revive;
      // Once more, with nothing under way.
      await server.kill();
      await server.start();
      await say("Muito simpática");
      await got("Obrigado.");
      const survey = await eventually(async () => {
        const found = (await server.call<ConversationView>("ana", "GET", path)).body.survey;
        return found?.complete && found;
      }, "the answers at the desk");
      assert.deepEqual(survey.answers, { stars: 5, comment: "Muito simpática" });
      assert.deepEqual(texts(), ["Como correu? (1-5)", "Mais alguma coisa?", "Obrigado."]);
      const live = await server.call<{ items: ConversationView[] }>("sam", "GET", "/api/desk/conversations");
      assert.deepEqual(
        live.body.items.map(({ id: each, state }) => [each, state]),
        [[id, "wrapUp"]],
      );
    });
  }
});
