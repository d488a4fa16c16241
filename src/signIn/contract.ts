import { z } from "zod";
import { ROLES } from "../core/roles";
import { settingName } from "../core/settingFields";

/** What the routes of sign-in take and give. */

const role = z.enum(ROLES);
/** Rules of a good password tell more than a length would. */
const password = z.string().min(1).max(1000);

export const sessionView = z.object({
  user: z.object({ id: z.string(), name: z.string(), roles: z.array(role) }).nullable(),
  ways: z.object({
    password: z.boolean(),
    /** `name` for the button: "Microsoft", or the provider's host. */
    oidc: z.object({ name: z.string() }).nullable(),
    /** The demo's people sign in with one click. */
    demo: z.boolean(),
    /** Nobody can sign in as an admin yet: the terminal shows the link. */
    setUp: z.boolean(),
  }),
  /** Whom one may be in the demo; empty elsewhere. */
  demoPeople: z.array(z.object({ id: z.string(), name: z.string(), roles: z.array(role) })),
});
export type SessionView = z.infer<typeof sessionView>;

export const signInBody = z.union([
  z.strictObject({ token: z.string().min(1).max(500) }),
  z.strictObject({ name: z.string().min(1).max(200), password }),
  /** Id of one of the demo's people. */
  z.strictObject({ demo: z.string().min(1).max(64) }),
]);

export const setUpBody = z.strictObject({
  /** What follows `/set-up#`. */
  link: z.string().min(1).max(200),
  password,
  /** The first admin's, by which they sign in; "Admin" when left out. */
  name: settingName.optional(),
});

export const passwordBody = z.strictObject({ current: password, next: password });

export const invitationView = z.object({ link: z.string(), expiresAt: z.string() });

export const tokenBody = z.strictObject({
  name: settingName,
  roles: z.array(role).min(1).max(3),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

export const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(role),
  createdAt: z.string(),
  createdBy: z.string(),
  lastUsedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
});
export type TokenView = z.infer<typeof tokenView>;

/** The reply that makes one: `token` is never told again. */
export const newTokenView = tokenView.extend({ token: z.string() });
export const tokenListView = z.object({ items: z.array(tokenView) });
