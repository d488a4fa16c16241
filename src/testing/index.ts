// What tests of bots, plugins and channels import from "switchboard/testing", in groups.

// Talks: a dialog or a flow, turn by turn, without any platform.

export type { StepPassed } from "../dialogs/flows/moment";
export type { FlowReply, FlowRequest, FlowServices } from "../dialogs/flows/services";
export type { Reply, Talk, TalkOptions } from "./talk";
export { type TestDialogOptions, testDialog } from "./testDialog";
export { type FlowTalk, type TestFlowOptions, testFlow } from "./testFlow";

// Contract: the behaviour that every channel shows.

export { type ChannelSamples, channelContract } from "./contract/channelContract";
export type { Shape } from "./contract/parts";
export type { Suite } from "./contract/suite";

// Fakes: they play the platforms over HTTP, with really signed webhooks.

export { fakes } from "../adapters/fakes";
export {
  type CreateFake,
  createFakePlatform,
  type FakeAnswer,
  type FakeBehaviour,
  type FakeCall,
  type FakeChoice,
  type FakeDeed,
  type FakeFile,
  type FakeMessage,
  type FakeOptions,
  type FakeParts,
  type FakePlatform,
  type FakeReceipt,
  type FakeSent,
  type FakeWebhooks,
  fakeInstance,
  post,
  type SignedWebhook,
} from "../adapters/shared/fakePlatform";

export { testAccount } from "./testAccount";

// Time: moves when told.

export { createFakeClock, type FakeClock } from "./fakeClock";
