// Random conditions and scopes for the index, of few words, so that they often meet.
import fc from "fast-check";

const TEXTS = [
  "",
  " ",
  "a",
  "A",
  "ab",
  "b",
  "bab",
  "5",
  "5.5",
  "!!!",
  "refund",
  "Refund",
  "gift card",
  "a gift",
  "I want a REFUND, now",
  "card gift-card",
  "it's",
  "Ärger",
  "ÄRGER",
  "İ",
  "i̇",
  "ß",
  "\u{1F600}",
  "\ud83d",
  "customer",
  "name",
  "true",
];
const NUMBERS = [
  "0",
  "-0",
  "1",
  "-1",
  "5",
  "5.5",
  "0.3",
  "0.30000000000000004",
  "0.1",
  "6",
  "99999999999999999999",
];
const FIELDS = [
  "customer.name",
  "customer.NAME",
  "Customer.name",
  "customer.age",
  "customer.AGE",
  "channel",
  "Channel",
  "context.list",
  "context.a.b",
  "context.A.b",
  "context['user-id']",
  "context['USER-id'].name",
  "context.İ",
  "context['a.b']",
  "context['0']",
  "context.list[0]",
  "context.list[1].name",
  "context.missing",
  "gone",
  "flag",
];
/** All fields that conditions of `anyCondition` name. */
export const GENERATED_FIELDS = {
  "customer.*": "any",
  "Customer.*": "any",
  "CUSTOMER.*": "any",
  "context.*": "any",
  context: "any",
  channel: "any",
  Channel: "any",
  gone: "any",
  flag: "boolean",
} as const;

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
const field = fc.constantFrom(...FIELDS);
const text = fc.constantFrom(...TEXTS).map(quoted);
const number = fc.constantFrom(...NUMBERS);
const constant = fc.oneof(text, number, fc.constantFrom("true", "false", "null", "undefined"));
const operator = fc.constantFrom("==", "!=", "<", "<=", ">", ">=");
const range = fc.constantFrom("<", "<=", ">", ">=");
const list = (item: fc.Arbitrary<string>) =>
  fc.array(item, { minLength: 1, maxLength: 3 }).map((all) => all.join(", "));
const joined = fc.tuple;

/** A condition of one test, mostly. */
export const anyTest = fc.oneof(
  { weight: 4, arbitrary: joined(field, constant).map(([a, b]) => `${a} == ${b}`) },
  { weight: 2, arbitrary: joined(constant, operator, field).map((parts) => parts.join(" ")) },
  { weight: 4, arbitrary: joined(field, operator, constant).map((parts) => parts.join(" ")) },
  {
    weight: 2,
    arbitrary: joined(field, range, number, range, number).map(
      ([a, b, c, d, e]) => `${a} ${b} ${c} && ${a} ${d} ${e}`,
    ),
  },
  { weight: 1, arbitrary: joined(field, constant).map(([a, b]) => `equals(${a}, ${b})`) },
  { weight: 1, arbitrary: joined(field, operator, field).map((parts) => parts.join(" ")) },
  { weight: 1, arbitrary: field },
  { weight: 1, arbitrary: field.map((a) => `exists(${a})`) },
  { weight: 3, arbitrary: joined(field, constant).map(([a, b]) => `contains(${a}, ${b})`) },
  { weight: 1, arbitrary: joined(list(constant), field).map(([a, b]) => `contains([${a}], ${b})`) },
  {
    weight: 3,
    arbitrary: joined(fc.constantFrom("startsWith", "endsWith"), field, text).map(
      ([a, b, c]) => `${a}(${b}, ${c})`,
    ),
  },
  { weight: 3, arbitrary: joined(field, list(text)).map(([a, b]) => `hasWord(${a}, ${b})`) },
  { weight: 1, arbitrary: joined(field, list(constant)).map(([a, b]) => `hasWord(${a}, ${b})`) },
  { weight: 1, arbitrary: joined(field, operator, number).map(([a, b, c]) => `float(${a}) ${b} ${c}`) },
  { weight: 1, arbitrary: joined(field, text).map(([a, b]) => `toUpper(${a}) == ${b}`) },
  { weight: 1, arbitrary: joined(field, number).map(([a, b]) => `any(${a}, x, x == ${b})`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("true", "false", "empty(customer.name)", "'' || false", "'false' && true"),
  },
);

/** A condition of any shape that rules have; some do not compile. */
export const anyCondition = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    anyTest,
    joined(tie("condition"), fc.constantFrom("&&", "&&", "||"), tie("condition")).map(
      ([a, b, c]) => `(${a}) ${b} (${c})`,
    ),
    tie("condition").map((a) => `!(${a})`),
    tie("condition").map((a) => `and(${a})`),
  ),
})).condition;

const plain = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(...TEXTS) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(
      ...NUMBERS.map(Number),
      0.1 + 0.2,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(true, false, null, undefined, new Date(5), 5n) },
);
const value = fc.oneof(
  { weight: 5, arbitrary: plain },
  { weight: 1, arbitrary: fc.array(plain, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.record({ name: plain }), { maxLength: 2 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom("a", "A", "b", "name", "refund", "0"), plain, {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  },
);
const below = (names: string[]) =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.dictionary(fc.constantFrom(...names), value, {
        maxKeys: names.length,
        noNullPrototype: true,
      }),
    },
    { weight: 1, arbitrary: value },
  );

/** A scope whose fields may be missing, of any type and written in other letters. */
export const anyScope = fc
  .record(
    {
      customer: below(["name", "NAME", "age", "Age"]),
      CUSTOMER: below(["name"]),
      channel: value,
      CHANNEL: plain,
      flag: plain,
      context: below(["list", "a", "A", "b", "user-id", "User-Id", "İ", "i̇", "i", "0", "a.b"]),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  // Which of two spellings is found depends on their order.
  .chain((scope) =>
    fc
      .shuffledSubarray(Object.entries(scope), { minLength: 0 })
      .map((entries) => Object.fromEntries(entries)),
  );
