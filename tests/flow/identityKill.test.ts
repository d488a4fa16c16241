import assert from "node:assert/strict";
import type { ContactCard, CustomerSummary } from "../../src/desk/contactContract";
import type { ConversationView, MessageView } from "../../src/desk/contract";
import { recordsFor } from "../support/accounts";
import { createKillableServer, type KillableServer } from "../support/killable";
import { REPEATING_FLOW } from "../support/killLoad";
import { type Platforms, sentOn, startPlatforms } from "../support/platforms";
import { CUSTOMERS } from "../support/session";
import { eventually } from "../support/startApp";

interface Items<T> {
  items: T[];
}

describe("killed while it finds out who is writing", function () {
  this.timeout(120_000);
  let platforms: Platforms;
  let server: KillableServer;
  beforeEach(async () => {
    platforms = await startPlatforms({ autoReceipts: ["delivered", "read"] });
  });
  afterEach(async () => {
    await server.stop();
    await platforms.close();
  });

  const POINTS = {
    off: ["turn", "profileSeen", "contact", "profileRef", "link", "linked", "index", "owedDone", "enqueue"],
    first: ["contact", "link", "opened"],
  } as const;

  for (const helper of ["off", "first"] as const)
    for (const point of POINTS[helper])
      it(`right after the commit "${point}" (helper ${helper}): one contact, one conversation, all that was said`, async () => {
        const records = { createContact: true, unit: "north", contactOrigin: "SMS" };
        server = await createKillableServer(
          platforms,
          recordsFor(records, { helper, flow: REPEATING_FLOW, distribution: "pick" }),
        );
        await server.start(point);
        const revived = server.died().then(() => server.start());
        const signed = platforms.sms.webhook.say({ customerId: CUSTOMERS.sms, text: "helper: one" });
        await eventually(
          async () => (await platforms.post("sms", signed)) === 200,
          "the webhook's answer",
          40_000,
        );
        const get = async <T>(path: string): Promise<T> =>
          (await server.call<T>("sam", "GET", `/api/desk/${path}`)).body;
        const rows = async () => (await get<Items<ConversationView>>("conversations")).items;
        await revived;
        const row = await eventually(
          async () => (await rows()).find(({ contact }) => contact !== null),
          "the row with its contact",
          40_000,
        );
        await eventually(async () => (await server.stats()).backlog === 0, "nothing left in flight", 40_000);

        assert.equal((await rows()).length, 1);
        const said = (await get<Items<MessageView>>(`conversations/${row.id}/messages`)).items;
        assert.deepEqual(
          said.filter(({ direction }) => direction === "in").map(({ text }) => text),
          ["helper: one"],
        );
        if (helper === "first") {
          await eventually(() => sentOn(platforms, "sms").length > 0, "the helper's answer", 40_000);
          assert.equal(sentOn(platforms, "sms").length, 1);
        }
        const contacts = (await get<Items<ContactCard>>("contacts")).items;
        assert.deepEqual(
          contacts.map(({ id, unit }) => [id, unit]),
          [[row.contact?.id, "north"]],
        );
        const found = await eventually(
          async () => {
            const search = await get<Items<ContactCard>>(
              `contacts?search=${encodeURIComponent(CUSTOMERS.sms)}`,
            );
            return search.items.length > 0 && search.items;
          },
          "the contact to be found by its number",
          40_000,
        );
        assert.equal(found.length, 1);
        const { link, profiles } = await get<CustomerSummary>(`conversations/${row.id}/customer`);
        assert.equal(link?.how, "created");
        assert.equal(profiles.length, 1);
      });
});
