/** Where one wants to be after signing in: a path of this origin, else the desk. */
export function destinationOf(search: string, origin: string): string {
  const to = new URLSearchParams(search).get("to");
  // "//host" and "/\host" are addresses of other hosts.
  if (to === null || !/^\/(?![/\\])/.test(to) || !URL.canParse(to, origin)) return "/desk";
  const url = new URL(to, origin);
  if (url.origin !== origin || url.pathname.startsWith("//")) return "/desk";
  // A sign-in page that leads to itself leads nowhere.
  return url.pathname === "/sign-in" || url.pathname === "/set-up" ? "/desk" : url.pathname + url.search;
}

/** The sign-in page that leads back to `path`; `fault` is an error's code, for it to say in words. */
export function signInAddress(path: string, fault?: string): string {
  const to = path === "/desk" ? "" : `?to=${encodeURIComponent(path)}`;
  return `/sign-in${to}${fault === undefined ? "" : `#error=${encodeURIComponent(fault)}`}`;
}
