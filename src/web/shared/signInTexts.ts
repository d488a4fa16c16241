/** Every word of the way in, the same on each page that needs one. */
export const signInTexts = {
  loading: "Loading…",
  intro: "Use the link that the server printed when it started, or paste your access token here.",
  token: "Access token",
  submit: "Sign in",
  failed: "Sign-in failed",
  unreachable: "The page cannot be loaded",
  retry: "Try again",
};
