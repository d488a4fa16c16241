import { AsyncLocalStorage } from "node:async_hooks";
import { newId } from "./ids";

/** Of the work under way. Only a companion: what must outlive the process carries its id in its own document. */
const current = new AsyncLocalStorage<string | undefined>();

/** A fresh correlation id: one names a request, and all that comes of it. */
export const newCorrelationId = (): string => newId("c");

/** The id of the work under way; undefined outside of any, for example in a timer. */
export const correlationId = (): string | undefined => current.getStore();

/** Runs `work`, and all that it awaits, under an id. Without one, `work` belongs to nobody in particular. */
export const correlated = <T>(id: string | undefined, work: () => T): T => current.run(id, work);

/** The id of the work under way, to be spread into a document; a fresh one where there is none. */
export const stamped = (): { correlationId: string } => ({
  correlationId: current.getStore() ?? newCorrelationId(),
});

/** As `stamped`, but nothing where there is none. */
export function ofWork(): { correlationId?: string } {
  const id = current.getStore();
  return id === undefined ? {} : { correlationId: id };
}
