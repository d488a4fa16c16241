import type { Role } from "./roles";

/** Which ways in there are: from the environment, for all servers alike. */
export interface SignInChoice {
  /** Names and passwords of our own. */
  readonly passwords: boolean;
  /** An identity provider; without `clientSecret` we are a public client. */
  readonly oidc?: { readonly issuer: string; readonly clientId: string; readonly clientSecret?: string };
  /** The platform in front signs people in; its headers are believed. */
  readonly appService: boolean;
  /** The Entra ID tenant whose people the platform may sign in; absent: nobody of Entra ID. */
  readonly tenant?: string;
  /** The provider's role -> ours. */
  readonly roles: Readonly<Record<string, Role>>;
}
