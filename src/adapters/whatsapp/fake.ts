import type { FakeOptions, FakePlatform } from "../shared/fakePlatform";
import { createTwilioFake } from "../twilio/fake";

/** Plays Twilio; what its customers say comes by WhatsApp. */
export function createFake(options: FakeOptions): FakePlatform {
  return createTwilioFake("whatsapp", options);
}
