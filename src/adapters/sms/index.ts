export { SmsAdapter, type SmsAdapterOptions } from "./adapter";
export { sms } from "./channel";
export { createFake } from "./fake";
