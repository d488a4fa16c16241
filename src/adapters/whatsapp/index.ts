export { WhatsAppAdapter, type WhatsAppAdapterOptions } from "./adapter";
export { whatsapp } from "./channel";
export { createFake } from "./fake";
