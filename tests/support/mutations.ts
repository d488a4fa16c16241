/** A seeded source of choices: a run that failed can be run again. */
export interface Dice {
  /** A whole number from 0, below `end`. */
  below(end: number): number;
  pick<T>(list: readonly T[]): T;
}

/** Mulberry32. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number) => Math.floor(next() * end);
  return { below, pick: (list) => list[below(list.length)] as never };
}

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "💥\u202e",
  "x".repeat(5_000),
  "../../etc/passwd",
  "' OR 1=1 --",
  "#{1+1}",
  "{{7*7}}",
  [],
  {},
  [[[[]]]],
  { toString: 1, constructor: { prototype: 1 } },
  "true",
  "1e5",
  "9".repeat(400),
  "-Infinity",
  "2026-13-45",
];
const DEPTHS = [10, 900, 5_000, 60_000];

/** A JSON text made from `seed`, bent in one to three ways; often no JSON any more. */
export function mutateJson(dice: Dice, seed: unknown): Buffer {
  let text = JSON.stringify(seed);
  for (let left = 1 + dice.below(3); left > 0; left--) text = bend(dice, text, seed);
  return dice.below(10) === 0 ? flipBytes(dice, Buffer.from(text)) : Buffer.from(text);
}

function bend(dice: Dice, text: string, seed: unknown): string {
  switch (dice.below(8)) {
    case 0:
      return text.slice(0, dice.below(text.length + 1));
    case 1: {
      const depth = dice.pick(DEPTHS);
      const nested =
        dice.below(2) === 0
          ? "[".repeat(depth) + "]".repeat(depth)
          : `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
      return replaceValue(dice, text, nested);
    }
    case 2:
    case 3:
      return replaceValue(dice, text, JSON.stringify(dice.pick(VALUES)));
    case 4: {
      const key = dice.pick([
        "__proto__",
        "constructor",
        "prototype",
        "toJSON",
        "then",
        "length",
        "object",
        "entry",
        "\\u0000",
      ]);
      return text.replace("{", `{"${key}":${JSON.stringify(dice.pick(VALUES))},`);
    }
    case 5:
      return text.replace(/"(\w+)":/, (whole, key: string) => `"${key}":1,${whole}`);
    case 6:
      return `${dice.pick(["\ufeff", " ", "\u0000", "[", "//x\n"])}${text}${dice.pick(["", " ", "]", "\u0000", "{}", JSON.stringify(seed)])}`;
    default:
      return text.replaceAll(/"/g, (quote) => (dice.below(20) === 0 ? "" : quote));
  }
}

/** One of the values in the text (never a key) becomes `value`. */
function replaceValue(dice: Dice, text: string, value: string): string {
  const places = [
    ...text.slice(0, 20_000).matchAll(/:("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|\[|\{)/g),
  ];
  const place = places[dice.below(Math.max(1, places.length))];
  if (place === undefined) return value;
  const [whole, old = ""] = place;
  const end = place.index + whole.length - old.length;
  return (
    text.slice(0, end) +
    value +
    (old === "[" || old === "{" ? `,"x":${old}` : "") +
    text.slice(place.index + whole.length)
  );
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function flipBytes(dice: Dice, bytes: Buffer): Buffer {
  for (let left = 1 + dice.below(8); left > 0 && bytes.length > 0; left--)
    bytes[dice.below(bytes.length)] = dice.below(256);
  return bytes;
}

/** A form made from `pairs`, bent. */
export function mutateForm(dice: Dice, pairs: Readonly<Record<string, string>>): Buffer {
  const list = Object.entries(pairs);
  for (let left = 1 + dice.below(3); left > 0; left--) {
    const at = dice.below(list.length);
    const entry = list[at];
    if (entry === undefined) continue;
    switch (dice.below(5)) {
      case 0:
        list.splice(at, 1);
        break;
      case 1:
        list.push([entry[0], textOf(dice.pick(VALUES))]);
        break;
      case 2:
        list[at] = [entry[0], textOf(dice.pick(VALUES))];
        break;
      case 3:
        list.push([
          dice.pick([
            "__proto__",
            "constructor",
            "MessageStatus",
            "ErrorCode",
            "NumMedia",
            "MediaUrl0",
            "",
            "%00",
          ]),
          textOf(dice.pick(VALUES)),
        ]);
        break;
      default:
        list.push(
          ...Array.from({ length: dice.pick([1, 100, 2_500]) }, (_, n): [string, string] => [
            `k${n % 97}`,
            "v",
          ]),
        );
    }
  }
  // URLSearchParams would mend halves of surrogate pairs and stray percent signs.
  const text = list.map(([name, value]) => `${name}=${value.replace(/[&=+]/g, "")}`).join("&");
  const bytes = Buffer.from(dice.below(2) === 0 ? text : new URLSearchParams(list).toString());
  return dice.below(10) === 0 ? flipBytes(dice, bytes) : bytes;
}

const SEGMENTS = [
  "%00",
  "%2F",
  "%2e%2e",
  "..",
  ".",
  "%ZZ",
  "%",
  "%C0%AF",
  "%E2%82",
  "a%0d%0aSet-Cookie:x=1",
  "x".repeat(300),
  "x".repeat(700),
  "%F0%9F%92%A5",
  "~",
  ":id",
  "*",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "null",
  "undefined",
  "NaN",
  "-1",
  "1e9",
  "'",
  '"',
  "<script>",
  "{}",
  "a,b;c",
  "in~x",
  "item~x",
  "threads",
  "$where",
];
const QUERIES = [
  "",
  "",
  "?",
  "?limit=-1",
  "?limit=1e9",
  "?limit=2&limit=3",
  "?cursor=%00",
  "?cursor=x",
  "?cursor[]=1",
  "?a=%ZZ",
  "?__proto__=1",
  "?state=closed&cursor=99.",
  "?state=nope",
  "?after=NaN",
  "?day=9999-99-99",
  "?day=0000-01-01",
  `?q=${"x".repeat(3_000)}`,
  "?hub.mode=subscribe&hub.verify_token=%00&hub.challenge=x",
  "?crc_token=%E2%82",
  "?bodySHA256=zz",
];

/** A path made from `template` ("/api/desk/offers/:id"), each ":name" filled with `known` or with rubbish. */
export function mutatePath(dice: Dice, template: string, known: readonly string[]): string {
  let path = template.replace(/:\w+/g, () => (dice.below(3) === 0 ? dice.pick(known) : dice.pick(SEGMENTS)));
  if (dice.below(6) === 0) path = `${path}/${dice.pick(SEGMENTS)}`;
  if (dice.below(8) === 0)
    path = path.replace(/\//g, (slash) =>
      dice.below(4) === 0 ? dice.pick(["//", "/./", "/../", "\\", "%2F"]) : slash,
    );
  // What no client may write into a request line is for the tests on bare sockets.
  return `/${path.replace(/^\/+/, "").replace(/[^\x21-\x7e]/g, "")}${dice.pick(QUERIES)}`;
}
