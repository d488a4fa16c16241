import { createFake, whatsapp } from "../../../src/adapters/whatsapp";
import { channelContract } from "../../../src/testing/contract/channelContract";
import { buildAccount, CUSTOMER, WEBHOOK_PATH } from "../twilio/account";

channelContract(whatsapp, {
  createFake,
  account: buildAccount(),
  customerId: CUSTOMER,
  webhookPath: WEBHOOK_PATH,
});
