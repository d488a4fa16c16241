import { createFake, sms } from "../../../src/adapters/sms";
import { channelContract } from "../../../src/testing/contract/channelContract";
import { buildAccount, WEBHOOK_PATH } from "../twilio/account";

channelContract(sms, {
  createFake,
  account: buildAccount(),
  // In the United States, where files can be sent.
  customerId: "+12065550147",
  webhookPath: WEBHOOK_PATH,
  lacks: ["place", "choice", "reply"],
});
