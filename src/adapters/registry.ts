import type { Channel } from "../core/channel";
import { azure } from "./azure";
import { facebook } from "./facebook";
import { ChannelAdapter, type ChannelAdapterOptions } from "./shared/channelAdapter";
import { sms } from "./sms";
import { twitter } from "./twitter";
import { whatsapp } from "./whatsapp";

/** The built-in channels. Adding one: its folder, and its line here and in fakes.ts. */
export const channels: readonly Channel[] = [facebook, twitter, sms, whatsapp, azure];

/** The Bot Framework adapter that runs a channel's turns. */
export function createAdapter(options: ChannelAdapterOptions): ChannelAdapter {
  return new ChannelAdapter(options);
}
