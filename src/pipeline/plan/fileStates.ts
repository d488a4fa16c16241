import type { FileState, InboundMessage } from "../../core/conversation";
import type { InstanceSettings } from "../../core/settings";

/** What the agent reads in place of a file that a customer sent although the page takes none (S51). */
const SWITCHED_OFF =
  "File attachments from customers are switched off here, so the file was not fetched. Ask the customer to send it another way.";

/** The same while the customer has not agreed to the privacy notice; after the yes the file is asked for. */
const NOT_AGREED = "The customer has not agreed to the privacy notice, so the file was not fetched.";

/**
 * The states of a message's attachments at first: to be fetched, or refused where the instance takes none or nothing
 * may be fetched yet.
 */
export function toFileStates(
  { activity, author }: InboundMessage,
  instance: InstanceSettings | undefined,
  mayFetch = true,
): FileState[] {
  const isOff = author.kind === "customer" && instance?.values.customerAttachments === "off";
  return (activity.attachments ?? []).map(({ contentType, contentUrl, name }) => {
    const file = { contentType, ...(name === undefined ? {} : { name }) };
    if (contentUrl === undefined)
      return { ...file, state: "failed", reason: "The platform sent no address of the file." };
    if (!isOff && !mayFetch) return { ...file, state: "refused", reason: NOT_AGREED };
    return isOff ? { ...file, state: "refused", reason: SWITCHED_OFF } : { ...file, state: "pending" };
  });
}
