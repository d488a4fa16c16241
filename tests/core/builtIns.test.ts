import assert from "node:assert/strict";
import { defaultQueue, defaultWorkstream, withEverybody } from "../../src/core/builtIns";
import { queueSchema } from "../../src/core/distribution";
import { agentSchema } from "../../src/core/settings";

describe("built-in settings", () => {
  const agents = [
    agentSchema.parse({ id: "ana", name: "Ana" }),
    agentSchema.parse({ id: "root", name: "Root", roles: ["admin"] }),
    agentSchema.parse({ id: "sam", name: "Sam", roles: ["supervisor", "agent"] }),
  ];

  it("have everybody with the role of an agent in the default queue, and nobody else's queue changed", () => {
    assert.deepEqual(withEverybody(defaultQueue(), agents).members, ["ana", "sam"]);
    const vip = queueSchema.parse({ id: "vip", name: "VIP", members: ["ana"] });
    assert.equal(withEverybody(vip, agents), vip);
  });

  it("have a work stream for a channel that sends everything to it", () => {
    const { id, channel, fallbackQueue, helper } = defaultWorkstream("sms");
    assert.deepEqual(
      { id, channel, fallbackQueue, helper },
      {
        id: "default-sms",
        channel: "sms",
        fallbackQueue: "default",
        helper: "off",
      },
    );
  });
});
