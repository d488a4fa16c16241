import { definition as facebook } from "../../src/adapters/facebook/definition";
import { definition as sms } from "../../src/adapters/sms/definition";
import { definition as twitter } from "../../src/adapters/twitter/definition";
import { definition as whatsapp } from "../../src/adapters/whatsapp/definition";
import { type ConfigBundle, parseConfig } from "../../src/config/file";

/** The four channels, as data. */
export const definitions = [facebook, twitter, sms, whatsapp];

/** Reads a configuration from its text. */
export function parse(text: string): ConfigBundle {
  return parseConfig({ bytes: Buffer.from(text), name: "switchboard.yaml", definitions });
}
