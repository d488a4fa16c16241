import { createFake, facebook } from "../../../src/adapters/facebook";
import { channelContract } from "../../../src/testing/contract/channelContract";
import { buildAccount, CUSTOMER } from "./account";

channelContract(facebook, {
  createFake,
  account: buildAccount(),
  customerId: CUSTOMER,
  webhookPath: "/webhooks/facebook/shop",
});
