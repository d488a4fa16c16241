import { createFake, sms } from "../../../src/adapters/sms";
import { channelContract } from "../../contract/channel.contract";
import { buildAccount, CUSTOMER, WEBHOOK_PATH } from "../twilio/account";

channelContract({
  channel: sms,
  createFake,
  account: buildAccount(),
  customerId: CUSTOMER,
  webhookPath: WEBHOOK_PATH,
});
