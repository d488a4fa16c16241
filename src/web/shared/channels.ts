const NAMES: Record<string, string> = {
  facebook: "Messenger",
  twitter: "X",
  whatsapp: "WhatsApp",
  sms: "SMS",
  azure: "Web chat",
};

/** A channel's name for people; channels of plugins show their own word. */
export function channelName(channel: string): string {
  return NAMES[channel] ?? channel;
}
