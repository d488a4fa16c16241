import type { ContactFacts } from "../../core/contact";
import type { SettingsSnapshot } from "../../core/settings";
import type { Customer } from "../../core/workItem";
import type { FlowServices } from "./services";

/** What a turn brings to a flow, besides the message: facts of now and services to ask. */
export interface FlowMoment {
  /** ms */
  now: number;
  /** The same when the turn is repeated. */
  turnId: string;
  /** BCP 47: what to speak to the customer in. */
  language: string;
  customer: Customer;
  /** Behind the customer, when one is linked. */
  contact?: ContactFacts;
  /** Where the customer wrote to. */
  instanceId: string;
  workstreamId: string;
  /** Context variables; steps change them in place. */
  variables: Record<string, string | number>;
  settings: SettingsSnapshot | undefined;
  services: FlowServices;
  /** What was done in this turn, in order. */
  path: StepPassed[];
  /** Variables of the flow that was walked last, also when it is at its end. */
  vars?: Readonly<Record<string, unknown>>;
}

/** One step taken in a turn, or what became of a question. */
export interface StepPassed {
  flow: string;
  step: string;
  /** "asked" waits; "passed" went on; "retried" asked again; "gaveUp" after too many bad answers; "failed": went to `error`. */
  what: "asked" | "passed" | "retried" | "gaveUp" | "failed";
}
