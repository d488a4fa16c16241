import type { Account, Inbound } from "../../core/channel";
import { type ChannelError, type ErrorCode, messageOf } from "../../core/errors";
import { hashId } from "../../core/ids";
import { toInstanceId } from "../../core/settings";
import type { Doc } from "../../core/store";
import { transact } from "../../core/transact";
import type { PipelinePorts } from "../ports";

/** What is known of an instance's connection; written when it changes, so that a restart still knows. */
interface HealthDoc extends Doc {
  type: "health";
  instanceId: string;
  /** "ok": it was mended; the document stays a day, so that other servers hear of it. */
  level: "error" | "warning" | "ok";
  code: string;
  text: string;
  /** ms */
  since: number;
}

export interface InstanceHealth {
  state: "ok" | "warning" | "error";
  /** What is wrong and the cure; undefined when ok. */
  text?: string;
  /** ms */
  since?: number;
}

/** Faults of the connection, not of one message. */
const FAULTS: ReadonlySet<ErrorCode> = new Set(["CHANNEL_AUTH", "CHANNEL_PERMISSION"]);
const PARTITION = "health";
const DAY_SECONDS = 24 * 60 * 60;
/** So many refused webhooks without one that was signed rightly say that a secret or URL is wrong. */
const REFUSALS = 3;
/** A notice that is no error fades after this long without another, ms. */
const WARNING_MS = 7 * 24 * 60 * 60 * 1000;
const OK: InstanceHealth = { state: "ok" };

/** Which pages, handles and numbers can send and receive, and what to do about those that cannot. */
export function createHealth(ports: Pick<PipelinePorts, "store" | "clock" | "log" | "settings">) {
  const known = new Map<string, HealthDoc>();
  const refusals = new Map<string, { count: number; since: number }>();

  async function set(instanceId: string, news: Omit<HealthDoc, "id" | "type" | "instanceId">): Promise<void> {
    const before = known.get(instanceId);
    // A warning never hides an error, and the same again is no news.
    if (before?.level === "error" && news.level === "warning") return;
    if (before?.level === news.level && before.code === news.code && before.text === news.text) return;
    const since = before?.level === news.level && before.code === news.code ? before.since : news.since;
    const doc: HealthDoc = { ...news, since, id: hashId("health", instanceId), type: "health", instanceId };
    known.set(instanceId, doc);
    const fields = { instanceId, code: news.code };
    if (news.level === "error") ports.log.error(fields, news.text);
    else ports.log.warn(fields, news.text);
    await write(doc.id, doc);
  }

  async function write(id: string, doc: HealthDoc): Promise<void> {
    await transact(ports.store, "leases", PARTITION, "health", async (tx) => {
      await tx.read(id);
      tx.put(doc);
    });
  }

  function take(doc: HealthDoc): void {
    if (doc.level === "ok") known.delete(doc.instanceId);
    else known.set(doc.instanceId, doc);
  }

  ports.store.subscribe((changes) => {
    for (const { container, doc, elsewhere } of changes)
      if (elsewhere === true && container === "leases" && doc?.type === "health") take(doc as HealthDoc);
  });

  /** Recording must not break what it records. */
  const quietly = (work: Promise<void>): void =>
    void work.catch((error) => ports.log.error({ error: messageOf(error) }, "health was not written"));

  return {
    async start(): Promise<void> {
      const page = await ports.store.query<HealthDoc>("leases", "all", { partition: PARTITION, limit: 1000 });
      for (const { doc } of page.items) take(doc);
    },
    /** A send failed: with the credentials or permissions of the instance, it turns red. */
    sendFailed(instanceId: string, error: ChannelError): void {
      if (!FAULTS.has(error.code)) return;
      const text = `${error.message} Messages are held and go out when it is mended.`;
      quietly(set(instanceId, { level: "error", code: error.code, text, since: ports.clock.now() }));
    },
    /** A send, or an admin's check, went through: whatever was wrong is mended. */
    worked(instanceId: string): void {
      const before = known.get(instanceId);
      if (before?.level !== "error") return;
      known.delete(instanceId);
      ports.log.info({ instanceId }, "the connection works again");
      const mended: HealthDoc = {
        ...before,
        level: "ok",
        text: "",
        since: ports.clock.now(),
        ttl: DAY_SECONDS,
      };
      quietly(write(before.id, mended));
    },
    /** What a platform tells about our account: for one instance, or for all of the account. Throws StoreError. */
    async notice(notice: Extract<Inbound, { kind: "notice" }>, account: Account): Promise<void> {
      if (notice.level === "info") {
        ports.log.info({ accountId: account.id, code: notice.code }, notice.text);
        return;
      }
      const { level, code, text, instanceExternalId } = notice;
      const ids =
        instanceExternalId === undefined
          ? account.instances.filter(({ channel }) => channel === notice.channel).map(({ id }) => id)
          : [toInstanceId(notice.channel, instanceExternalId)];
      const since = notice.occurredAt ?? ports.clock.now();
      for (const id of ids) await set(id, { level, code, text, since });
    },
    /** A webhook of the account was not signed rightly; strangers cause a few, a wrong secret causes all. */
    refused(accountId: string): void {
      const before = refusals.get(accountId);
      refusals.set(accountId, {
        count: (before?.count ?? 0) + 1,
        since: before?.since ?? ports.clock.now(),
      });
    },
    /** One was: what strangers post says nothing any more. */
    accepted(accountId: string): void {
      if (refusals.size > 0) refusals.delete(accountId);
    },
    of(instanceId: string): InstanceHealth {
      const doc = known.get(instanceId);
      if (doc?.level === "error") return { state: "error", text: doc.text, since: doc.since };
      const accountId = ports.settings.current().instances.get(instanceId)?.account ?? "";
      const refused = refusals.get(accountId);
      if (refused !== undefined && refused.count >= REFUSALS) {
        const text = `The last ${refused.count} webhooks were refused: their signature does not fit. Compare the secret and PUBLIC_URL with the provider's console; the log names the URL that was tried.`;
        return { state: "warning", text, since: refused.since };
      }
      if (doc === undefined || ports.clock.now() - doc.since > WARNING_MS) return OK;
      return { state: "warning", text: doc.text, since: doc.since };
    },
  };
}

export type Health = ReturnType<typeof createHealth>;
