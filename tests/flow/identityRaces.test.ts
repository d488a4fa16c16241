import assert from "node:assert/strict";
import type { Contact } from "../../src/core/contact";
import type { Profile } from "../../src/core/contactBook";
import type { Doc } from "../../src/core/store";
import { recordsFor } from "../support/accounts";
import { useCosmosServers } from "../support/cosmosServers";
import { CUSTOMERS } from "../support/session";
import { eventually, type TestApp } from "../support/startApp";

const MESSAGES = 200;
/** Two servers take turns at one thread, and most turns are done again: about ten seconds on two cores. */
const PATIENCE_MS = 60_000;

describe("many first messages of one new customer, at two servers", function () {
  this.timeout(240_000);
  const servers = useCosmosServers();
  const start = (createContact: boolean): Promise<TestApp> => servers.start(recordsFor({ createContact }));

  async function kept<T extends Doc>(app: TestApp, type: string): Promise<T[]> {
    const found = new Map<string, T>();
    let cursor: string | undefined;
    for (;;) {
      const page = await app.app.internals.store.feed("contacts", cursor, 1_000);
      for (const { partition, id, doc } of page.changes)
        if (doc?.type === type) found.set(`${partition} ${id}`, doc as T);
      if (page.changes.length === 0) return [...found.values()];
      cursor = page.cursor;
    }
  }

  for (const createContact of [true, false]) {
    it(`make one profile, ${createContact ? "one contact" : "no contact"} and one conversation`, async () => {
      const [one, two] = [await start(createContact), await start(createContact)];
      const statuses = await Promise.all(
        Array.from({ length: MESSAGES }, (_, n) => {
          // As a balancer in front of both would.
          servers.platforms.serve((n % 2 === 0 ? one : two).url);
          return one.say("sms", CUSTOMERS.sms, `message ${n}`);
        }),
      );
      assert.deepEqual([...new Set(statuses)], [200]);
      for (const app of servers.apps) await app.idle(PATIENCE_MS);
      const conversation = await eventually(
        async () => (await one.conversations("sam"))[0],
        "the conversation",
      );
      await eventually(
        async () => (await texts(one, conversation.id)).length === MESSAGES,
        "every message in the transcript",
        PATIENCE_MS,
      );
      for (const app of servers.apps) await app.idle(PATIENCE_MS);

      assert.equal((await one.conversations("sam", "?limit=200")).length, 1);
      assert.equal(new Set(await texts(one, conversation.id)).size, MESSAGES);
      const profiles = await kept<Profile>(one, "profile");
      const contacts = await kept<Contact>(one, "contact");
      assert.equal(profiles.length, 1);
      assert.equal(contacts.length, createContact ? 1 : 0);
      assert.deepEqual(
        profiles[0]?.links.map(({ contactId, from }) => [contactId, from]),
        contacts.map(({ contactId }) => [contactId, 1]),
      );
    });
  }

  async function texts(app: TestApp, conversationId: string): Promise<string[]> {
    return (await app.messages("sam", conversationId)).map(({ text }) => text);
  }
});
