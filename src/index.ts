// What bot developers import, in groups.

// Adapters: a channel for a bot of your own, as a Bot Framework adapter.

export { FacebookAdapter, type FacebookAdapterOptions } from "./adapters/facebook";
export { SmsAdapter, type SmsAdapterOptions } from "./adapters/sms";
export { TwitterAdapter, type TwitterAdapterOptions } from "./adapters/twitter";
export { WhatsAppAdapter, type WhatsAppAdapterOptions } from "./adapters/whatsapp";

// Flows: the helper's questions and branches as a dialog of botbuilder-dialogs.

export type { FlowSettings } from "./core/settings";
export { checkFlow, type FlowWorld } from "./dialogs/flows/check";
export { type CompiledFlow, compileFlow } from "./dialogs/flows/compile";
export { FlowDialog } from "./dialogs/flows/flowDialog";
export type { FlowFault } from "./dialogs/flows/readSteps";

// Component: what the adaptive runtime asks of a package that a bot's settings name.

export { default } from "./component/switchboardComponent";

// Channels: the contract to write one, and the built-in ones as examples of it.

export { channels } from "./adapters/registry";
export { ChannelAdapter, type ChannelAdapterOptions, type TurnLogic } from "./adapters/shared/channelAdapter";
export type {
  Account,
  Author,
  Channel,
  ChannelClient,
  ChannelDefinition,
  ClientPorts,
  DeliveryStatus,
  Field,
  Http,
  HttpRequest,
  HttpResponse,
  Inbound,
  Instance,
  MessagePart,
  PlatformRequest,
  RawRequest,
  Reconciled,
  SendContext,
  SendResult,
  WebhookReply,
} from "./core/channel";
export type { Clock } from "./core/clock";
export type { Log } from "./core/log";

// Activities: the one form in which messages travel.

export { ACTIVITY_EVENTS, type Activity, type Attachment, type ChannelParty } from "./core/activity";

// Testing: fakes that play the platforms over HTTP, with really signed webhooks.

export { fakes } from "./adapters/fakes";
export {
  type CreateFake,
  type FakeBehaviour,
  type FakeOptions,
  type FakePlatform,
  type FakeSent,
  post,
  type SignedWebhook,
} from "./adapters/shared/fakePlatform";

// Errors: classes say what the caller can do, `code` says what happened.

export {
  ChannelError,
  ConfigError,
  Conflict,
  ERRORS,
  type ErrorCode,
  InputError,
  NotAllowed,
  NotFound,
  StoreError,
  SwitchboardError,
  WebhookRejected,
} from "./core/errors";
