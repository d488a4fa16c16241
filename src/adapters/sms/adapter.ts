import { ChannelAdapter } from "../shared/channelAdapter";
import { type TwilioAdapterOptions, toAdapterOptions } from "../twilio/adapter";
import { sms } from "./channel";

export type SmsAdapterOptions = TwilioAdapterOptions;

/**
 * SMS through Twilio for a bot of your own: mount `process` at a route for POST, before any body parser.
 *
 * @example
 * const adapter = new SmsAdapter({ accountSid, authToken, numbers: [{ number: "+14252306549" }], publicUrl });
 * server.post("/sms", (req, res) => adapter.process(req, res, (context) => bot.run(context)));
 */
export class SmsAdapter extends ChannelAdapter {
  constructor(options: SmsAdapterOptions) {
    super(toAdapterOptions(sms, options));
  }
}
