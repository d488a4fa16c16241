/** The flow and step at which a kept dialog state waits for the customer; undefined when nothing waits. */
export function waitingAt(dialog: unknown): { flow: string; step: string } | undefined {
  const { dialogStack } = (dialog ?? {}) as { dialogStack?: readonly Frame[] };
  // Above a flow there may be a coded dialog, which has no steps: then the flow waits for it.
  const frame = dialogStack?.findLast(({ state }) => typeof state?.at === "string");
  return frame === undefined ? undefined : { flow: frame.id, step: String(frame.state?.at) };
}

interface Frame {
  id: string;
  state?: { at?: unknown };
}
