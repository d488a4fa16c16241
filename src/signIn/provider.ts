import type * as OpenId from "openid-client";
import type { Clock } from "../core/clock";
import { NotAllowed, SwitchboardError } from "../core/errors";
import type { Log } from "../core/log";
import type { SignInChoice } from "../core/signInChoice";

/** What must come back as it was sent, for one sign-in of one browser. */
export interface Flight {
  state: string;
  nonce: string;
  /** PKCE's secret: whoever catches the code has no use for it. */
  verifier: string;
}

const TIMEOUT_SECONDS = 10;
/** Endpoints move rarely; keys are asked for by the library as tokens name new ones. */
const DISCOVERED_MS = 60 * 60 * 1000;
const CLOCKS_DIFFER_SECONDS = 30;

/** The identity provider, by the authorization code flow with PKCE. Nothing is asked or loaded before the first sign-in. */
export function createProvider(ports: {
  oidc: NonNullable<SignInChoice["oidc"]>;
  redirectUri: string;
  clock: Clock;
  log: Log;
}) {
  const { oidc, redirectUri, clock } = ports;
  let discovered: { at: number; config: Promise<OpenId.Configuration> } | undefined;
  // An ES module, and not small: servers without a provider do without it.
  const load = (): Promise<typeof OpenId> => import("openid-client");

  async function discover(): Promise<OpenId.Configuration> {
    const client = await load();
    const metadata = {
      ...(oidc.clientSecret !== undefined && { client_secret: oidc.clientSecret }),
      [client.clockTolerance]: CLOCKS_DIFFER_SECONDS,
    };
    const execute = [client.enableNonRepudiationChecks];
    // Settings allow it to this machine only, in development.
    if (oidc.issuer.startsWith("http:")) execute.push(client.allowInsecureRequests);
    const config = await client.discovery(new URL(oidc.issuer), oidc.clientId, metadata, undefined, {
      execute,
      timeout: TIMEOUT_SECONDS,
    });
    // Anybody's tenant could name its own admins.
    if (/\{tenantid\}/i.test(config.serverMetadata().issuer)) {
      ports.log.error({}, "OIDC_ISSUER: is the address of all tenants; name yours");
      throw new NotAllowed("SIGN_IN_UNAVAILABLE");
    }
    return config;
  }

  function configuration(): Promise<OpenId.Configuration> {
    const now = clock.now();
    if (discovered === undefined || now - discovered.at > DISCOVERED_MS) {
      const config = discover();
      discovered = { at: now, config };
      // A provider that was down is asked again by the next sign-in.
      config.catch(() => {
        discovered = undefined;
      });
    }
    return discovered.config;
  }

  return {
    /** Where to send the browser, and what to remember meanwhile. Throws NotAllowed SIGN_IN_UNAVAILABLE. */
    async begin(): Promise<{ url: string; flight: Flight }> {
      try {
        const [client, config] = [await load(), await configuration()];
        const flight = {
          state: client.randomState(),
          nonce: client.randomNonce(),
          verifier: client.randomPKCECodeVerifier(),
        };
        const url = client.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: "openid profile",
          code_challenge: await client.calculatePKCECodeChallenge(flight.verifier),
          code_challenge_method: "S256",
          state: flight.state,
          nonce: flight.nonce,
        });
        return { url: url.href, flight };
      } catch (error) {
        throw told(error, ports.log, "SIGN_IN_UNAVAILABLE");
      }
    },

    /** The claims of the ID token. `query` is what came back. Throws NotAllowed SIGN_IN_REFUSED or SIGN_IN_UNAVAILABLE. */
    async end(query: URLSearchParams, flight: Flight): Promise<Readonly<Record<string, unknown>>> {
      try {
        const [client, config] = [await load(), await configuration()];
        // Of PUBLIC_URL, as the provider knows it: never of what a request says about itself.
        const tokens = await client.authorizationCodeGrant(config, new URL(`${redirectUri}?${query}`), {
          pkceCodeVerifier: flight.verifier,
          expectedState: flight.state,
          expectedNonce: flight.nonce,
          idTokenExpected: true,
        });
        return tokens.claims() ?? {};
      } catch (error) {
        throw told(error, ports.log, "SIGN_IN_REFUSED");
      }
    },
  };
}

export type Provider = ReturnType<typeof createProvider>;

/** fetch throws a TypeError when nobody answers; the rest says by its code what was wrong. */
function told(error: unknown, log: Log, otherwise: "SIGN_IN_REFUSED" | "SIGN_IN_UNAVAILABLE"): NotAllowed {
  if (error instanceof SwitchboardError) return error;
  const { code, error: word, status } = error as { code?: string; error?: string; status?: number };
  const isDown = code === "OAUTH_TIMEOUT" || (error instanceof TypeError && error.message === "fetch failed");
  // Words of the provider may name the person: only codes are logged.
  log.warn({ code, word, status }, "a sign-in at the identity provider failed");
  return new NotAllowed(isDown ? "SIGN_IN_UNAVAILABLE" : otherwise, undefined, { cause: error });
}
