// The shop's own service, as small as can be: what the flow, the dialog and the plugin ask over HTTP.
//   node examples/shop/service.mjs
import { createServer } from "node:http";

const ORDERS = {
  "CC-1001": { state: "onTheWay", due: "2026-12-01", postcode: "1100-053" },
  "CC-1002": { state: "delivered", due: "2026-11-20", postcode: "28013" },
  "CC-1003": { state: "late", due: "2026-11-18", postcode: "SW1A 1AA" },
};
const GOLD = ["+12065550147"];
/** By idempotency key: asked twice, it happens once. */
const made = new Map();
let count = 0;

const ROUTES = [
  ["GET", /^\/orders\/([\w-]+)$/, ([, number]) => withNumber(number.toUpperCase())],
  ["POST", /^\/orders\/([\w-]+)\/traces$/, (_found, key) => once(key, () => ({ trace: `T-${++count}` }))],
  ["POST", /^\/vouchers$/, (_found, key) => once(key, () => ({ code: `SORRY-${++count}` }))],
  ["GET", /^\/customers\/([^/]+)$/, ([, phone]) => ({ tier: GOLD.includes(phone) ? "gold" : "standard" })],
];

const server = createServer((request, response) => {
  const path = decodeURIComponent(request.url ?? "");
  const route = ROUTES.find(([method, pattern]) => method === request.method && pattern.test(path));
  const answer = route?.[2](route[1].exec(path), request.headers["idempotency-key"]);
  response.writeHead(answer === undefined ? 404 : 200, { "Content-Type": "application/json" });
  response.end(JSON.stringify(answer ?? { error: "not found" }));
});

function withNumber(number) {
  return Object.hasOwn(ORDERS, number) ? { number, ...ORDERS[number] } : undefined;
}

function once(key, make) {
  const known = made.get(key);
  if (known !== undefined) return known;
  const answer = make();
  if (key !== undefined) made.set(key, answer);
  return answer;
}

server.listen(Number(process.env.PORT ?? 4100), "127.0.0.1", () =>
  console.log(`The shop's service listens on port ${server.address().port}.`),
);
