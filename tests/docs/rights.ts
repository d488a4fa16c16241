/** Who may call a route: everybody, or who has this role or a higher one. */
type Level = "public" | "agent" | "supervisor" | "admin";

/** What holds beside the role. */
const LIMITS = {
  operator: "by this machine's operator only",
  /** Of those behind an id in the path, an agent reaches what they may see; all others do not exist for them. */
  seen: "conversations that they may see",
  offered: "what is offered to them",
  file: "files of conversations that they may see, and their own uploads",
  ticket: "tickets that they may see",
  contact: "contacts of conversations that they may see; finding and making is free",
  listed: "the list has what they may see",
  ids: "ids of conversations, and one's own offers",
  own: "oneself",
  mine: "the session of the cookie",
  credential: "who has a password or an access token",
  once: "who has a one-time link",
  provider: "who comes from the identity provider",
  signature: "who signs as the platform does",
  check: "answers the platform's check of the address and nothing else",
  link: "who has an address that we signed",
  microsoft: "who has a token of Bot Framework",
  metrics: "who has METRICS_TOKEN; open in development",
  development: "in development only",
} as const;
export type Limit = keyof typeof LIMITS;

interface Right {
  level: Level;
  limit?: Limit;
}

/** Everything an admin sets, by the word in /api/admin/{kind}. */
const KINDS = [
  "accounts",
  "activities",
  "agents",
  "automatedMessages",
  "capacityProfiles",
  "contacts",
  "dispositions",
  "flows",
  "groups",
  "instances",
  "maskingRules",
  "notices",
  "operatingHours",
  "queues",
  "quickReplies",
  "retention",
  "surveys",
  "units",
  "webhooks",
  "workstreams",
];

/**
 * Who may call what, written by hand: a route that is not here, or that the code opens to others, fails the tests.
 * What is true of every kind of settings stands once, with ":kind".
 */
const TABLE: readonly (readonly [route: string, level: Level, limit?: Limit])[] = [
  ["GET /", "public"],
  ["GET /desk", "public"],
  ["GET /counts", "public"],
  ["GET /sign-in", "public"],
  ["GET /set-up", "public"],
  ["GET /web/*", "public"],
  ["GET /phone", "public", "development"],
  ["GET /healthz", "public"],
  ["GET /readyz", "public"],
  ["GET /metrics", "public", "metrics"],
  ["GET /api/openapi.json", "public"],
  ["GET /media/:id", "public", "link"],
  ["GET /webhooks/facebook/:accountId", "public", "check"],
  ["POST /webhooks/facebook/:accountId", "public", "signature"],
  ["GET /webhooks/twitter/:accountId", "public", "check"],
  ["POST /webhooks/twitter/:accountId", "public", "signature"],
  ["POST /webhooks/twilio/:accountId", "public", "signature"],
  ["POST /webhooks/twilio/:accountId/status", "public", "signature"],
  ["POST /api/messages", "public", "microsoft"],
  ["GET /api/phone", "public", "development"],
  ["GET /api/phone/events", "public", "development"],
  ["GET /api/phone/files/:id", "public", "development"],
  ["POST /api/phone/:channel/messages", "public", "development"],

  ["GET /api/session", "public", "own"],
  ["POST /api/session", "public", "credential"],
  ["DELETE /api/session", "public", "mine"],
  ["GET /api/sign-in/oidc", "public"],
  ["GET /api/sign-in/oidc/callback", "public", "provider"],
  ["POST /api/set-up", "public", "once"],
  ["DELETE /api/sessions", "agent", "own"],
  ["POST /api/password", "agent", "own"],

  ["GET /api/desk/me", "agent", "own"],
  ["GET /api/desk/people", "agent"],
  ["PUT /api/desk/presence", "agent", "own"],
  ["GET /api/desk/events", "agent", "ids"],
  ["GET /api/desk/queues", "agent", "listed"],
  ["GET /api/desk/offers", "agent", "own"],
  ["POST /api/desk/offers/:id/accept", "agent", "offered"],
  ["POST /api/desk/offers/:id/reject", "agent", "offered"],
  ["GET /api/desk/conversations", "agent", "listed"],
  ["GET /api/desk/conversations/:id", "agent", "seen"],
  ["GET /api/desk/conversations/:id/trace", "agent", "seen"],
  ["GET /api/desk/conversations/:id/messages", "agent", "seen"],
  ["POST /api/desk/conversations/:id/messages", "agent", "seen"],
  ["GET /api/desk/conversations/:id/templates", "agent", "seen"],
  ["POST /api/desk/conversations/:id/typing", "agent", "seen"],
  ["POST /api/desk/conversations/:id/read", "agent", "seen"],
  ["GET /api/desk/conversations/:id/consents", "agent", "seen"],
  ["GET /api/desk/conversations/:id/quickReplies", "agent", "seen"],
  ["GET /api/desk/conversations/:id/dispositions", "agent", "seen"],
  ["POST /api/desk/conversations/:id/dispositions", "agent", "seen"],
  ["GET /api/desk/conversations/:id/customer", "agent", "seen"],
  ["POST /api/desk/conversations/:id/contact", "agent", "seen"],
  ["POST /api/desk/conversations/:id/contact/unlink", "agent", "seen"],
  ["POST /api/desk/conversations/:id/pick", "agent", "seen"],
  ["POST /api/desk/conversations/:id/helper", "agent", "seen"],
  ["POST /api/desk/conversations/:id/open", "agent", "seen"],
  ["POST /api/desk/conversations/:id/release", "agent", "seen"],
  ["POST /api/desk/conversations/:id/end", "agent", "seen"],
  ["POST /api/desk/conversations/:id/close", "agent", "seen"],
  ["POST /api/desk/conversations/:id/transfer", "agent", "seen"],
  ["GET /api/desk/contacts", "agent"],
  ["POST /api/desk/contacts", "agent"],
  ["GET /api/desk/contacts/:id", "agent", "contact"],
  ["PUT /api/desk/contacts/:id", "agent", "contact"],
  ["GET /api/desk/contacts/:id/history", "agent", "contact"],
  ["GET /api/desk/contacts/:id/merge/:otherId", "agent", "contact"],
  ["POST /api/desk/contacts/:id/merge", "agent", "contact"],
  ["GET /api/desk/contacts/:id/merges", "agent", "contact"],
  ["POST /api/desk/contacts/:id/merges/:mergeId/undo", "agent", "contact"],
  ["GET /api/desk/tickets", "agent", "listed"],
  ["POST /api/desk/tickets", "agent", "contact"],
  ["GET /api/desk/tickets/:number", "agent", "ticket"],
  ["PUT /api/desk/tickets/:number", "agent", "ticket"],
  ["POST /api/desk/tickets/:number/notes", "agent", "ticket"],
  ["POST /api/desk/tickets/:number/conversations", "agent", "ticket"],
  ["GET /api/desk/media/:id", "agent", "file"],
  ["POST /api/desk/media", "agent"],

  ["PUT /api/desk/agents/:id/presence", "supervisor"],
  ["POST /api/desk/conversations/:id/assign", "supervisor"],
  ["GET /api/admin/counts", "supervisor"],
  ["GET /api/admin/status", "supervisor"],
  ["GET /api/admin/health", "supervisor"],
  ["GET /api/admin/reports", "supervisor"],
  ["GET /api/admin/plugins", "supervisor"],
  ["GET /api/admin/flows/:id/figures", "supervisor"],
  ["GET /api/admin/dead-letters", "supervisor"],
  ["POST /api/admin/dead-letters/replay", "supervisor"],
  ["GET /api/admin/privacy/retention", "supervisor"],
  ["POST /api/admin/privacy/export", "supervisor"],
  ["POST /api/admin/privacy/erasures/preview", "supervisor"],
  ["GET /api/admin/privacy/erasures", "supervisor"],
  ["GET /api/admin/privacy/erasures/:id", "supervisor"],

  ["GET /api/admin/:kind", "admin"],
  ["GET /api/admin/:kind/:id", "admin"],
  ["PUT /api/admin/:kind/:id", "admin"],
  ["DELETE /api/admin/:kind/:id", "admin"],
  ["POST /api/admin/agents/:id/invitation", "admin"],
  ["DELETE /api/admin/agents/:id/sessions", "admin"],
  ["GET /api/admin/tokens", "admin"],
  ["POST /api/admin/tokens", "admin"],
  ["DELETE /api/admin/tokens/:id", "admin"],
  ["GET /api/admin/audit", "admin"],
  ["GET /api/admin/configuration", "admin"],
  ["POST /api/admin/configuration", "admin"],
  ["POST /api/admin/backup", "admin", "operator"],
  ["POST /api/admin/accounts/:id/validate", "admin"],
  ["POST /api/admin/accounts/:id/register", "admin"],
  ["POST /api/admin/rules/dryrun", "admin"],
  ["POST /api/admin/rules/try", "admin"],
  ["GET /api/admin/flows/schema", "admin"],
  ["POST /api/admin/flows/check", "admin"],
  ["POST /api/admin/flows/try", "admin"],
  ["GET /api/admin/flows/:id/revisions", "admin"],
  ["GET /api/admin/flows/:id/revisions/:revision", "admin"],
  ["POST /api/admin/flows/:id/rollback", "admin"],
  ["GET /api/admin/flows/:id/draft", "admin"],
  ["PUT /api/admin/flows/:id/draft", "admin"],
  ["DELETE /api/admin/flows/:id/draft", "admin"],
  ["POST /api/admin/flows/:id/publish", "admin"],
  ["GET /api/admin/webhookStates", "admin"],
  ["GET /api/admin/webhooks/:id/deliveries", "admin"],
  ["POST /api/admin/webhooks/:id/deliveries/:deliveryId/replay", "admin"],
  ["POST /api/admin/webhooks/:id/test", "admin"],
  ["POST /api/admin/privacy/erasures", "admin"],
  ["GET /api/admin/privacy/receipts", "admin"],
  ["POST /api/admin/privacy/reapply", "admin"],
];

/** "GET /api/desk/me" -> who may call it; each kind of settings for itself. */
export const RIGHTS: ReadonlyMap<string, Right> = new Map(
  TABLE.flatMap(([route, level, limit]) =>
    (route.includes("/:kind") ? KINDS.map((kind) => route.replace(":kind", kind)) : [route]).map(
      (address): [string, Right] => [address, { level, ...(limit === undefined ? {} : { limit }) }],
    ),
  ),
);

const LEVELS: readonly Level[] = ["public", "agent", "supervisor", "admin"];

/** The table as people read it. */
export function rightsRows(): string[][] {
  return TABLE.map(([route, level, limit]) => [
    `\`${route.replace(/:(\w+)/g, "{$1}")}\``,
    ...LEVELS.map((caller) => (LEVELS.indexOf(caller) >= LEVELS.indexOf(level) ? "yes" : "-")),
    limit === undefined ? "" : LIMITS[limit],
  ]);
}

/** The kinds that "{kind}" stands for. */
export const settingsKinds = (): string => KINDS.map((kind) => `\`${kind}\``).join(", ");
