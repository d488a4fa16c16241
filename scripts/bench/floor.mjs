// The yardstick: a bare node:http server that checks a Messenger signature, parses the body, posts one reply over a
// keep-alive connection and answers. It stores nothing.
import { createHmac, timingSafeEqual } from "node:crypto";
import http from "node:http";

const { PORT, SINK, SECRET } = process.env;
const sink = new URL(SINK);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

const post = (body) =>
  new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const request = http.request(
      { host: sink.hostname, port: sink.port, path: "/v1/messages", method: "POST", agent, headers },
      (reply) => {
        reply.on("end", resolve);
        reply.resume();
      },
    );
    request.on("error", reject);
    request.end(body);
  });

http
  .createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      const raw = Buffer.concat(parts);
      const given = Buffer.from(String(request.headers["x-hub-signature-256"] ?? "").slice(7), "hex");
      const wanted = createHmac("sha256", SECRET).update(raw).digest();
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        response.writeHead(401).end();
        return;
      }
      for (const entry of JSON.parse(raw).entry) {
        for (const item of entry.messaging) {
          await post(
            JSON.stringify({
              recipient: { id: item.sender.id },
              messaging_type: "RESPONSE",
              message: { text: `You said: ${item.message.text}` },
            }),
          );
        }
      }
      response.end();
    });
  })
  .listen(Number(PORT), "127.0.0.1");
