import type { ApiReply } from "../../src/core/route";
import type { SessionView } from "../../src/signIn/contract";

const NOBODY = "The name or the password is wrong.";

/** Signing in, in memory: one agent, Ana, and whatever ways in a test gives her. */
export class StubSignIn {
  signedIn = false;
  password = "three tired cups";
  ways: SessionView["ways"] = { password: true, oidc: null, demo: true, setUp: false };
  demoPeople: SessionView["demoPeople"] = [];
  /** One-time links that still work. */
  readonly links = new Set<string>();
  /** The next attempt is refused so. */
  refusal: ApiReply | undefined;
  /** Bodies that were sent, in order. */
  readonly asked: { path: string; body: Record<string, unknown> }[] = [];

  constructor(private readonly token: string) {}

  /** undefined when the address is none of sign-in's. */
  reply(method: string, path: string, body: Record<string, unknown>): ApiReply | undefined {
    if (!["/api/session", "/api/sessions", "/api/password", "/api/set-up"].includes(path)) return undefined;
    if (method === "GET") return { status: 200, body: this.view() };
    this.asked.push({ path, body });
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) return refusal;
    if (method === "DELETE") {
      this.signedIn = false;
      return { status: 204 };
    }
    if (path === "/api/password") return this.changePassword(body);
    if (path === "/api/set-up") return this.setUp(body);
    return this.signIn(body);
  }

  private view(): SessionView {
    const user = this.signedIn ? { id: "ana", name: "Ana", roles: ["agent" as const] } : null;
    return { user, ways: this.ways, demoPeople: this.demoPeople };
  }

  private signIn({ token, name, password, demo }: Record<string, unknown>): ApiReply {
    const isKnown =
      token === this.token ||
      (name === "ana" && password === this.password) ||
      this.demoPeople.some(({ id }) => id === demo);
    this.signedIn = isKnown;
    if (isKnown) return { status: 204 };
    return refused(401, "SIGN_IN_NEEDED", token === undefined ? NOBODY : "This token is not known.");
  }

  private setUp({ link, password }: Record<string, unknown>): ApiReply {
    if (String(password).length < 12) return refused(400, "INPUT_INVALID", "Use at least 12 characters.");
    if (!this.links.delete(String(link))) return refused(401, "LINK_UNUSABLE", "This link was used already.");
    this.signedIn = true;
    return { status: 204 };
  }

  private changePassword({ current, next }: Record<string, unknown>): ApiReply {
    if (current !== this.password) return refused(403, "NOT_ALLOWED", "The present password is another one.");
    this.password = String(next);
    return { status: 204 };
  }
}

export function refused(status: number, code: string, message: string): ApiReply {
  return { status, body: { code, message, details: null } };
}
