import { ChannelAdapter } from "../shared/channelAdapter";
import { type TwilioAdapterOptions, toAdapterOptions } from "../twilio/adapter";
import { whatsapp } from "./channel";

export type WhatsAppAdapterOptions = TwilioAdapterOptions;

/**
 * WhatsApp through Twilio for a bot of your own: mount `process` at a route for POST, before any body parser.
 *
 * @example
 * const adapter = new WhatsAppAdapter({ accountSid, authToken, numbers: [{ number: "+14252306549" }], publicUrl });
 * server.post("/whatsapp", (req, res) => adapter.process(req, res, (context) => bot.run(context)));
 */
export class WhatsAppAdapter extends ChannelAdapter {
  constructor(options: WhatsAppAdapterOptions) {
    super(toAdapterOptions(whatsapp, options));
  }
}
