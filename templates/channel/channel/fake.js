const { hmac, secretOf } = require("switchboard");
const { createFakePlatform, fakeInstance } = require("switchboard/testing");
const { definition } = require("./definition");

/**
 * Plays the platform: checks calls, and signs webhooks. Tests and the simulator's telephone run on it.
 * @type {import("switchboard/testing").CreateFake}
 */
exports.createFake = (options) => {
  const { account, clock } = options;
  let count = 0;

  function sign(body) {
    const bytes = Buffer.from(body);
    const signature = hmac("sha256", secretOf(account, "webhookSecret"), bytes).toString("hex");
    return {
      method: "POST",
      headers: { "content-type": "application/json", "x-signature": `sha256=${signature}` },
      body: bytes,
    };
  }

  const toItem = ({ customerId, text, name, id, at, instance }) => ({
    kind: "message",
    id: id ?? `in-${++count}`,
    line: fakeInstance(account, definition.id, instance).externalId,
    customer: customerId,
    name,
    text,
    at: at ?? clock.now(),
  });

  return createFakePlatform(options, {
    answer(call, take) {
      if (call.method !== "POST" || call.path !== "/messages") return { status: 404, body: errorBody(404) };
      if (call.headers.authorization !== `Bearer ${secretOf(account, "apiToken")}`)
        return { status: 401, body: errorBody(401) };
      const { line, customer, text } = JSON.parse(call.body);
      const id = `out-${++count}`;
      take({ id, instanceId: line, customerId: customer, text, raw: { line, customer, text } });
      return { status: 200, body: { id } };
    },
    errorBody,
    webhook: {
      say: (message) => sign(JSON.stringify({ items: [toItem(message)] })),
      batch: (messages) => [sign(JSON.stringify({ items: messages.map(toItem) }))],
      receipt({ customerId, sent, status, code, at }) {
        if (status === "read") return undefined;
        const item = { kind: "status", id: sent.id, line: sent.instanceId, customer: customerId, status, code };
        return sign(JSON.stringify({ items: [{ ...item, at: at ?? clock.now() }] }));
      },
      // The platform does not tell us of our own messages.
      echo: () => undefined,
      sign,
    },
  });
};

const errorBody = (status) => ({ code: `E${status}`, message: "Refused." });
