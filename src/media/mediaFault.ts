import { ChannelError, type ChannelFault } from "../core/errors";

/** Final: this file will never be fetched. `message` is for the agent. */
export function refused(message: string, more: Partial<ChannelFault> = {}): ChannelError {
  return new ChannelError("CHANNEL_REFUSED", message, { retryable: false, ...more });
}

/** Worth another try, which the message promises. */
export function unavailable(
  message: string,
  cause?: unknown,
  more: Partial<ChannelFault> = {},
): ChannelError {
  return new ChannelError("CHANNEL_UNAVAILABLE", `${message} It is tried again.`, {
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
    ...more,
  });
}
