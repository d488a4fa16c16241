import type { Principal, Route } from "../core/route";
import { toPrincipal } from "./agents";
import { createDoor, OPERATOR } from "./door";
import { hashOf } from "./hash";
import type { HttpCall } from "./ownPages";
import { linkText, passwordRoutes } from "./passwordRoutes";
import type { SignInPorts } from "./ports";
import { sessionRoutes } from "./sessionRoutes";
import { tokenRoutes } from "./tokenRoutes";

/** Who may come in, and how: session cookies for people, bearer tokens for machines. */
export function createSignIn(ports: SignInPorts) {
  const door = createDoor(ports);

  async function byToken(token: string): Promise<Principal | undefined> {
    if (ports.operatorToken !== undefined && hashOf(token) === hashOf(ports.operatorToken)) return OPERATOR;
    if (door.machineTokens.isOne(token)) {
      const machine = await door.machineTokens.find(token);
      if (machine !== undefined) return machine;
    }
    const id = await door.tokens.find(token);
    const agent = id === undefined ? undefined : ports.settings.current().agents.get(id);
    return agent && toPrincipal(agent);
  }

  /** Who sends this request; undefined when nobody is signed in. Throws NotAllowed for a foreign page's request. */
  async function identify(call: HttpCall): Promise<Principal | undefined> {
    const bearer = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(String(call.headers.authorization ?? ""))?.[1];
    return bearer === undefined ? door.byCookie(call) : byToken(bearer);
  }

  return {
    identify,

    routes: (): Route[] => [
      ...sessionRoutes(door, { identify }),
      ...passwordRoutes(door),
      ...tokenRoutes(door),
    ],

    /** The link for the first admin, made anew with each call; undefined when nobody needs one. */
    async setUpLink(): Promise<string | undefined> {
      if (!(await door.needsSetUp())) return undefined;
      return linkText(ports.publicUrl, await door.links.makeSetUp());
    },
  };
}
export type SignIn = ReturnType<typeof createSignIn>;
