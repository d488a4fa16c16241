import { createFake, sms } from "../../../src/adapters/sms";
import { channelContract } from "../../contract/channel.contract";
import { buildAccount, WEBHOOK_PATH } from "../twilio/account";

channelContract({
  channel: sms,
  createFake,
  account: buildAccount(),
  // In the United States, where files can be sent.
  customerId: "+12065550147",
  webhookPath: WEBHOOK_PATH,
  lacks: ["place", "choice", "reply"],
});
