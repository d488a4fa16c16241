import { request } from "undici";
import { startTestApp } from "../support/startApp";
import type { Probe } from "./routeContract";

/** A server whose routes are asked; each address once. */
export async function startProbe(): Promise<{ probe: Probe; stop(): Promise<void> }> {
  const app = await startTestApp({
    environment: {
      MicrosoftAppType: "SingleTenant",
      MicrosoftAppId: "66666666-6666-4666-8666-666666666666",
      MicrosoftAppPassword: "the bot's password",
      MicrosoftAppTenantId: "44444444-4444-4444-8444-444444444444",
      // Asked for nothing before somebody begins to sign in.
      OIDC_ISSUER: "http://127.0.0.1:9",
      OIDC_CLIENT_ID: "switchboard",
    },
  });
  const known = new Map<string, Promise<number>>();
  const ask = async (method: "GET" | "POST", path: string): Promise<number> => {
    // A connection of its own: working templates out takes so long that kept ones go stale.
    const { statusCode, body } = await request(app.url + path, {
      method,
      reset: true,
      ...(method === "POST" && { body: "{}" }),
    });
    await body.dump();
    return statusCode;
  };
  return {
    probe(method, path) {
      const key = `${method} ${path}`;
      const answer = known.get(key) ?? ask(method, path);
      known.set(key, answer);
      return answer;
    },
    stop: () => app.stop(),
  };
}
