import { createFake, facebook } from "../../../src/adapters/facebook";
import { channelContract } from "../../contract/channel.contract";
import { buildAccount, CUSTOMER } from "./account";

channelContract({
  channel: facebook,
  createFake,
  account: buildAccount(),
  customerId: CUSTOMER,
  webhookPath: "/webhooks/facebook/shop",
});
