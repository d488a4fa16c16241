import type { Principal, Route } from "../core/route";
import { toPrincipal } from "./agents";
import { addressOf, createDoor, OPERATOR } from "./door";
import { forgetRemoved } from "./forgetRemoved";
import { hashOf } from "./hash";
import type { HttpCall } from "./ownPages";
import { linkText, passwordRoutes } from "./passwordRoutes";
import type { SignInPorts } from "./ports";
import { providerName, providerRoutes } from "./providerRoutes";
import { sessionRoutes } from "./sessionRoutes";
import { tokenRoutes } from "./tokenRoutes";

/** Who may come in, and how: session cookies for people, bearer tokens for machines. */
export function createSignIn(ports: SignInPorts) {
  const { choice } = ports;
  const door = createDoor(ports);

  const operatorHash = ports.operatorToken === undefined ? undefined : hashOf(ports.operatorToken);

  async function byToken(token: string): Promise<Principal | undefined> {
    if (hashOf(token) === operatorHash) return OPERATOR;
    const machine = await door.machineTokens.find(token);
    if (machine !== undefined) return machine;
    const id = await door.tokens.find(token);
    const agent = id === undefined ? undefined : ports.settings.current().agents.get(id);
    return agent && toPrincipal(agent);
  }

  async function identify(call: HttpCall): Promise<Principal | undefined> {
    const bearer = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(String(call.headers.authorization ?? ""))?.[1];
    const machine = bearer === undefined ? undefined : await byToken(bearer);
    if (machine !== undefined) return machine;
    // Whoever it is to the platform counts, also where somebody else's session was left in the browser.
    const platform = choice.appService ? await door.byPlatform(call) : undefined;
    if (platform !== undefined) return platform;
    if (bearer === undefined) return door.byCookie(call);
    // Afterwards: who has a right one need not wait, and costs no look at the store.
    await door.throttle.count({ address: addressOf(call) });
    return undefined;
  }

  return {
    /**
     * Who sends this request; undefined when nobody is signed in. Throws NotAllowed for a foreign page's request, and
     * TOO_MANY_ATTEMPTS for an unknown bearer token after many of its address.
     */
    identify,

    /** Whether the platform in front vouches for who calls: what it says is known as of this request only. */
    isOfPlatform: ({ headers }: Pick<HttpCall, "headers">): boolean =>
      choice.appService && headers["x-ms-client-principal"] !== undefined,

    routes: (): Route[] => [
      ...sessionRoutes(door, {
        identify,
        ...(choice.oidc !== undefined && { providerName: providerName(choice.oidc) }),
      }),
      ...providerRoutes(door),
      ...passwordRoutes(door),
      ...tokenRoutes(door),
    ],

    /** The link for the first admin, made anew with each call; undefined when nobody needs one. */
    async setUpLink(): Promise<string | undefined> {
      if (!(await door.needsSetUp())) return undefined;
      return linkText(ports.publicUrl, await door.links.makeSetUp());
    },

    /** Agents who are gone lose their ways in, now and from now on. Returns the way to stop. */
    start: (): Promise<() => void> => forgetRemoved(door),
  };
}
export type SignIn = ReturnType<typeof createSignIn>;
