import type { Headers } from "./ownPages";

/** One cookie of ours: `__Host-` keeps other hosts of the domain from setting it, where there is https. */
export function createCookie(name: string, options: { publicUrl: string; maxAgeSeconds: number }) {
  const secure = options.publicUrl.startsWith("https:");
  const fullName = secure ? `__Host-${name}` : name;
  const line = (value: string, maxAge: number): string =>
    `${fullName}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure ? "; Secure" : ""}`;

  return {
    /** The `Set-Cookie` header; `value` needs no quoting. */
    set: (value: string): string => line(value, options.maxAgeSeconds),
    clear: (): string => line("", 0),
    read: (headers: Headers): string | undefined => readCookie(headers.cookie, fullName),
  };
}

const LONGEST = 1000;

function readCookie(header: string | string[] | undefined, name: string): string | undefined {
  for (const part of String(header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name)
      return part
        .slice(at + 1)
        .trim()
        .slice(0, LONGEST);
  }
  return undefined;
}
