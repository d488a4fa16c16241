import { NotAllowed, NotFound } from "../core/errors";
import type { ApiReply, ApiRequest, Route } from "../core/route";
import { toPerson } from "./claims";
import { createCookie } from "./cookies";
import { addressOf, type Door } from "./door";
import { agentFor } from "./people";
import { createProvider, type Flight, type Provider } from "./provider";

const BEGIN = "/api/sign-in/oidc";
const CALLBACK = `${BEGIN}/callback`;
const FLIGHT_SECONDS = 10 * 60;
const LONGEST_TO = 300;

type Remembered = Flight & { to: string };

/** Signing in at the identity provider. Without one these addresses answer 404. */
export function providerRoutes(door: Door): Route[] {
  const { choice, publicUrl, clock, log } = door.ports;
  const provider =
    choice.oidc === undefined
      ? undefined
      : createProvider({ oidc: choice.oidc, redirectUri: publicUrl + CALLBACK, clock, log });

  /** One a flight: several pages may be on their way at once. It holds nothing that the browser may not know. */
  const cookieOf = (state: string) =>
    createCookie(`switchboard-flight-${state.slice(0, 8).replace(/[^\w-]/g, "")}`, {
      publicUrl,
      maxAgeSeconds: FLIGHT_SECONDS,
    });

  async function begin({ query }: ApiRequest): Promise<ApiReply> {
    if (provider === undefined) throw noProvider();
    const { url, flight } = await provider.begin();
    const remembered: Remembered = { ...flight, to: ownPath(query.get("to"), publicUrl) };
    const text = Buffer.from(JSON.stringify(remembered)).toString("base64url");
    return redirect(url, { "Set-Cookie": cookieOf(flight.state).set(text) });
  }

  async function callback(request: ApiRequest): Promise<ApiReply> {
    if (provider === undefined) throw noProvider();
    const remembered = recall(cookieOf(request.query.get("state") ?? "").read(request.headers));
    if (remembered === undefined) throw new NotAllowed("SIGN_IN_EXPIRED");
    // Whoever makes such a cookie up could have us ask the provider for ever.
    const attempt = { address: addressOf(request) };
    await door.throttle.count(attempt);
    const { agentId, roles } = await whoComes(provider, request, remembered);
    await door.throttle.forgive(attempt);
    const cookie = await door.letIn(request, { agentId, roles, way: "oidc" });
    return redirect(ownPath(remembered.to, publicUrl), cookie);
  }

  async function whoComes(from: Provider, { query }: ApiRequest, flight: Flight) {
    try {
      const { roles, ...person } = toPerson(await from.end(query, flight), choice.roles);
      return { agentId: (await agentFor(door.ports, { ...person, roles })).id, roles };
    } catch (error) {
      if (error instanceof NotAllowed)
        await door.audit({
          ...{ by: "unknown", action: "signInFailed", kind: "signIn", objectId: "unknown" },
          after: { way: "oidc", code: error.code },
        });
      throw error;
    }
  }

  /** A person at a browser sees a page that says what to do, not JSON. */
  const withPage =
    (handle: Route["handle"]): Route["handle"] =>
    async (request) => {
      try {
        return await handle(request);
      } catch (error) {
        if (!(error instanceof NotAllowed)) throw error;
        return redirect(`/sign-in#error=${error.code}`);
      }
    };

  return [
    {
      method: "GET",
      path: BEGIN,
      access: "public",
      summary: "Sends the browser to the identity provider; afterwards to the path `to` of ours.",
      handle: withPage(begin),
    },
    {
      method: "GET",
      path: CALLBACK,
      access: "public",
      summary: "Where the identity provider sends the browser back to.",
      handle: withPage(callback),
    },
  ];
}

const noProvider = (): NotFound => new NotFound("NOT_FOUND", "No identity provider is configured.");

const redirect = (location: string, headers: Record<string, string> = {}): ApiReply => ({
  status: 302,
  headers: { ...headers, Location: location },
});

function recall(cookie: string | undefined): Remembered | undefined {
  try {
    const value = JSON.parse(Buffer.from(cookie ?? "", "base64url").toString()) as Partial<Remembered> | null;
    const whole = [value?.state, value?.nonce, value?.verifier, value?.to].every(
      (part) => typeof part === "string",
    );
    return whole ? (value as Remembered) : undefined;
  } catch {
    return undefined;
  }
}

/** The desk unless `to` is a path of ours: a sign-in must not lead to somebody else's page. */
export function ownPath(to: string | null, publicUrl: string): string {
  const { origin } = new URL(publicUrl);
  if (to === null || to.length > LONGEST_TO || !/^\/(?![/\\])/.test(to) || !URL.canParse(to, origin))
    return "/desk";
  const url = new URL(to, origin);
  // "/.//host" becomes "//host" once it is read.
  if (url.origin !== origin || url.pathname.startsWith("//")) return "/desk";
  const path = url.pathname + url.search + url.hash;
  // What is escaped grows; it must come back whole in a cookie.
  return JSON.stringify(path).length - 2 > LONGEST_TO ? "/desk" : path;
}

/** What the button says. */
export function providerName({ issuer }: { issuer: string }): string {
  const { hostname } = new URL(issuer);
  if (hostname.startsWith("login.microsoftonline.")) return "Microsoft";
  return hostname === "accounts.google.com" ? "Google" : hostname;
}
