import type { CustomerProfile } from "../../core/channel";
import type { Head } from "../../core/conversation";
import { ChannelError, messageOf } from "../../core/errors";
import { transact } from "../../core/transact";
import { ROUTING_GROUP, type WorkItem } from "../../core/workItem";
import { itemId } from "../../routing/workItems";
import { withProfile } from "../plan/customerFacts";
import type { PipelinePorts } from "../ports";
import type { Threads } from "../threads";

/** Rules that ask for a name wait so long for it, ms; no message ever does. */
const ROUTE_WAIT_MS = 3_000;
const MAX_RACES = 20;

/** What platforms tell about customers, asked beside the turn and at most once a day for each. */
export function createProfiles(ports: PipelinePorts, threads: Threads) {
  const underWay = new Map<string, Promise<void>>();

  async function ask(head: Head): Promise<CustomerProfile | undefined> {
    const client = ports.clients.get(head.channel);
    const account = await ports.accounts.account(head.accountId);
    const instance = account?.instances.find((one) => one.id === head.instanceId);
    if (client?.profile === undefined || account === undefined || instance === undefined) return undefined;
    try {
      return await client.profile({ account, instance, customerId: head.customer.id });
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      // A conversation goes on without a name; tomorrow it is asked again.
      ports.log.info({ threadId: head.threadId, error: messageOf(error) }, "no profile of a customer");
      return undefined;
    }
  }

  async function remember(threadId: string, profile: CustomerProfile): Promise<Head | undefined> {
    return threads.serially(threadId, async () => {
      for (let race = 0; race < MAX_RACES; race++) {
        const head = await threads.head(threadId);
        if (head === undefined) return undefined;
        const customer = withProfile(head.doc.customer, profile);
        if (customer === head.doc.customer) return head.doc;
        const next: Head = { ...head.doc, customer };
        if ((await threads.commit(head, next, [], "profile")).ok) return next;
      }
      return undefined;
    });
  }

  async function look(threadId: string): Promise<void> {
    const head = await threads.head(threadId);
    const profile = head === undefined ? undefined : await ask(head.doc);
    if (profile === undefined) return;
    const now = await remember(threadId, profile);
    if (now !== undefined && now.customer !== head?.doc.customer) await ports.contacts?.book.seen(now);
    const conversationId = now?.live?.id;
    if (now === undefined || conversationId === undefined) return;
    await transact(ports.store, "routing", ROUTING_GROUP, "profile", async (tx) => {
      const item = await tx.read<WorkItem>(itemId(conversationId));
      if (item === undefined || withProfile(item.customer, profile) === item.customer) return;
      tx.put<WorkItem>({ ...item, customer: now.customer, version: item.version + 1 });
    });
  }

  return {
    /** Asks the platform and writes what it tells. Throws StoreError. */
    refresh(threadId: string): Promise<void> {
      const looking = look(threadId).finally(() => {
        if (underWay.get(threadId) === looking) underWay.delete(threadId);
      });
      underWay.set(threadId, looking);
      return looking;
    },
    /** The customer for the rules: waits a moment for a look that is under way. */
    async settled(threadId: string): Promise<Head["customer"] | undefined> {
      const looking = underWay.get(threadId);
      if (looking === undefined) return undefined;
      await Promise.race([
        looking.catch(() => {}),
        new Promise<void>((resolve) => void ports.clock.after(ROUTE_WAIT_MS, resolve)),
      ]);
      return (await threads.head(threadId))?.doc.customer;
    },
  };
}

export type Profiles = ReturnType<typeof createProfiles>;
