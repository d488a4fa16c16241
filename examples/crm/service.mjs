// A company's own CRM and service desk, as small as can be: it hears of contacts and tickets by webhook, keeps them under
// ids of its own, and writes those back.
//   SWITCHBOARD_TOKEN=… HOOK_SECRET=… node examples/crm/service.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const SWITCHBOARD = process.env.SWITCHBOARD_URL ?? "http://127.0.0.1:3978";
const { SWITCHBOARD_TOKEN = "", HOOK_SECRET = "" } = process.env;
const LATEST_SECONDS = 300;
/** "contact c~1" or "ticket T-1001" -> what is known of it. */
const records = new Map();
/** Ids of what was worked: the same may come twice. */
const worked = new Set();

const server = createServer(async (request, response) => {
  if (request.method === "GET") return answer(response, 200, Object.fromEntries(records));
  const body = await read(request);
  if (!isSigned(request.headers, body)) return answer(response, 401, { error: "not signed" });
  try {
    await work(request.headers["webhook-id"], JSON.parse(body));
    answer(response, 200, {});
  } catch (error) {
    // Not 2xx: it comes again.
    console.error(error);
    answer(response, 503, {});
  }
});

/** "Standard Webhooks": base64 of HMAC-SHA256 over id, time and body; two signatures while a secret is changed. */
function isSigned(headers, body) {
  const { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signatures = "" } = headers;
  if (Math.abs(Date.now() / 1000 - Number(seconds)) > LATEST_SECONDS) return false;
  const key = Buffer.from(HOOK_SECRET.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest();
  return signatures.split(" ").some((each) => {
    const given = Buffer.from(each.replace(/^v1,/, ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

async function work(id, { data }) {
  const kind = data.ticket ? "ticket" : data.contact ? "contact" : undefined;
  if (worked.has(id) || kind === undefined) return;
  const key = `${kind} ${data.number ?? data.contactId}`;
  const known = records.get(key);
  const ours = known?.ours ?? `CRM-${records.size + 1}`;
  // Older than what is known: no news.
  if (known === undefined || data.version > known.version)
    records.set(key, { ours, version: data.version, record: data[kind] });
  await (kind === "ticket" ? linkTicket(data.ticket, ours) : linkContact(data.contact, ours));
  worked.add(id);
}

/** Writes the id of ours into the record, in the version that was read; somebody faster: read again. */
async function linkTicket({ number, external }, ours) {
  if (external?.id === ours) return;
  await change(`/api/desk/tickets/${number}`, () => ({
    external: { id: ours, url: `https://crm.example.com/tickets/${ours}` },
  }));
}

async function linkContact({ id, externalId }, ours) {
  if (externalId === ours) return;
  await change(`/api/desk/contacts/${id}`, (contact) => ({ ...contact, externalId: ours }));
}

async function change(path, next) {
  for (let race = 0; race < 5; race++) {
    const read = await call("GET", path);
    const body = next(await read.json());
    const written = await call("PUT", path, { body, etag: read.headers.get("etag") });
    if (written.ok) return;
    const { error } = await written.json();
    if (error?.code !== "CHANGED_MEANWHILE") throw new Error(`PUT ${path}: ${written.status} ${error?.code}`);
  }
  throw new Error(`PUT ${path}: somebody else was faster each time`);
}

function call(method, path, { body, etag } = {}) {
  const headers = { authorization: `Bearer ${SWITCHBOARD_TOKEN}`, "content-type": "application/json" };
  return fetch(SWITCHBOARD + path, {
    method,
    headers: { ...headers, ...(etag ? { "if-match": etag } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function read(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function answer(response, status, body) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

server.listen(Number(process.env.PORT ?? 4200), "127.0.0.1", () =>
  console.log(`The CRM listens on port ${server.address().port}.`),
);
