// What bot developers import from "switchboard", in groups. Tests import from "switchboard/testing".

// Server: the whole of Switchboard inside an http server of one's own.

export {
  createSwitchboard,
  type DemoSignIn,
  type Switchboard,
  type SwitchboardOptions,
} from "./switchboard";

// Adapters: a channel for a bot of one's own, as a Bot Framework adapter.

export { FacebookAdapter, type FacebookAdapterOptions } from "./adapters/facebook";
export { ChannelAdapter, type ChannelAdapterOptions, type TurnLogic } from "./adapters/shared/channelAdapter";
export type { NodeRequest, NodeResponse } from "./adapters/shared/rawBody";
export { SmsAdapter, type SmsAdapterOptions } from "./adapters/sms";
export type { TwilioAdapterOptions } from "./adapters/twilio/adapter";
export { TwitterAdapter, type TwitterAdapterOptions } from "./adapters/twitter";
export { WhatsAppAdapter, type WhatsAppAdapterOptions } from "./adapters/whatsapp";

// Flows: the helper's questions and branches as a dialog of botbuilder-dialogs.

export type { FlowSettings } from "./core/settings";
export { checkFlow, type FlowWorld } from "./dialogs/flows/check";
export { type CompiledFlow, compileFlow } from "./dialogs/flows/compile";
export { FlowDialog } from "./dialogs/flows/flowDialog";
export type { FlowFault } from "./dialogs/flows/readSteps";

// Plugins: dialogs, functions, actions, fields, hooks and channels of one's own in the server.

export type { ContactFields, ContactPhone, ContactState } from "./core/contact";
export { definePlugin } from "./core/definePlugin";
export type {
  CodedDialog,
  ConversationFacts,
  CustomerFacts,
  FlowAction,
  Hooks,
  OutgoingFacts,
  Plugin,
  PluginCall,
  PluginChannel,
  PluginField,
  RecordsPort,
  RuleFunction,
  ValueKind,
} from "./core/plugin";
export type { ContactRecord, TicketRecord } from "./core/record";
export type { TicketPriority, TicketState } from "./core/ticket";

// Component: what the adaptive runtime asks of a package that a bot's settings name.

export { default, default as SwitchboardComponent } from "./component/switchboardComponent";

// Channels: the contract to write one, and the built-in ones as examples of it.

export { channels } from "./adapters/registry";
export {
  type Account,
  type Author,
  type Channel,
  type ChannelClient,
  type ChannelConnect,
  type ChannelDefinition,
  type ChannelId,
  type Check,
  type ClientPorts,
  type ConnectPorts,
  type CustomerContext,
  type CustomerProfile,
  type DeliveryStatus,
  type Field,
  type Http,
  type HttpRequest,
  type HttpResponse,
  type Inbound,
  type Instance,
  type MediaRequest,
  type MessagePart,
  type MessageTemplate,
  type PlatformRequest,
  type ProviderId,
  type RawRequest,
  type Reconciled,
  type SendContext,
  type SendResult,
  secretOf,
  type TemplateUse,
  UPLOADED_ID,
  type WebhookReply,
} from "./core/channel";
export { type Clock, isoTime, systemClock } from "./core/clock";
export { toThreadId } from "./core/ids";
export { type Log, type LogFields, silentLog } from "./core/log";
export type { MediaInfo, OutboundMedia } from "./core/media";
export type { Customer } from "./core/workItem";

// Building blocks of channels: what the built-in ones share.

export { secretsOf } from "./adapters/shared/accountSecrets";
export { checked, clockCheck } from "./adapters/shared/checks";
export {
  type Choice,
  type Content,
  type LinkButton,
  toContent,
  toListedText,
} from "./adapters/shared/content";
export { convertMarkdown, PLAIN_STYLE, type TextStyle } from "./adapters/shared/markdown";
export type { Json } from "./adapters/shared/narrow";
export { createHttp } from "./adapters/shared/pools";
export { readRawRequest } from "./adapters/shared/rawBody";
export { readJsonAnswer, readJsonBody } from "./adapters/shared/readJson";
export { toRetryAfterMs } from "./adapters/shared/retryAfter";
export { hmac, isEqualBase64, isEqualHex, isEqualText } from "./adapters/shared/signature";
export { splitText } from "./adapters/shared/splitText";

// Activities: the one form in which messages travel.

export {
  ACTIVITY_EVENTS,
  type Activity,
  type Attachment,
  type ChannelParty,
  type Place,
} from "./core/activity";

// Errors: classes say what the caller can do, `code` says what happened.

export {
  ChannelError,
  type ChannelFault,
  ConfigError,
  Conflict,
  ERRORS,
  type ErrorCode,
  type ErrorOptions,
  InputError,
  NotAllowed,
  NotFound,
  StoreError,
  SwitchboardError,
  WebhookRejected,
} from "./core/errors";
