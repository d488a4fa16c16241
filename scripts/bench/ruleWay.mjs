// One way to decide by rules, in a process of its own: node ruleWay.mjs <way> <rules>, asked by rules.mjs.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Names, ranges, words and channels by turns; the last rule alone is true for each of SCOPES. */
const KINDS = [
  {
    text: (i) => `customer.name == 'Ann ${i}' && customer.timezone >= 1`,
    cel: (i) => `customer.name == "Ann ${i}" && customer.timezone >= 1.0`,
    json: (i) => [
      equal("name", `Ann ${i}`),
      { fact: "timezone", operator: "greaterThanInclusive", value: 1 },
    ],
  },
  {
    text: (i) => `channel == 'sms' && customer.followers >= ${i * 10} && customer.followers < ${i * 10 + 10}`,
    cel: (i) =>
      `channel == "sms" && customer.followers >= ${i * 10}.0 && customer.followers < ${i * 10 + 10}.0`,
    json: (i) => [
      equal("channel", "sms"),
      { fact: "followers", operator: "greaterThanInclusive", value: i * 10 },
      { fact: "followers", operator: "lessThan", value: i * 10 + 10 },
    ],
  },
  {
    text: (i) => `hasWord(message.text, 'product ${i}', 'part${i}')`,
    cel: (i) => `hasWord(message.text, " product ${i} ") || hasWord(message.text, " part${i} ")`,
    json: (i) => [{ fact: "text", operator: "hasAnyWord", value: [` product ${i} `, ` part${i} `] }],
  },
  {
    text: (i) =>
      `channel == '${channelOf(i)}' && startsWith(customer.phone, '+1${i}-') && !conversation.returning`,
    cel: (i) =>
      `channel == "${channelOf(i)}" && customer.phone.startsWith("+1${i}-") && !conversation.returning`,
    json: (i) => [
      equal("channel", channelOf(i)),
      { fact: "phone", operator: "startsWith", value: `+1${i}-` },
      equal("returning", false),
    ],
  },
];
const equal = (fact, value) => ({ fact, operator: "equal", value });
const channelOf = (i) => ["facebook", "twitter", "sms", "whatsapp"][(i >> 2) % 4];

const LAST = {
  text: "customer.name == 'Gilda Moore' && customer.timezone >= 5",
  cel: 'customer.name == "Gilda Moore" && customer.timezone >= 5.0',
  json: [equal("name", "Gilda Moore"), { fact: "timezone", operator: "greaterThanInclusive", value: 5 }],
};
/** Decisions take these by turns, since in life no two messages are the same. */
const SCOPES = [
  "Hello, I should like my money back for the order of last week",
  "Good morning! Is the shop in Regent Street open on Sunday?",
  "My parcel has not come yet, and the tracking page says nothing at all",
  "Can you tell me whether product ten is still to be had in blue?",
].map((text) => ({
  customer: {
    id: "1",
    name: "Gilda Moore",
    firstName: "Gilda",
    lastName: "Moore",
    locale: "en_US",
    timezone: 5.5,
    followers: 123456.5,
    phone: "+442071838750",
  },
  instance: { id: "sms~1", name: "Shop", externalId: "+1425", number: "+1425" },
  channel: "sms",
  message: { text },
  conversation: { returning: false },
  context: {},
}));
const FACTS = SCOPES.map(({ customer, channel, message, conversation }) => ({
  name: customer.name,
  timezone: customer.timezone,
  followers: customer.followers,
  phone: customer.phone,
  channel,
  text: message.text,
  returning: conversation.returning,
}));

const rulesOf = (count, form) =>
  Array.from({ length: count }, (_, i) => (i === count - 1 ? LAST[form] : KINDS[i % KINDS.length][form](i)));
const wordsOf = (text) =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}']+/gu, " ")
    .trim()} `;

// The peers get what ours does too: the words of a text are found once for all rules.
let latest = {};
function hasWord(text, words) {
  if (latest.text !== text) latest = { text, words: wordsOf(text) };
  return latest.words.includes(words);
}

const WAYS = { ours: oursWay, plain: plainWay, cel: celWay, json: jsonWay };

const compile = (count) =>
  require("../../dist/src/routing/rules/rules.js").compileRules(
    rulesOf(count, "text").map((text, i) => ({ name: `r${i}`, if: text })),
    require("../../dist/src/routing/rules/fields.js").RULE_FIELDS,
  );

function oursWay(count) {
  const { readRules } = require("../../dist/src/routing/rules/rules.js");
  const compiled = compile(count);
  return (at) => `q${readRules(compiled, SCOPES[at], () => true).position}`;
}

function plainWay(count) {
  const { rules } = compile(count);
  return (at) => `q${rules.findIndex(({ condition }) => condition.evaluate(SCOPES[at]).value === true)}`;
}

async function celWay(count) {
  const { Environment } = await import("@marcbachmann/cel-js");
  const environment = new Environment({ unlistedVariablesAreDyn: true }).registerFunction(
    "hasWord(string, string): bool",
    hasWord,
  );
  const parsed = rulesOf(count, "cel").map((text) => environment.parse(text));
  return (at) => `q${parsed.findIndex((rule) => rule(SCOPES[at]) === true)}`;
}

/** Higher priority runs first, and the first success ends the run. */
async function jsonWay(count) {
  const { Engine } = await import("json-rules-engine");
  const engine = new Engine();
  engine.addOperator("startsWith", (fact, value) => fact.startsWith(value));
  engine.addOperator("hasAnyWord", (fact, values) => values.some((value) => hasWord(fact, value)));
  let found;
  rulesOf(count, "json").forEach((all, i) => {
    engine.addRule({ conditions: { all }, event: { type: `q${i}` }, priority: count - i });
  });
  engine.on("success", ({ type }) => {
    found = type;
    engine.stop();
  });
  return async (at) => {
    await engine.run(FACTS[at]);
    return found;
  };
}

/** Microseconds of CPU a decision: the clock would count what else runs on the machine. */
async function turn(decide, ms) {
  const isAsync = decide(0) instanceof Promise;
  const end = performance.now() + ms;
  const before = process.cpuUsage();
  let done = 0;
  while (performance.now() < end) {
    for (let i = 0; i < SCOPES.length; i++) {
      if (isAsync) await decide(i);
      else decide(i);
    }
    done += SCOPES.length;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / done;
}

const [, , way, rules] = process.argv;
const count = Number(rules);
const begun = process.cpuUsage();
const decide = await WAYS[way](count);
const { user, system } = process.cpuUsage(begun);
const winner = await decide(0);
if (winner !== `q${count - 1}`) throw new Error(`${way} found ${winner}`);
process.on("message", async (ms) => process.send(await turn(decide, ms)));
process.send({ compileMs: (user + system) / 1000 });
