// What tests of bots, plugins and channels import from "switchboard/testing", in groups.

// Talks: a dialog or a flow, turn by turn, without any platform.

export type { ContactFields } from "../core/contact";
export type { StepPassed } from "../dialogs/flows/moment";
export type { FlowReply, FlowRequest, FlowServices } from "../dialogs/flows/services";
export type { Reply, Talk, TalkOptions } from "./talk";
export { type TestDialogOptions, testDialog } from "./testDialog";
export { type FlowTalk, type TestFlowOptions, testFlow } from "./testFlow";
export { type TestPlugin, type TestRecords, testPlugin } from "./testPlugin";

// Contract: the behaviour that every channel shows.

export { type ChannelSamples, channelContract } from "./contract/channelContract";
export type { Shape } from "./contract/parts";
export type { Suite } from "./contract/suite";

// Fakes: they play the platforms over HTTP, with really signed webhooks.

export { fakes } from "../adapters/fakes";
export { createFakePlatform, type FakeParts, fakeInstance, post } from "../adapters/shared/fakePlatform";
export type {
  CreateFake,
  FakeAnswer,
  FakeBehaviour,
  FakeCall,
  FakeChoice,
  FakeDeed,
  FakeFile,
  FakeMessage,
  FakeOptions,
  FakePlatform,
  FakeReceipt,
  FakeSent,
  FakeWebhooks,
  SignedWebhook,
} from "../core/fake";

export { testAccount } from "./testAccount";

// Time: moves when told.

export { createFakeClock, type FakeClock } from "./fakeClock";
