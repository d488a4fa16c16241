/** Every word of the ways in and out, the same on each page. */
export const signInTexts = {
  loading: "Loading…",
  title: "Sign in",
  intro: "Switchboard is where your team answers customers.",
  ended: "Your session has ended. What you were writing is kept for you.",
  failed: "Sign-in failed",
  unreachable: "The page cannot be loaded",
  retry: "Try again",
  or: "or",

  name: "Name",
  password: "Password",
  showPassword: "Show the password",
  submit: "Sign in",
  provider: (name: string) => `Sign in with ${name}`,

  byToken: "Use an access token instead",
  byPassword: "Use name and password instead",
  token: "Access token",
  tokenHint: "An admin has it, or the server's terminal.",

  demo: "This is the demo. Come in as",
  demoRoles: { agent: "Agent", supervisor: "Supervisor", admin: "Admin" } as Record<string, string>,

  setUp: {
    title: "Nobody can sign in yet",
    body: "The server printed a link for the first admin when it started. Open it to choose a password.",
  },
  noWay: {
    title: "There is no way in from here",
    body: "Your organisation signs you in before you reach this page. Ask an admin if you should have access.",
  },

  /** Why the identity provider's sign-in, or a link of the terminal, led to nothing. */
  faults: {
    SIGN_IN_EXPIRED: "It took too long, or was begun in another browser. Begin again.",
    SIGN_IN_NO_ROLE:
      "Your organisation knows you, but you have no role in Switchboard. Ask its admin for Agent, Supervisor or Admin.",
    SIGN_IN_REFUSED: "Your organisation's sign-in was refused. Try again; if it goes on, tell an admin.",
    SIGN_IN_UNAVAILABLE: "Your organisation's sign-in cannot be reached. Try again in a moment.",
    SIGN_IN_NEEDED: "This link is not known any more. Take one that the server printed at its last start.",
  } as Record<string, string>,
  unknownFault: "Something went wrong on the way. Try again.",

  account: {
    label: (name: string) => `Account: ${name}`,
    changePassword: "Change password",
    signOut: "Sign out",
    signOutEverywhere: "Sign out everywhere",
    signOutFailed: "You are still signed in elsewhere",
  },

  change: {
    title: "Change your password",
    body: "Your other devices are signed out.",
    current: "Present password",
    next: "New password",
    hint: "At least 12 characters; a few words are fine. Leave your name out of it.",
    cancel: "Cancel",
    submit: "Change",
    failed: "The password was not changed",
    done: "Your password is changed",
  },

  choose: {
    title: "Choose your password",
    intro: "Then you are signed in. The link that brought you here works once.",
    firstTitle: "Set up Switchboard",
    firstIntro: "You become its first admin. The link that brought you here works once.",
    name: "Your name",
    nameHint: "You sign in with it. Empty: the admin of the configuration, or Admin.",
    submit: "Set password and sign in",
    failed: "The password was not set",
    noLink: "This page needs a link",
    noLinkBody:
      "Open the link that you were sent, or that the server printed at its start, once more. If it was used already, ask an admin for a new one.",
    toSignIn: "To the sign-in page",
  },
};
