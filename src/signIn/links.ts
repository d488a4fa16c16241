import type { Clock } from "../core/clock";
import { NotAllowed } from "../core/errors";
import { hashId } from "../core/ids";
import type { Doc, Op, Store, Stored } from "../core/store";
import { transact } from "../core/transact";
import { hashOf, newSecret } from "./hash";
import { WAYS } from "./passwords";

/** A one-time link as its document has it: hashes, since what is stored must open nothing. */
interface LinkDoc extends Doc {
  type: "link";
  /** Whose password it sets; absent while the first admin is not named yet. */
  agentId?: string;
  /** Several servers that start together each print one; the first that is used ends them all. */
  links: { hash: string; expiresAt: number }[];
}

/** A link that may be used, until somebody else does. */
export interface OpenLink {
  kind: "setUp" | "invitation";
  agentId?: string;
  stored: Stored<LinkDoc>;
}

const SET_UP_MS = 15 * 60 * 1000;
const INVITATION_MS = 24 * 60 * 60 * 1000;
const SET_UP_ID = "link~setUp";
const SET_UP = "first";
const MOST_SET_UPS = 20;

const invitationId = (reference: string): string => `link~${reference}`;
const unusable = (): NotAllowed => new NotAllowed("LINK_UNUSABLE");

/** One-time links that set a password: of the first admin, and invitations. `link` below is what follows `/set-up#`. */
export function createLinks({ store, clock }: { store: Store; clock: Clock }) {
  const { container, partition } = WAYS;

  async function read(id: string): Promise<Stored<LinkDoc> | undefined> {
    return store.read<LinkDoc>(container, partition, id);
  }

  return {
    /** The first admin's. Where no other server can be running, those printed before end. */
    async makeSetUp(): Promise<string> {
      const link = `${SET_UP}.${newSecret()}`;
      const now = clock.now();
      await transact(store, container, partition, "link", async (tx) => {
        const before = await tx.read<LinkDoc>(SET_UP_ID);
        const live = store.exclusive ? [] : (before?.links ?? []).filter(({ expiresAt }) => expiresAt > now);
        const links = [...live.slice(1 - MOST_SET_UPS), { hash: hashOf(link), expiresAt: now + SET_UP_MS }];
        const doc: LinkDoc = { id: SET_UP_ID, type: "link", links };
        tx.put({ ...doc, ttl: SET_UP_MS / 1000 });
      });
      return link;
    },

    /** An agent's; the former one ends. */
    async invite(agentId: string): Promise<{ link: string; expiresAt: number }> {
      const reference = hashId("", agentId);
      const link = `${reference}.${newSecret()}`;
      const expiresAt = clock.now() + INVITATION_MS;
      const doc: LinkDoc = {
        ...{ id: invitationId(reference), type: "link", agentId },
        links: [{ hash: hashOf(link), expiresAt }],
      };
      const ops: Op[] = [{ do: "upsert", doc: { ...doc, ttl: INVITATION_MS / 1000 } as LinkDoc }];
      await store.batch(container, partition, ops, "link");
      return { link, expiresAt };
    },

    /** Throws NotAllowed LINK_UNUSABLE when it was used, is over, or was never made. */
    async open(link: string): Promise<OpenLink> {
      const reference = /^([\w-]{1,27})\.[\w-]{43}$/.exec(link)?.[1];
      if (reference === undefined) throw unusable();
      const kind = reference === SET_UP ? "setUp" : "invitation";
      const stored = await read(kind === "setUp" ? SET_UP_ID : invitationId(reference));
      const found = stored?.doc.links.find(({ hash }) => hash === hashOf(link));
      if (stored === undefined || found === undefined || found.expiresAt <= clock.now()) throw unusable();
      return { kind, stored, ...(stored.doc.agentId !== undefined && { agentId: stored.doc.agentId }) };
    },

    /** The link is for this agent from now on: who comes with another name, or at the same moment, is refused. */
    async claim(open: OpenLink, agentId: string): Promise<OpenLink> {
      if (open.agentId === agentId) return open;
      if (open.agentId !== undefined) throw unusable();
      const { doc, etag } = open.stored;
      const claimed: LinkDoc = { ...doc, agentId };
      const done = await store.batch(container, partition, [{ do: "replace", doc: claimed, etag }], "link");
      if (!done.ok) throw unusable();
      return { ...open, agentId, stored: { doc: claimed, etag: done.etags[0] ?? "" } };
    },

    /** Uses it up and does `also` (in the partition of WAYS), both or neither. Throws NotAllowed LINK_UNUSABLE. */
    async use({ stored: { doc, etag } }: OpenLink, also: Op): Promise<void> {
      const done = await store.batch(
        container,
        partition,
        [{ do: "delete", id: doc.id, etag }, also],
        "link",
      );
      if (!done.ok) throw unusable();
    },

    /** Ends an agent's invitation, unless it was made after `until`, in ms; always when that is left out. */
    async forget(agentId: string, until = Infinity): Promise<void> {
      const id = invitationId(hashId("", agentId));
      const stored = await read(id);
      if (stored === undefined) return;
      if (stored.doc.links.some(({ expiresAt }) => expiresAt - INVITATION_MS > until)) return;
      await store.batch(container, partition, [{ do: "delete", id }], "link");
    },
  };
}
