import { isLoopback } from "../core/loopback";
import type { WebhookSettings } from "../core/settings";
import type { Path } from "./yamlSource";

/** Records travel to this address: nobody on the way shall read them. */
export function webhookFaults({ url }: WebhookSettings, { production = false }) {
  const { protocol, hostname, username, password, hash } = new URL(url);
  const fault = (message: string): { path: Path; message: string }[] => [{ path: ["url"], message }];
  if (username !== "" || password !== "")
    return fault("holds a name or password; the receiver checks the signature instead");
  if (hash !== "") return fault('ends in a "#" part, which is never sent');
  if (protocol === "https:") return [];
  if (production) return fault("must be an https address");
  return isLoopback(hostname) ? [] : fault("must be an https address; plain http goes to this machine only");
}
