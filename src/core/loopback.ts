/** Whether a URL's host name is this machine: plain http to it leaves nothing on a wire. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
