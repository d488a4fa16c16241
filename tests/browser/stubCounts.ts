import type {
  CheckView,
  CountView,
  DeadLetterView,
  HealthView,
  StatusView,
} from "../../src/admin/operationsContract";
import { type ApiReply, hasRole, type Principal } from "../../src/core/route";

const MINUTE_MS = 60_000;
const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

export const TODAY = new Date().toISOString().slice(0, 10);
export const YESTERDAY = new Date(Date.parse(TODAY) - 1440 * MINUTE_MS).toISOString().slice(0, 10);

/** The operators' side in memory: ledgers by day, instances, dead letters and what tests do to them. */
export class StubCounts {
  readonly days = new Map<string, CountView[]>();
  instances: StatusView[] = [];
  health: HealthView[] = [];
  /** What a look at any account finds. */
  checks: CheckView[] = [];
  /** Every look at an account: "validate shop". */
  readonly looks: string[] = [];
  deadLetters: DeadLetterView[] = [];
  /** Ids of the messages that were replayed, in order. */
  readonly replayed: string[] = [];
  /** The replay of these messages fails so. */
  readonly refuseReplay = new Map<string, { status: number; code: string; message: string }>();
  /** Every read of the counts fails so. */
  refuseCounts: { status: number; code: string; message: string } | undefined;

  /** A day that adds up, one before it that does not, and three dead letters. */
  static busy(): StubCounts {
    const stub = new StubCounts();
    stub.days.set(TODAY, [
      buildCount({ hour: `${TODAY}T14`, received: 212, repeated: 3, notKept: 401, waiting: 2, sending: 1 }),
      buildCount({ hour: `${TODAY}T14`, instanceId: "sms~+14255550100", received: 18, dead: 1 }),
      buildCount({ hour: `${TODAY}T13`, received: 1204, repeated: 14, notKept: 2230, failed: 3 }),
      // A server was killed: two more are stored than the door's count knows.
      { ...buildCount({ hour: `${TODAY}T12`, instanceId: "twitter~90210", received: 42 }), received: 40 },
    ]);
    stub.days.set(YESTERDAY, [
      {
        ...buildCount({ hour: `${YESTERDAY}T09`, received: 96, repeated: 2 }),
        received: 98,
        shown: 93,
        problems: ["2 received but not stored", "1 worked but not shown in any transcript"],
      },
      buildCount({ hour: `${YESTERDAY}T08`, instanceId: "sms~+14255550100", received: 31 }),
    ]);
    stub.instances = [
      buildStatus({ id: "facebook~1784", channel: "facebook", name: "Lamp shop", lastInboundAt: ago(3) }),
      buildStatus({ id: "sms~+14255550100", channel: "sms", name: "Repairs", lastInboundAt: ago(310) }),
      buildStatus({
        id: "twitter~90210",
        channel: "twitter",
        name: "@lampshop",
        problem: "The secret env:X_CONSUMER_SECRET is not set.",
      }),
    ];
    stub.health = buildHealth();
    stub.checks = buildChecks();
    stub.deadLetters = [
      buildDeadLetter({ messageId: "m3", customerId: "7001", deadAt: ago(12) }),
      buildDeadLetter({
        messageId: "m2",
        customerId: "+14255550132",
        channel: "sms",
        instanceId: "sms~+14255550199",
        instance: "+14255550199",
        deadAt: ago(95),
        reason: {
          code: "INSTANCE_UNKNOWN",
          message: "Nothing is configured for sms +14255550199: add it, then replay this.",
        },
        raw: { From: "+14255550132", To: "+14255550199", Body: "<b>Hello</b> <script>alert(1)</script>" },
      }),
      buildDeadLetter({ messageId: "m1", customerId: "", deadAt: ago(1500), raw: "{ not json" }),
    ];
    return stub;
  }

  /** The reply to a call below /api/admin. */
  reply(caller: Principal, method: string, path: string, query: URLSearchParams, body: object): ApiReply {
    if (!hasRole(caller, "supervisor")) return fault(403, "NOT_ALLOWED", "This needs the role supervisor.");
    const look = /^accounts\/([^/]+)\/(validate|register)$/.exec(path);
    if (method === "POST" && look !== null) {
      if (!hasRole(caller, "admin")) return fault(403, "NOT_ALLOWED", "This needs the role admin.");
      this.looks.push(`${look[2]} ${look[1]}`);
      return page(this.checks);
    }
    switch (`${method} ${path}`) {
      case "GET counts":
        if (this.refuseCounts !== undefined) return toFault(this.refuseCounts);
        return page(this.days.get(query.get("day") ?? TODAY) ?? []);
      case "GET status":
        return page(this.instances);
      case "GET health":
        return page(this.health);
      case "GET dead-letters":
        return this.#page(Number(query.get("cursor") ?? 0));
      case "POST dead-letters/replay":
        return this.#replay(body as { threadId: string; messageId: string });
      default:
        return fault(404, "NOT_FOUND", "There is no such address.");
    }
  }

  #page(from: number): ApiReply {
    const to = from + 50;
    return page(this.deadLetters.slice(from, to), to < this.deadLetters.length ? String(to) : null);
  }

  #replay({ messageId }: { messageId: string }): ApiReply {
    const refusal = this.refuseReplay.get(messageId);
    if (refusal !== undefined) return toFault(refusal);
    const rest = this.deadLetters.filter((letter) => letter.messageId !== messageId);
    if (rest.length === this.deadLetters.length) {
      return fault(404, "NOT_FOUND", "There is no dead letter with this id; it may have been replayed.");
    }
    this.deadLetters = rest;
    this.replayed.push(messageId);
    return { status: 202, body: {} };
  }
}

function buildHealth(): HealthView[] {
  const base = { since: null, silent: false, text: null, state: "ok" as const };
  return [
    {
      ...base,
      instanceId: "facebook~1784",
      accountId: "shop-fb",
      channel: "facebook",
      name: "Lamp shop",
      state: "error",
      text: "The page access token was revoked. Make a new one and save it; 4 messages wait and go out then.",
      since: ago(26),
      lastInboundAt: ago(3),
    },
    {
      ...base,
      instanceId: "sms~+14255550100",
      accountId: "shop-twilio",
      channel: "sms",
      name: "Repairs",
      state: "warning",
      text: "Nothing has come in for 5 hours, where 40 messages are usual. Look at the webhook in Twilio's console.",
      since: ago(120),
      lastInboundAt: ago(310),
      silent: true,
    },
    {
      ...base,
      instanceId: "twitter~90210",
      accountId: "shop-x",
      channel: "twitter",
      name: "@lampshop",
      lastInboundAt: null,
    },
  ];
}

function buildChecks(): CheckView[] {
  const check = (id: string, title: string, part: Partial<CheckView>): CheckView => ({
    id,
    title,
    state: "ok",
    text: "",
    cure: null,
    instanceId: null,
    ...part,
  });
  return [
    check("application", "Application", { text: "App 1000 answers and its secret is right." }),
    check("token", "Page access token", {
      state: "failed",
      text: "Meta refused it: the session was invalidated.",
      cure: "Make a new token for the page in Meta's console and save it in the account.",
      instanceId: "facebook~1784",
    }),
    check("webhook", "Webhook subscription", {
      state: "warning",
      text: "The field message_reactions is not subscribed.",
      cure: "Press Register webhook.",
    }),
    check("clock", "Clock", { state: "skipped", text: "Nothing to compare it with." }),
  ];
}

/** A row that adds up: everything stored is worked but for what is said to wait or to be dead. */
export function buildCount(part: Partial<CountView> & { hour: string; received: number }): CountView {
  const { repeated = 0, waiting = 0, dead = 0, sending = 0, failed = 0 } = part;
  const stored = part.received - repeated;
  const worked = stored - waiting - dead;
  const answered = worked - 1;
  return {
    instanceId: "facebook~1784",
    repeated,
    notKept: 0,
    stored,
    worked,
    waiting,
    dead,
    shown: worked,
    written: answered + sending + failed,
    answered,
    sending,
    failed,
    problems: [],
    ...part,
  };
}

function buildStatus(part: Partial<StatusView> & { id: string; channel: string; name: string }): StatusView {
  return { account: "shop", lastInboundAt: null, problem: null, ...part };
}

export function buildDeadLetter(part: Partial<DeadLetterView> & { messageId: string }): DeadLetterView {
  return {
    threadId: `t~${part.messageId}`,
    channel: "facebook",
    instanceId: "facebook~1784",
    instance: "1784",
    customerId: "7001",
    text: "Where is my lamp?",
    storedAt: ago(13),
    deadAt: ago(12),
    reason: { code: "TURN_FAILED", message: "The message could not be worked after several tries." },
    correlationId: "c~1",
    raw: { sender: { id: "7001" }, message: { mid: "m_1", text: "Where is my lamp?" } },
    ...part,
  };
}

const page = (items: unknown[], next: string | null = null): ApiReply => ({
  status: 200,
  body: { items, next },
});
const fault = (status: number, code: string, message: string): ApiReply => ({
  status,
  body: { code, message, details: null },
});
const toFault = ({ status, code, message }: { status: number; code: string; message: string }): ApiReply =>
  fault(status, code, message);
