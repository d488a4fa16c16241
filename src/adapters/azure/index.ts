export { azure, createAzure } from "./channel";
export { type Cloud, type CreateAuthentication, createCloud } from "./cloud";
export { createCloudEndpoint } from "./cloudEndpoint";
export { azureProblem } from "./problem";
