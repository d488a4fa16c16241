/**
 * Every error code with what it means and what to do. `docs/errors.md` is generated from this table and a test
 * compares them. Classes (below) say what the caller can do; codes say what happened.
 */
export const ERRORS = {
  // configuration: the operator mends it
  CONFIG_INVALID: [
    "The configuration has faults.",
    "Mend every line that the message lists, then start again.",
  ],
  CONFIG_UNREADABLE: [
    "The configuration file cannot be read.",
    "Check the path in SWITCHBOARD_CONFIG and the file's rights.",
  ],
  CONFIG_CONFLICT: [
    "Objects in the file were edited in the console since the file was last applied.",
    "Export and merge them, or apply with --force to overwrite the edits.",
  ],
  SETTING_INVALID: [
    "An environment setting has a value that cannot be used.",
    "Mend the setting that the message names.",
  ],
  SECRET_MISSING: [
    "A secret reference points at nothing.",
    "Set the environment variable or add the secret with `switchboard secret set NAME`.",
  ],
  SECRET_UNREADABLE: [
    "A stored secret cannot be decrypted.",
    "Check SWITCHBOARD_MASTER_KEY: it must be the key the secret was stored with.",
  ],
  VAULT_UNAVAILABLE: [
    "The key vault cannot be asked, or refuses this server.",
    "Do what the message says. Secrets already read stay in use; the rest works as soon as the vault answers.",
  ],
  ACCOUNT_SECRET_MISSING: [
    "An account has no secret to check webhooks with.",
    "Set the account's application secret, consumer secret or auth token.",
  ],
  STORE_LOCKED: [
    "Another process uses this data folder.",
    "Stop it, or give this one another SWITCHBOARD_DATA.",
  ],
  STORE_INCOMPLETE: [
    "The Cosmos DB database lacks containers, or has them in another shape.",
    "Deploy the template, which makes them; in development start with COSMOS_KEY, and what is missing is made.",
  ],
  STORE_DENIED: [
    "Cosmos DB refuses the server's identity or key.",
    "Give the identity the role Cosmos DB Built-in Data Contributor, or mend COSMOS_KEY.",
  ],
  STORE_TOO_NEW: ["The data was written by a newer version.", "Start that version or a newer one."],
  STORE_DRIVER_MISSING: [
    "No SQLite driver can be loaded.",
    "Use Node 22.13 or newer, or install the optional package libsql.",
  ],
  // webhooks
  WEBHOOK_BAD_SIGNATURE: [
    "A webhook was not signed with the account's secret.",
    "Compare the secret and PUBLIC_URL with the provider's console; the log names the URL that was tried.",
  ],
  WEBHOOK_BAD_TOKEN: [
    "A webhook verification carried another verify token.",
    "Paste the account's verify token into the provider's console.",
  ],
  WEBHOOK_BODY_UNREADABLE: [
    "A signed webhook body could not be read.",
    "It is kept as a dead letter; report it with the raw body.",
  ],
  WEBHOOK_WRONG_ACCOUNT: [
    "A webhook names another account than the one in its URL.",
    "Check which URL stands in the provider's console.",
  ],
  BODY_CONSUMED: [
    "A body parser of the host's server ran before us, so no signature can be checked.",
    "Call handle (or an adapter's process) before any body parser, or give the parser only the host's own routes.",
  ],
  // calls to our API
  INPUT_INVALID: ["The request has faults.", "Mend the fields that `details` lists."],
  INPUT_TOO_LARGE: ["The body is larger than allowed.", "Send less."],
  TOO_MANY_UPLOADS: ["Too many of this person's files are coming in.", "Wait until some are there."],
  SIGN_IN_NEEDED: ["Nobody is signed in, or the session has ended.", "Sign in, or send a bearer token."],
  TOO_MANY_ATTEMPTS: [
    "Too many attempts to sign in under this name, or from this address.",
    "Wait as long as Retry-After says, then try again.",
  ],
  LINK_UNUSABLE: [
    "A one-time link was used already, is over, or was never made.",
    "Ask an admin for a new invitation; the first admin's link is printed at each start until it is used.",
  ],
  SIGN_IN_EXPIRED: [
    "The sign-in took too long, or was begun in another browser.",
    "Begin again from the sign-in page.",
  ],
  SIGN_IN_NO_ROLE: [
    "The identity provider knows this person, but gives none of the roles that may use Switchboard.",
    "Ask whoever looks after the identity provider for the role Agent, Supervisor or Admin.",
  ],
  SIGN_IN_REFUSED: [
    "The identity provider refused the sign-in, or what it sent cannot be trusted.",
    "Try again. If it goes on, an admin finds the cause in the log.",
  ],
  SIGN_IN_UNAVAILABLE: [
    "The identity provider cannot be reached.",
    "Try again in a moment. If it goes on, check OIDC_ISSUER and the network.",
  ],
  NOT_ALLOWED: ["This person may not do that.", "Ask a supervisor or an admin."],
  NOT_FOUND: ["There is no such thing.", "Check the id; it may have been closed or deleted."],
  CHANGED_MEANWHILE: ["Somebody else changed it first.", "Read it again and repeat."],
  IF_MATCH_NEEDED: [
    "A change must say which version it changes.",
    "Send the ETag of the version you read in If-Match.",
  ],
  ALREADY_TAKEN: ["Somebody else has it.", "The message says who; choose another."],
  CONSENT_WAITING: [
    "The customer has not agreed to the privacy notice yet, so nobody may have the conversation.",
    "Wait for the answer. Once the customer agrees, the conversation goes its way by itself.",
  ],
  WRONG_STATE: [
    "That cannot be done in the present state.",
    "Read it again; the message says what is possible.",
  ],
  IN_USE: ["Something else still points at it.", "Change what `details` lists first."],
  // contacts
  CONTACT_EXISTS: ["There is a contact with this id already.", "Change that one, or leave the id out."],
  CONTACT_MERGED: [
    "The contact was merged into another one, or is just being merged.",
    "Use the contact that the message names, or undo the merge first.",
  ],
  CONTACT_MERGE_SELF: ["A contact cannot be merged with itself.", "Choose two different contacts."],
  PROFILE_LINKED: [
    "The social profile belongs to another contact.",
    "Unlink it there first, or merge the two contacts.",
  ],
  PROFILE_REFUSED: [
    "Nothing links this profile to this contact by itself: an agent said it is not theirs, or the contact is inactive.",
    "Link it by hand if it is theirs after all.",
  ],
  MERGE_UNDONE: ["The merge has been undone already.", "Read the contact again."],
  // channels
  CHANNEL_WINDOW_CLOSED: [
    "The customer's reply window is shut.",
    "Wait until the customer writes, or use what the message names.",
  ],
  CHANNEL_RATE_LIMITED: [
    "The platform asks us to slow down.",
    "Nothing: sending goes on by itself when the platform allows.",
  ],
  CHANNEL_UNAVAILABLE: ["The platform did not answer or had a fault.", "Nothing: it is tried again."],
  CHANNEL_AUTH: [
    "The platform refuses our credentials.",
    "Renew the token in the account; held messages then go out.",
  ],
  CHANNEL_PERMISSION: [
    "The platform account lacks a permission.",
    "Grant what the message names in the provider's console.",
  ],
  CHANNEL_UNDELIVERABLE: ["This customer cannot receive the message.", "Reach the customer another way."],
  CHANNEL_REFUSED: ["The platform refuses this message.", "Change the message as the platform's words say."],
  CHANNEL_AMBIGUOUS: [
    "The connection broke while sending; the message may or may not have arrived.",
    "Nothing: it is reconciled with the platform, or sent again after the documented wait.",
  ],
  CHANNEL_ATTACHMENTS_OFF: [
    "File attachments from agents are switched off for this page, handle or number.",
    "Send text, or ask an admin to switch them on.",
  ],
  CHANNEL_UNSUPPORTED: ["This channel cannot do that.", "Use what the channel's page lists."],
  DOCTOR_FOUND_FAULTS: ["A connection check failed.", "Do what stands below each failed check."],
  // pipeline
  INSTANCE_UNKNOWN: [
    "A webhook is for a page, handle or number that is not configured.",
    "Add the instance, then replay the dead letter.",
  ],
  INSTANCE_UNROUTED: [
    "The instance has no work stream.",
    "Give the instance a work stream, then replay the dead letter.",
  ],
  TURN_FAILED: [
    "A message could not be worked after several tries.",
    "See the log for the cause, then replay the dead letter.",
  ],
  HELPER_FAILED: [
    "The helper failed or took too long.",
    "The conversation was handed to a person; mend the flow or dialog that the trace names.",
  ],
  // webhooks of ours
  WEBHOOK_SECRET_INVALID: [
    "A webhook's secret cannot be used to sign.",
    "Store another one under its reference: `openssl rand -base64 32` makes one.",
  ],
  WEBHOOK_UNDELIVERED: [
    "A webhook's receiver could not be reached, or may not be.",
    "Nothing: it is tried again for three days. When the message says so, allow its host in SWITCHBOARD_WEBHOOK_HOSTS.",
  ],
  // plugins
  PLUGIN_INVALID: [
    "A plugin cannot be used.",
    "Mend what the message names, install the version it asks for, or take it out of SWITCHBOARD_PLUGINS.",
  ],
  PLUGIN_FAILED: [
    "A plugin's code failed, took too long, or was switched off after failing too often.",
    "See the log and GET /api/admin/plugins for the cause. What is switched off is tried again by itself; a mended plugin needs a new start.",
  ],
  PLUGIN_REFUSED: [
    "A plugin refuses to let a message out.",
    "Change the message as the plugin's words say, or ask whoever looks after the plugin.",
  ],
  // rules and flows
  EXPRESSION_INVALID: ["An expression cannot be used.", "Mend it as the message says."],
  FLOW_INVALID: ["A helper flow has faults.", "Mend every step that the message lists."],
  RULE_CASES_FAILED: [
    "Cases of a rule test gave something else than expected.",
    "Mend the rules, or what the cases expect; each failed case tells which rules were read.",
  ],
  FLOW_TESTS_FAILED: [
    "A scripted conversation went otherwise than expected.",
    "Mend the flow, or what the turns expect; each failed turn tells what was said instead.",
  ],
  // store
  STORE_UNAVAILABLE: [
    "The store cannot be reached or written.",
    "Check the disk or the database; webhooks answer 503 until it works.",
  ],
  STORE_REFUSED: [
    "The store refuses an operation that breaks its contract.",
    "Report it: this is a fault of ours.",
  ],
  SHUTTING_DOWN: ["The server is stopping.", "Try again in a moment."],
  INTERNAL: [
    "Something went wrong on our side.",
    "Try again; the log has the cause under the correlation id.",
  ],
} as const satisfies Record<string, readonly [meaning: string, cure: string]>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorOptions {
  cause?: unknown;
  /** Safe to log and to show: ids, field names, platform codes. */
  details?: unknown;
}

/** `message` says what happened and what to do; left out, it comes from the table. */
export class SwitchboardError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(code: ErrorCode, message?: string, options: ErrorOptions = {}) {
    super(
      message ?? ERRORS[code].join(" "),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.details = options.details;
  }
}

/** The operator must mend something; `details` lists all problems. Stops the start. */
export class ConfigError extends SwitchboardError {}
/** Not from the platform: answer 401 or 403, store nothing, give no hint. */
export class WebhookRejected extends SwitchboardError {}
/** The caller sent something that cannot be used: 400. */
export class InputError extends SwitchboardError {}
/** 401 without sign-in, else 403. */
export class NotAllowed extends SwitchboardError {}
/** There is no such thing: 404. */
export class NotFound extends SwitchboardError {}
/** A lost race or a wrong state: read again. 409, or 412 for If-Match. */
export class Conflict extends SwitchboardError {}
/** The store cannot do it now: 503. */
export class StoreError extends SwitchboardError {}

export interface ChannelFault extends ErrorOptions {
  /** Worth trying again, later. */
  retryable: boolean;
  /** The platform's own wish, from Retry-After or a rate-limit header. */
  retryAfterMs?: number;
  /** The platform's code as text, with its sub-code: "10/2018278", "63016". */
  platformCode?: string;
  /** The request may have reached the platform: a plain retry could send twice. */
  ambiguous?: boolean;
  /** The whole page, handle or number is affected (rate limit, dead token), not this customer alone. */
  scope?: "instance" | "customer";
}

/** A platform refused or could not be reached; `message` is for the agent, in words. */
export class ChannelError extends SwitchboardError {
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly platformCode: string | undefined;
  readonly ambiguous: boolean;
  readonly scope: "instance" | "customer";

  constructor(code: ErrorCode, message: string, fault: ChannelFault) {
    super(code, message, fault);
    this.retryable = fault.retryable;
    this.retryAfterMs = fault.retryAfterMs;
    this.platformCode = fault.platformCode;
    this.ambiguous = fault.ambiguous ?? false;
    this.scope = fault.scope ?? "customer";
  }
}

/** The message of anything thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
