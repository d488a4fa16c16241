import { SwitchboardError } from "../../core/errors";

/** A request of an `http` step, ready to be sent. */
export interface FlowRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Header -> reference to a secret. */
  secretHeaders: Readonly<Record<string, string>>;
  /** JSON */
  body: string | undefined;
  timeoutMs: number;
  retries: number;
  /** Sent as `Idempotency-Key`. */
  key: string;
}

export interface FlowReply {
  status: number;
  /** Parsed JSON, else the text. */
  body: unknown;
}

/** What steps ask of the world outside. */
export interface FlowServices {
  /** Throws SwitchboardError HELPER_FAILED when there was no answer, or the host is not allowed. */
  request(request: FlowRequest): Promise<FlowReply>;
  /** Throws SwitchboardError PLUGIN_FAILED. */
  runAction(
    name: string,
    input: Readonly<Record<string, unknown>>,
    call: { id: string; timeoutMs: number },
  ): Promise<unknown>;
  /** A number for a ticket that this turn makes. Throws StoreError. */
  takeTicketNumber(): Promise<string>;
  /** The best answer out of a source of Markdown files (undefined: all); undefined when none is good enough. */
  findAnswer(source: string | undefined, question: string, language: string): string | undefined;
}

const nobody = (what: string) => async (): Promise<never> => {
  throw new SwitchboardError("HELPER_FAILED", `This bot has no ${what}.`);
};

/** For a flow in a bot without a server of ours. */
export const NO_SERVICES: FlowServices = {
  request: nobody("services to ask"),
  runAction: nobody("plugins"),
  takeTicketNumber: nobody("tickets"),
  findAnswer: () => undefined,
};
