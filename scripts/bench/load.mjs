// A sink that plays the platforms' send APIs, signed webhooks, and customers who wait for their answer.
import { createHmac } from "node:crypto";
import http from "node:http";

export const SECRETS = {
  FB_APP_SECRET: "bench-app-secret",
  FB_VERIFY_TOKEN: "bench",
  FB_PAGE_TOKEN: "EAAbench",
  FB_PAGE_ID: "100200300",
  X_CONSUMER_KEY: "bench-key",
  X_CONSUMER_SECRET: "bench-consumer-secret",
  X_ACCESS_TOKEN: "bench-token",
  X_ACCESS_SECRET: "bench-token-secret",
  X_BOT_ID: "900100",
  X_BOT_NAME: "bench",
  TWILIO_ACCOUNT_SID: "AC00000000000000000000000000000001",
  TWILIO_AUTH_TOKEN: "bench-auth-token",
  TWILIO_NUMBER: "+15550001111",
};
export const PUBLIC_URL = "https://bench.example";
const PATHS = {
  facebook: "/webhooks/facebook/bench",
  twitter: "/webhooks/twitter/bench",
  sms: "/webhooks/twilio/bench",
  whatsapp: "/webhooks/twilio/bench",
};

/** Answers every send at once; `onEcho(n)` tells which message was answered. */
export async function startSink() {
  const sink = { onEcho: () => {}, url: "", close: () => server.close() };
  let n = 0;
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      n += 1;
      const hit = /zq(\d+)qz/.exec(Buffer.concat(parts).toString("latin1"));
      const [status, body] = answer(request.url ?? "", n);
      response.writeHead(status, {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
      });
      response.end(body);
      if (hit !== null) sink.onEcho(Number(hit[1]));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  sink.url = `http://127.0.0.1:${server.address().port}`;
  return sink;
}

function answer(path, n) {
  if (path.includes("/Messages.json"))
    return [201, JSON.stringify({ sid: `SM${String(n).padStart(32, "0")}`, status: "queued" })];
  if (path.includes("/dm_conversations"))
    return [201, JSON.stringify({ data: { dm_conversation_id: "1-2", dm_event_id: String(8e17 + n) } })];
  return [200, JSON.stringify({ recipient_id: "1", message_id: `m_${n}` })];
}

const hmac = (algorithm, key, data, encoding) => createHmac(algorithm, key).update(data).digest(encoding);

/** One signed webhook with the text of message `n` by customer `i`. */
export function webhook(channel, n, i) {
  const text = `zq${n}qz hello, where is my order?`;
  if (channel === "facebook" || channel === "floor") {
    const body = JSON.stringify({
      object: "page",
      entry: [
        {
          id: SECRETS.FB_PAGE_ID,
          time: Date.now(),
          messaging: [
            {
              sender: { id: String(4_000_000_000 + i) },
              recipient: { id: SECRETS.FB_PAGE_ID },
              timestamp: Date.now(),
              message: { mid: `m_bench${n}`, text },
            },
          ],
        },
      ],
    });
    return {
      path: PATHS.facebook,
      body,
      headers: {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": `sha256=${hmac("sha256", SECRETS.FB_APP_SECRET, body, "hex")}`,
      },
    };
  }
  if (channel === "twitter") {
    const body = JSON.stringify({
      for_user_id: SECRETS.X_BOT_ID,
      direct_message_events: [
        {
          type: "message_create",
          id: String(1800000000000000000n + BigInt(n)),
          created_timestamp: String(Date.now()),
          message_create: {
            target: { recipient_id: SECRETS.X_BOT_ID },
            sender_id: String(3_000_000_000 + i),
            message_data: { text, entities: { urls: [] } },
          },
        },
      ],
      users: {},
    });
    return {
      path: PATHS.twitter,
      body,
      headers: {
        "Content-Type": "application/json",
        "x-twitter-webhooks-signature": `sha256=${hmac("sha256", SECRETS.X_CONSUMER_SECRET, body, "base64")}`,
      },
    };
  }
  const prefix = channel === "whatsapp" ? "whatsapp:" : "";
  const sid = `SM${String(n).padStart(32, "0")}`;
  const pairs = {
    SmsMessageSid: sid,
    NumMedia: "0",
    SmsSid: sid,
    SmsStatus: "received",
    Body: text,
    To: prefix + SECRETS.TWILIO_NUMBER,
    NumSegments: "1",
    MessageSid: sid,
    AccountSid: SECRETS.TWILIO_ACCOUNT_SID,
    From: `${prefix}+1555${1_000_000 + i}`,
    ApiVersion: "2010-04-01",
  };
  const signed =
    PUBLIC_URL +
    PATHS[channel] +
    Object.keys(pairs)
      .sort()
      .map((name) => name + pairs[name])
      .join("");
  return {
    path: PATHS[channel],
    body: new URLSearchParams(pairs).toString(),
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Twilio-Signature": hmac("sha1", SECRETS.TWILIO_AUTH_TOKEN, signed, "base64"),
    },
  };
}

let next = 1;

/**
 * Customers, each with one message in flight, or `rate` messages a second. Counts from `warmUp` messages on, for
 * `seconds`; `mark()` is called at both ends.
 */
export async function drive({
  port,
  channel,
  sink,
  customers = 32,
  seconds = 3,
  warmUp = 4000,
  rate,
  mark = () => {},
}) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  const pending = new Map();
  const acks = [];
  const echoes = [];
  let done = 0;
  let lost = 0;
  let total = 0;
  let counting = false;
  let over = false;
  sink.onEcho = (n) => pending.get(n)?.();

  const send = ({ path, body, headers }) =>
    new Promise((resolve) => {
      const request = http.request(
        {
          host: "127.0.0.1",
          port,
          path,
          method: "POST",
          agent,
          headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
        },
        (reply) => {
          reply.resume();
          reply.on("end", () => resolve(reply.statusCode));
        },
      );
      request.on("error", () => resolve(0));
      request.end(body);
    });

  async function one(i) {
    const n = next++;
    const counted = counting;
    const begun = performance.now();
    total += 1;
    const echo = new Promise((resolve) => {
      const timer = setTimeout(() => {
        pending.delete(n);
        if (counted) lost += 1;
        resolve();
      }, 8000);
      pending.set(n, () => {
        clearTimeout(timer);
        pending.delete(n);
        if (counted) {
          echoes.push(performance.now() - begun);
          done += 1;
        }
        resolve();
      });
    });
    await send(webhook(channel, n, i));
    if (counted) acks.push(performance.now() - begun);
    await echo;
  }

  const clock = (async () => {
    const begun = performance.now();
    while (total < warmUp && performance.now() - begun < 20_000)
      await new Promise((resolve) => setTimeout(resolve, 50));
    mark();
    counting = true;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    counting = false;
    over = true;
    mark();
  })();
  if (rate === undefined) {
    await Promise.all([
      clock,
      ...Array.from({ length: customers }, async (_, i) => {
        for (let k = 0; !over; k++) await one(i * 40 + (k % 40));
      }),
    ]);
  } else {
    const all = [];
    const begun = performance.now();
    for (let k = 0; !over; k++) {
      const wait = begun + (k * 1000) / rate - performance.now();
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      all.push(one(k % 1280));
    }
    await Promise.all([clock, ...all]);
  }
  agent.destroy();
  const sorted = (list) => list.sort((a, b) => a - b);
  const at = (list, q) => list[Math.min(list.length - 1, Math.floor(list.length * q))] ?? Number.NaN;
  sorted(acks);
  sorted(echoes);
  return {
    perSecond: done / seconds,
    done,
    lost,
    ack50: at(acks, 0.5),
    ack99: at(acks, 0.99),
    echo50: at(echoes, 0.5),
    echo99: at(echoes, 0.99),
  };
}
