import { createFake, twitter } from "../../../src/adapters/twitter";
import { API_FLAVORS } from "../../../src/adapters/twitter/definition";
import { channelContract } from "../../../src/testing/contract/channelContract";
import { buildAccount, CUSTOMER } from "./account";

for (const apiFlavor of API_FLAVORS) {
  describe(`with ${apiFlavor}`, () => {
    channelContract(twitter, {
      createFake,
      account: buildAccount(apiFlavor, {
        values: {
          consumerKey: "ck",
          apiFlavor,
          ...(apiFlavor === "aaa1-premium" ? { environmentName: "prod" } : {}),
        },
      }),
      customerId: CUSTOMER,
      webhookPath: "/webhooks/twitter/shop-x",
      lacks: ["reply"],
    });
  });
}
