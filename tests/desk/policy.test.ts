import assert from "node:assert/strict";
import type { WorkItem } from "../../src/core/workItem";
import { actorFor, canSee, needSee, needSpeaker, needSupervisor } from "../../src/desk/policy";
import { createSettings } from "../support/settings";
import { principal, SAM } from "./bench";

const settings = createSettings().current();
const item = (more: Partial<WorkItem>) =>
  ({ state: "open", holder: "queue", queueId: "vip", ...more }) as WorkItem;

describe("policy", () => {
  it("lets an agent see what is theirs, offered to them, in their queues, or with the helper", () => {
    const ben = principal("ben");
    assert.equal(canSee(ben, item({}), settings), false);
    assert.equal(canSee(ben, item({ agentId: "ben", holder: "agent" }), settings), true);
    assert.equal(canSee(ben, item({ offeredTo: "ben" }), settings), true);
    assert.equal(canSee(ben, item({ queueId: "general", agentId: "ana", holder: "agent" }), settings), true);
    assert.equal(canSee(ben, item({ holder: "bot" }), settings), true);
    assert.equal(canSee(ben, item({ queueId: "deleted" }), settings), false);
  });

  it("lets supervisors and admins see all", () => {
    assert.equal(canSee(SAM, item({ queueId: "deleted" }), settings), true);
    assert.equal(canSee(principal("root", "admin"), item({}), settings), true);
  });

  it("tells what is hidden and what is missing alike", () => {
    const told = (given: WorkItem | undefined) => {
      try {
        needSee(principal("ben"), given, settings);
        return "seen";
      } catch (error) {
        return (error as Error).message;
      }
    };
    assert.equal(told(item({})), told(undefined));
    assert.notEqual(told(item({})), "seen");
  });

  it("lets only who has it speak, and only in an open session", () => {
    needSpeaker(principal("ana"), item({ holder: "agent", agentId: "ana", state: "active" }));
    needSpeaker(principal("ana"), item({ holder: "agent", agentId: "ana", state: "wrapUp" }));
    assert.throws(() => needSpeaker(SAM, item({ holder: "agent", agentId: "ana", state: "active" })), {
      code: "ALREADY_TAKEN",
      message: /ana has it/,
    });
    assert.throws(() => needSpeaker(principal("ana"), item({ holder: "bot" })), {
      code: "ALREADY_TAKEN",
      message: /the bot has it/,
    });
    assert.throws(
      () => needSpeaker(principal("ana"), item({ holder: "agent", agentId: "ana", state: "waiting" })),
      { code: "WRONG_STATE" },
    );
  });

  it("lets supervisors act in an agent's place, agents in their own", () => {
    assert.equal(actorFor(SAM, item({ agentId: "ana" })), "ana");
    assert.equal(actorFor(principal("ben"), item({ agentId: "ana" })), "ben");
    assert.equal(actorFor(SAM, item({})), "sam");
    assert.throws(() => needSupervisor(principal("ana")), { code: "NOT_ALLOWED" });
  });
});
