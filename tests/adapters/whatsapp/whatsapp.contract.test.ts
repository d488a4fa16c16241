import { createFake, whatsapp } from "../../../src/adapters/whatsapp";
import { channelContract } from "../../contract/channel.contract";
import { buildAccount, CUSTOMER, WEBHOOK_PATH } from "../twilio/account";

channelContract({
  channel: whatsapp,
  createFake,
  account: buildAccount(),
  customerId: CUSTOMER,
  webhookPath: WEBHOOK_PATH,
});
