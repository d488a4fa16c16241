import type { ChannelId } from "../core/channel";
import { createFake as createFacebookFake } from "./facebook";
import type { CreateFake } from "./shared/fakePlatform";
import { createFake as createSmsFake } from "./sms";
import { createFake as createTwitterFake } from "./twitter";
import { createFake as createWhatsAppFake } from "./whatsapp";

/** What plays each channel's platform: the simulator's telephones and the tests run on these. */
export const fakes: Readonly<Record<ChannelId, CreateFake>> = {
  facebook: createFacebookFake,
  twitter: createTwitterFake,
  sms: createSmsFake,
  whatsapp: createWhatsAppFake,
};
