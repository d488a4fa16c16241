import assert from "node:assert/strict";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { unzipSync } from "fflate";
import { request } from "undici";
import type { ErasureView } from "../../src/admin/privacyContract";
import { createContactBook } from "../../src/contacts/book/book";
import { keepConsent } from "../../src/contacts/consent/consents";
import { systemClock } from "../../src/core/clock";
import { threadOf } from "../../src/core/ids";
import { runCli } from "../cli/runCli";
import { CHANNEL_NAMES, type ChannelName } from "../support/platforms";
import { openSession } from "../support/session";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const PNG = Buffer.concat([
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
  Buffer.from("pixels-of-adalgisa"),
]);
const BY = { kind: "agent", id: "ana" } as const;

interface Person {
  contactId: string;
  name: string;
  email: string;
  /** What each text of theirs begins with. */
  word: string;
  customers: Record<ChannelName, string>;
  threads: string[];
}

const ADA = (): Person => ({
  contactId: "c-adalgisa",
  name: "Adalgísa Quintanilha",
  email: "adalgisa.q@example.org",
  word: 'zebra"crossing',
  customers: {
    facebook: "55512345678901",
    twitter: "77712345678901",
    sms: "+12065550147",
    whatsapp: "+12065550148",
  },
  threads: [],
});
const BEA = (): Person => ({
  contactId: "c-beatriz",
  name: "Beatriz Montenegro",
  email: "beatriz.m@example.org",
  word: "giraffe",
  customers: {
    facebook: "55598765432109",
    twitter: "77798765432109",
    sms: "+12065550158",
    whatsapp: "+12065550159",
  },
  threads: [],
});

/** Every form in which something of a person may stand in a file. */
function tracesOf({ contactId, name, email, word, customers, threads }: Person): string[] {
  const plain = [
    contactId,
    `${contactId}-2`,
    name,
    email,
    word,
    "pixels-of-",
    ...Object.values(customers),
    ...threads,
  ];
  const digits = [customers.sms, customers.whatsapp].flatMap((phone) => [phone.slice(1), phone.slice(2)]);
  const parts = name.split(" ").flatMap((part) => [part, part.toLowerCase()]);
  const escaped = [name, word].map((text) => JSON.stringify(text).slice(1, -1));
  const coded = [name, word, email].map((text) =>
    Buffer.from(text).toString("base64").replace(/=+$/, "").slice(0, -1),
  );
  return [...new Set([...plain, ...digits, ...parts, ...escaped, ...coded])];
}

function* filesUnder(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (statSync(file).isDirectory()) yield* filesUnder(file);
    else yield file;
  }
}

/** "file: trace" for each trace that stands in a file of the data folder. */
function found(folder: string, person: Person): string[] {
  return [...filesUnder(folder)].flatMap((file) => {
    const content = readFileSync(file);
    return tracesOf(person)
      .filter((trace) => content.includes(trace) || path.basename(file).includes(trace))
      .map((trace) => `${path.relative(folder, file)}: ${trace}`);
  });
}

/** Conversations on all channels, with a contact that was merged, pictures, a ticket, a consent, edits and a dead letter. */
async function live(test: TestApp, person: Person): Promise<void> {
  const { contactId, name, email, word, customers } = person;
  const book = createContactBook({ store: test.app.internals.store, clock: systemClock });
  const contact = { name, emails: [email], phones: [customers.sms] };
  assert.equal((await test.call("admin", "PUT", `/api/admin/contacts/${contactId}`, contact)).status, 201);
  await book.create(
    { name: `${name} II`, phones: [{ number: customers.whatsapp, kind: "mobile" }] },
    BY,
    `${contactId}-2`,
  );
  for (const channel of CHANNEL_NAMES) {
    const session = await openSession(test, channel, { customerId: customers[channel] });
    const threadId = threadOf(session.conversationId) ?? "";
    person.threads.push(threadId);
    const said = { customerId: customers[channel], text: `${word} with a picture`, name };
    const media = [{ contentType: "image/png", name: `${word.slice(0, 5)}.png`, content: PNG }];
    await test.platforms.post(channel, test.platforms[channel].webhook.say({ ...said, media }));
    await session.write(`${word} says the agent`);
    await eventually(
      async () => (await session.transcript()).some(({ attachments }) => attachments[0]?.state === "stored"),
      "the picture",
    );
    await book.seen({ threadId, channel, instanceId: "x", customer: { id: customers[channel], name } });
    const owner = channel === "whatsapp" || channel === "twitter" ? `${contactId}-2` : contactId;
    await book.link(threadId, owner, { from: 1, how: "agent", by: BY }).catch((error) => {
      // By the number it may be theirs already.
      assert.equal(error.code, "PROFILE_LINKED");
    });
    await keepConsent(test.app.internals.store, {
      ...{ id: `consent~1~${channel}`, type: "consent", threadId, kind: "accepted", version: "v1" },
      ...{ text: `${word}: yes`, conversationId: session.conversationId, at: 1 },
    });
    const ticket = { subject: `${word} subject`, description: name, conversationId: session.conversationId };
    const made = await test.call("ana", "POST", "/api/desk/tickets", ticket);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    if (channel === "sms")
      assert.equal(
        (await test.call("ana", "POST", `/api/desk/conversations/${session.conversationId}/end`)).status,
        200,
      );
    const dead = {
      type: "message",
      direction: "in",
      status: "dead",
      threadId,
      author: { kind: "customer", id: "x" },
    };
    const doc = {
      ...dead,
      id: "in~dead",
      deadAt: Date.now(),
      storedAt: Date.now(),
      hour: "x~y@2026-11-21T10",
    };
    const activity = { type: "message", text: `${word} dead` };
    await test.app.internals.store.batch(
      "threads",
      threadId,
      [{ do: "create", doc: { ...doc, activity } as never }],
      "test",
    );
  }
  await book.merge({ survivorId: contactId, otherId: `${contactId}-2` }, BY);
  await test.idle();
}

async function eraseOver(test: TestApp, subject: object): Promise<ErasureView> {
  const preview = await test.call<{ confirm: string }>(
    "sam",
    "POST",
    "/api/admin/privacy/erasures/preview",
    subject,
  );
  assert.equal(preview.status, 200, JSON.stringify(preview.body));
  const body = { ...subject, confirm: preview.body.confirm };
  assert.equal((await test.call("sam", "POST", "/api/admin/privacy/erasures", body)).status, 403);
  const begun = await test.call<ErasureView>("admin", "POST", "/api/admin/privacy/erasures", body);
  assert.equal(begun.status, 202, JSON.stringify(begun.body));
  return doneErasure(test, begun.body.id);
}

const doneErasure = (test: TestApp, id: string): Promise<ErasureView> =>
  eventually(
    async () => {
      const reply = await test.call<ErasureView>("admin", "GET", `/api/admin/privacy/erasures/${id}`);
      return reply.body.state === "done" && reply.body;
    },
    "the erasure",
    60_000,
  );

describe("erasure of a person", function () {
  this.timeout(240_000);
  let test: TestApp;
  let [ada, bea] = [ADA(), BEA()];

  before(async () => {
    [ada, bea] = [ADA(), BEA()];
    test = await startTestApp();
    await live(test, ada);
    await live(test, bea);
  });
  after(() => test.stop());

  it("hands out everything of the person and nothing of another", async () => {
    const book = createContactBook({ store: test.app.internals.store, clock: systemClock });
    await book.create({ name: "Cleo Canary", emails: ["cleo@example.com"] }, BY, "cleo");
    const { id } = await book.merge({ survivorId: ada.contactId, otherId: "cleo" }, BY);
    await book.undoMerge(ada.contactId, id, BY);
    const reply = await request(`${test.url}/api/admin/privacy/export`, {
      method: "POST",
      headers: { authorization: "Bearer token-of-sam", "content-type": "application/json" },
      body: JSON.stringify({ contactId: ada.contactId }),
    });
    assert.equal(reply.statusCode, 200);
    const files = unzipSync(new Uint8Array(await reply.body.arrayBuffer()));
    const texts = Object.entries(files).map(([name, bytes]) => `${name}\n${Buffer.from(bytes)}`);
    const all = texts.join("\n");
    for (const trace of [ada.name, ada.email, "zebra", ...Object.values(ada.customers), ...ada.threads])
      assert.ok(all.includes(trace), `${trace} is not in the export`);
    for (const trace of tracesOf(bea).filter((trace) => trace !== "pixels-of-"))
      assert.ok(!all.includes(trace), `${trace} of another is in the export`);
    assert.doesNotMatch(all, /canary|cleo@/i, "of somebody who was merged and is no more");
    assert.equal(Object.keys(files).filter((name) => name.startsWith("media/")).length, 4);
    assert.equal(JSON.parse(Buffer.from(files["tickets.json"] ?? []).toString()).length, 4);
    assert.equal(JSON.parse(Buffer.from(files["consents.json"] ?? []).toString()).length, 4);
  });

  it("takes no receipts that are none, and none without their key", async () => {
    for (const lines of ["1", '{"receipt":null}', "not JSON", ""]) {
      const { status } = await test.call("admin", "POST", "/api/admin/privacy/reapply", { lines });
      assert.equal(status, 400, lines);
    }
  });

  it("writes the same by the command line", async () => {
    const file = path.join(test.folder, "..", `${path.basename(test.folder)}.zip`);
    try {
      const words = ["privacy", "export", "--contact", ada.contactId, file];
      const done = await runCli(words, { folder: test.folder });
      assert.equal(done.code, 0, done.err);
      assert.ok("README.txt" in unzipSync(new Uint8Array(readFileSync(file))));
      assert.notEqual((await runCli(words, { folder: test.folder })).code, 0, "never over a file");
    } finally {
      rmSync(file, { force: true });
    }
  });

  it("leaves nothing of them in any file, all of another, and a server that goes on", async () => {
    const backup = path.join(test.folder, "..", `${path.basename(test.folder)}.backup`);
    const done = await runCli(["backup", backup], { folder: test.folder });
    assert.equal(done.code, 0, done.err);
    assert.notDeepEqual(found(test.folder, ada), []);
    const traces = () => [...new Set(found(test.folder, bea).map((line) => line.split(": ")[1]))].sort();
    const before = traces();
    const receipt = await eraseOver(test, { contactId: ada.contactId });
    assert.deepEqual(
      found(test.folder, ada).filter((line) => !line.endsWith("pixels-of-")),
      [],
    );
    assert.deepEqual(traces(), before, "another's is all still there");
    assert.equal([...filesUnder(path.join(test.folder, "media"))].length, 4);
    assert.deepEqual(
      { ...receipt.counts, messages: 0 },
      {
        ...{ contacts: 2, profiles: 4, conversations: 4, messages: 0, files: 4, deadLetters: 4, consents: 4 },
        ...{ tickets: 4, auditEntries: 12 },
      },
    );
    assert.deepEqual(receipt.remains.slice(0, 4), ["facebook", "sms", "twitter", "whatsapp"]);
    assert.ok(receipt.scrubbedAt !== null);
    for (const trace of tracesOf(ada)) assert.ok(!JSON.stringify(receipt).includes(trace));
    assert.equal(await test.say("sms", ada.customers.sms, "hello again"), 200);
    await test.idle();
    const again = await test.conversations("ana");
    assert.ok(again.some(({ customer }) => customer.id === ada.customers.sms));
    assert.ok(again.some(({ customer }) => customer.id === bea.customers.whatsapp));
    assert.equal((await test.call("admin", "GET", `/api/admin/contacts/${bea.contactId}`)).status, 200);

    const restored = await restore(test, backup);
    try {
      assert.notDeepEqual(
        found(restored.folder, ada).filter((line) => line.startsWith("switchboard.db")),
        [],
        "the backup has them",
      );
      await doneErasure(restored, receipt.id);
      assert.deepEqual(
        found(restored.folder, ada).filter((line) => !line.endsWith("pixels-of-")),
        [],
      );
      assert.equal((await restored.call("admin", "GET", `/api/admin/contacts/${bea.contactId}`)).status, 200);
    } finally {
      rmSync(backup, { force: true });
    }
  });

  /** The same server on the backup in place of its database. */
  async function restore(old: TestApp, backup: string): Promise<TestApp> {
    await old.app.stop();
    for (const ending of ["", "-wal", "-shm", ".journal"]) {
      const file = path.join(old.folder, `switchboard.db${ending}`);
      if (existsSync(file)) rmSync(file);
    }
    copyFileSync(backup, path.join(old.folder, "switchboard.db"));
    test = await startTestApp({ platforms: old.platforms, folder: old.folder });
    return test;
  }
});
