import { toConversationId, toThreadId } from "../../core/ids";
import type { SettingsSnapshot } from "../../core/settings";
import type { Customer } from "../../core/workItem";
import { type SampleContact, toSampleFacts } from "./contactFields";
import { type CompiledStream, decide, type Routed, type RouteRequest } from "./decide";

/** A made-up conversation for rules to be tried on. */
export interface Sample {
  /** Left out: the instance's, else the work stream's. */
  channel?: string | undefined;
  /** `id` decides how a split draws. */
  customer?: { [K in keyof Customer]?: Customer[K] | undefined } | undefined;
  /** Behind the customer; left out: nobody is linked. */
  contact?: SampleContact | undefined;
  message?: { text?: string | undefined; hasMedia?: boolean | undefined } | undefined;
  /** Left out: the first one of the work stream. */
  instance?: string | undefined;
  context?: Record<string, string | number> | undefined;
  /** Fields of plugins, by their full names. */
  fields?: Record<string, unknown> | undefined;
  /** The customer was here before. */
  returning?: boolean | undefined;
  /** ISO 8601; left out: now. */
  at?: string | undefined;
  /** What the helper sums up for the agent; it stands in the trace. */
  summary?: string | undefined;
}

/** What became of a sample: as routing decides it, with the summary in the trace. */
export type Tried = Routed & { details: { summary?: string } };

/**
 * Decides a sample by the rules of work stream `workstreamId`, which `stream` has compiled. Queues count as empty.
 * Changes nothing.
 */
export function tryRules(
  { sample, workstreamId }: { sample: Sample; workstreamId: string },
  stream: CompiledStream,
  { settings, now }: { settings: SettingsSnapshot; now: number },
): Tried {
  const at = sample.at === undefined ? now : Date.parse(sample.at);
  const routed = decide(toRequest(sample, workstreamId, { settings, at }), stream, {
    settings,
    now: at,
    lengthOf: () => 0,
  });
  const { summary } = sample;
  return { ...routed, details: { ...routed.details, ...(summary === undefined ? {} : { summary }) } };
}

function toRequest(
  sample: Sample,
  workstreamId: string,
  { settings, at }: { settings: SettingsSnapshot; at: number },
): RouteRequest {
  const instance =
    sample.instance === undefined
      ? [...settings.instances.values()].find(
          ({ workstream, channel: own }) => workstream === workstreamId && own === (sample.channel ?? own),
        )
      : settings.instances.get(sample.instance);
  const channel =
    sample.channel ?? instance?.channel ?? settings.workstreams.get(workstreamId)?.channel ?? "";
  const customer = { ...sample.customer, id: sample.customer?.id ?? "sample" } as Customer;
  const contact = toSampleFacts(sample.contact, customer);
  // As the pipeline names them: a split draws for this customer here as it does there.
  const threadId = toThreadId(channel, instance?.externalId ?? "", customer.id);
  return {
    conversationId: toConversationId(threadId, sample.returning === true ? 2 : 1),
    fields: sample.fields,
    seed: {
      threadId,
      channel,
      instanceId: instance?.id ?? "",
      workstreamId,
      customer,
      openedAt: at,
      lastText: sample.message?.text ?? "",
      hasMedia: sample.message?.hasMedia === true,
      ...(contact === undefined ? {} : { contact }),
      ...(sample.context === undefined ? {} : { context: sample.context }),
    },
  };
}
