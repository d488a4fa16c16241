import { SwitchboardError } from "../../core/errors";
import type { Scope } from "../../expressions/compile";
import { type CompiledStep, computeValues } from "./compile";
import type { FlowReply, FlowServices } from "./services";

/** Asks the service that a step names. Throws SwitchboardError HELPER_FAILED when there is no answer. */
export async function askService(
  step: Extract<CompiledStep, { do: "http" }>,
  scope: Scope,
  { services, key }: { services: FlowServices; key: string },
): Promise<FlowReply> {
  const { method, secretHeaders = {}, timeoutSeconds, retries } = step.step;
  const url = toUrl(step.url.render(encoded(scope)), computeValues(step.query, scope));
  const body = step.body === undefined ? undefined : JSON.stringify(computeValues(step.body, scope));
  return services.request({
    method,
    url,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...texts(computeValues(step.headers, scope)),
    },
    secretHeaders,
    body,
    timeoutMs: timeoutSeconds * 1000,
    retries,
    key,
  });
}

/** "." and ".." as a part of a path, which no encoding takes their meaning from. */
const CLIMBS = /\/(\.|%2e){1,2}(?=[/\\?#]|$)/i;

function toUrl(text: string, query: Readonly<Record<string, unknown>>): string {
  const url = URL.parse(text);
  // A customer who answers ".." must not reach another address than the one that was written.
  const [place = ""] = text.split(/[?#]/, 1);
  if (url === null || CLIMBS.test(place))
    throw new SwitchboardError("HELPER_FAILED", `"${text.slice(0, 200)}" is no address.`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url.href;
}

/** A header with a line break would let a customer write headers of their own. */
const texts = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.toLowerCase(),
      String(value).replace(/[^\t\x20-\x7e]/g, " "),
    ]),
  );

/** What customers said is data, never a part of the address: texts are encoded wherever they stand. */
function encoded(value: Scope): Scope {
  return encode(value) as Scope;
}

function encode(value: unknown): unknown {
  if (typeof value === "string") return encodeURIComponent(value);
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, encode(each)]));
}
