export { FacebookAdapter, type FacebookAdapterOptions } from "./adapter";
export { facebook } from "./channel";
export { createFake } from "./fake";
