import { channels } from "../../src/adapters/registry";
import type { Account, Instance } from "../../src/core/channel";
import { toInstanceId } from "../../src/core/settings";

/** The origin that the simulated platforms believe to be ours; the server under test has it as PUBLIC_URL. */
export const PUBLIC_URL = "https://desk.example";

/** Secrets of the accounts in CONFIGURATION, as environment variables. */
export const SECRETS: Record<string, string> = {
  FB_APP_SECRET: "facebook-app-secret",
  FB_VERIFY_TOKEN: "facebook-verify-token",
  FB_PAGE_TOKEN: "EAAfacebookpagetoken",
  X_API_SECRET: "x-api-secret",
  X_TOKEN: "x-access-token",
  X_TOKEN_SECRET: "x-access-token-secret",
  TWILIO_AUTH_TOKEN: "twilio-auth-token",
  ANA_TOKEN: "token-of-ana",
  BEN_TOKEN: "token-of-ben",
  SAM_TOKEN: "token-of-sam",
  ADMIN_TOKEN: "token-of-admin",
};

export interface ConfigurationOptions {
  helper?: "off" | "first" | "only";
  distribution?: "push" | "pick";
  /** Flow steps of the helper; default: asks once, "person" hands over. */
  flow?: unknown;
  /** Numbers of conversations an agent can have; default 100. */
  capacity?: number;
  offerSeconds?: number;
  rules?: { name: string; if: string; queue: string }[];
  /** Messages a second; default "unlimited". */
  sendRate?: number | "unlimited" | "platform";
}

const ASK = {
  start: "ask",
  steps: {
    ask: {
      do: "ask",
      text: "You said: ${activity.text}. Say person for a person.",
      retry: "You said: ${activity.text}.",
      choices: [{ label: "Person", next: "person" }],
      maxTries: 10,
    },
    person: { do: "handoff", text: "One moment please." },
  },
};

/** One turn, one answer, for ever. */
export const ECHO_FLOW = {
  start: "echo",
  steps: { echo: { do: "say", text: "You said: ${activity.text}" } },
};

/** A configuration with one instance of each channel, agents Ana and Ben, supervisor Sam and an admin. */
export function buildConfiguration(options: ConfigurationOptions = {}): string {
  const { helper = "off", distribution = "push", capacity = 100, offerSeconds = 120 } = options;
  const rate = options.sendRate ?? "unlimited";
  const sendRate = rate === "platform" ? {} : { sendRate: rate };
  const workstream = (id: string, channel: string) => ({
    id,
    channel,
    distribution,
    capacity: 1,
    helper,
    flow: "helper",
    fallbackQueue: "general",
    offerSeconds,
    rules: options.rules ?? [],
  });
  return JSON.stringify({
    accounts: [
      {
        id: "shop-fb",
        provider: "facebook",
        name: "Shop",
        applicationId: "1000",
        applicationSecret: "env:FB_APP_SECRET",
        verifyToken: "env:FB_VERIFY_TOKEN",
        ...sendRate,
        pages: [
          { pageId: "2000", name: "Shop", pageAccessToken: "env:FB_PAGE_TOKEN", workstream: "messenger" },
        ],
      },
      {
        id: "shop-x",
        provider: "twitter",
        name: "Shop on X",
        consumerKey: "x-api-key",
        consumerSecret: "env:X_API_SECRET",
        apiFlavor: "xaa",
        ...sendRate,
        handles: [
          {
            userId: "3000",
            name: "shop",
            accessToken: "env:X_TOKEN",
            accessTokenSecret: "env:X_TOKEN_SECRET",
            workstream: "x",
          },
        ],
      },
      {
        id: "shop-twilio",
        provider: "twilio",
        name: "Shop at Twilio",
        accountSid: "AC00000000000000000000000000000001",
        authToken: "env:TWILIO_AUTH_TOKEN",
        ...sendRate,
        numbers: [
          { number: "14252306549", name: "SMS", channel: "sms", workstream: "sms" },
          { number: "+14155238886", name: "WhatsApp", channel: "whatsapp", workstream: "whatsapp" },
        ],
      },
    ],
    workstreams: [
      workstream("messenger", "facebook"),
      workstream("x", "twitter"),
      workstream("sms", "sms"),
      workstream("whatsapp", "whatsapp"),
    ],
    queues: [
      { id: "general", name: "General", members: ["ana", "ben"] },
      { id: "vip", name: "VIP", priority: 1, members: ["ana"] },
    ],
    agents: [
      { id: "ana", name: "Ana", roles: ["agent"], capacity, token: "env:ANA_TOKEN" },
      { id: "ben", name: "Ben", roles: ["agent"], capacity, token: "env:BEN_TOKEN" },
      { id: "sam", name: "Sam", roles: ["supervisor"], capacity, token: "env:SAM_TOKEN" },
      { id: "admin", name: "Admin", roles: ["admin"], capacity: 0, token: "env:ADMIN_TOKEN" },
    ],
    flows: [{ id: "helper", ...((options.flow ?? ASK) as object) }],
  });
}

/** That configuration, with records of those who write to the telephone numbers. */
export function recordsFor(records: object, options: ConfigurationOptions = {}): string {
  const bundle = JSON.parse(buildConfiguration(options)) as { accounts: { numbers?: object[] }[] };
  for (const { numbers } of bundle.accounts)
    for (const number of numbers ?? []) Object.assign(number, { records });
  return JSON.stringify(bundle);
}

/** The account objects of that configuration, for the fakes that play the platforms. */
export function buildAccounts(): Record<"facebook" | "twitter" | "twilio", Account> {
  const facebook = account(
    "shop-fb",
    "facebook",
    { applicationId: "1000" },
    { applicationSecret: "FB_APP_SECRET", verifyToken: "FB_VERIFY_TOKEN" },
  );
  const twitter = account(
    "shop-x",
    "twitter",
    { consumerKey: "x-api-key", apiFlavor: "xaa" },
    { consumerSecret: "X_API_SECRET" },
  );
  const twilio = account(
    "shop-twilio",
    "twilio",
    { accountSid: "AC00000000000000000000000000000001" },
    { authToken: "TWILIO_AUTH_TOKEN" },
  );
  return {
    facebook: {
      ...facebook,
      instances: [instance(facebook, "facebook", "2000", { pageAccessToken: "FB_PAGE_TOKEN" })],
    },
    twitter: {
      ...twitter,
      instances: [
        instance(twitter, "twitter", "3000", { accessToken: "X_TOKEN", accessTokenSecret: "X_TOKEN_SECRET" }),
      ],
    },
    twilio: {
      ...twilio,
      instances: [
        instance(twilio, "sms", "+14252306549", {}),
        instance(twilio, "whatsapp", "+14155238886", {}),
      ],
    },
  };
}

function account(
  id: string,
  provider: string,
  values: Record<string, string>,
  secrets: Record<string, string>,
): Account {
  return {
    id,
    provider,
    name: id,
    values: { ...defaults(provider), ...values },
    secrets: resolve(secrets),
    publicUrls: [PUBLIC_URL],
    instances: [],
  };
}

function instance(
  owner: Account,
  channel: string,
  externalId: string,
  secrets: Record<string, string>,
): Instance {
  return {
    id: toInstanceId(channel, externalId),
    channel,
    accountId: owner.id,
    externalId,
    name: channel,
    values: {},
    secrets: resolve(secrets),
    workstreamId: channel,
  };
}

const resolve = (names: Record<string, string>) =>
  Object.fromEntries(Object.entries(names).map(([field, name]) => [field, [SECRETS[name] ?? ""]]));

function defaults(provider: string): Record<string, string> {
  const fields =
    channels.find(({ definition }) => definition.provider === provider)?.definition.accountFields ?? [];
  return Object.fromEntries(
    fields.flatMap((field) => (field.default === undefined ? [] : [[field.name, field.default]])),
  );
}
