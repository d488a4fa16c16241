const { readJsonBody, toThreadId } = require("switchboard");
const { definition } = require("./definition");

const STATUSES = ["accepted", "delivered", "read", "failed"];

/**
 * { items: [{ kind: "message", id, line, customer, name, text, at }, { kind: "status", id, line, customer, status }] }.
 * One item that cannot be read never harms the others.
 * @type {import("switchboard").Channel["toInbound"]}
 */
exports.toInbound = (request) => {
  const { items } = readJsonBody(request.body);
  return (Array.isArray(items) ? items : []).map((item, position) => toItem(item) ?? unsupported(item, position));
};

function toItem(item) {
  const { kind, id, line, customer, at } = item ?? {};
  if (![id, line, customer].every((part) => typeof part === "string" && part !== "")) return undefined;
  const where = {
    channel: definition.id,
    instanceExternalId: line,
    customerId: customer,
    ...(Number.isFinite(at) ? { occurredAt: at } : {}),
  };
  if (kind === "status" && STATUSES.includes(item.status))
    return { kind: "receipt", ...where, status: item.status, providerIds: [id], ...failure(item) };
  if (kind !== "message" || typeof item.text !== "string") return undefined;
  const name = typeof item.name === "string" ? { name: item.name } : {};
  return { kind: "activity", ...where, key: id, profile: name, activity: toActivity(item, name) };
}

/** What the customer wrote, in the form that all of Switchboard speaks. */
function toActivity({ id, line, customer, text }, name) {
  return {
    type: "message",
    id,
    channelId: definition.id,
    serviceUrl: `urn:${definition.id}`,
    from: { id: customer, role: "user", ...name },
    recipient: { id: line, role: "bot" },
    conversation: { id: toThreadId(definition.id, line, customer) },
    text,
  };
}

const failure = ({ status, code }) =>
  status === "failed" ? { error: { platformCode: String(code ?? ""), message: "The platform could not deliver it." } } : {};

/** Kept whole: somebody will want to know what came. */
const unsupported = (item, position) => ({
  kind: "unsupported",
  channel: definition.id,
  key: typeof item?.id === "string" ? item.id : `${position}`,
  reason: "an item that this channel does not know",
  raw: item,
});
