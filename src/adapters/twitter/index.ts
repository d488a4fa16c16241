export { TwitterAdapter, type TwitterAdapterOptions } from "./adapter";
export { twitter } from "./channel";
export { createFake } from "./fake";
