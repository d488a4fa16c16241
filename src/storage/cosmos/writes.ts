import { StoreError } from "../../core/errors";
import type { BatchResult } from "../../core/store";
import type { CheckedOp } from "../checks";
import { type CosmosResource, isFrom, toCondition, toResource } from "./documents";
import { Answered, faultOf } from "./faults";
import type { Attempt } from "./operations";
import type { Container, OperationInput } from "./sdk";

interface Write {
  container: Container;
  partition: string;
  ops: readonly CheckedOp[];
  /** Name that the documents carry (documents.ts). */
  name: string;
}

const REASONS = { 404: "missing", 409: "exists", 412: "changed" } as const;
type Refusal = keyof typeof REASONS;

/** One try of a batch. Throws what the SDK throws; conditions that do not hold are results. */
export async function tryWrite(write: Write, attempt: Attempt): Promise<BatchResult> {
  // Look before writing again: an upsert would overwrite what others have made of the first one.
  const before = attempt.uncertain ? await findDone(write, attempt) : undefined;
  if (before !== undefined) return before;
  const result = await (write.ops.length === 1 ? sendOne(write, attempt) : sendBatch(write, attempt));
  if (result.ok || !attempt.uncertain) return result;
  // The first try may have been slower than our look; then it is what stands in our own way.
  return (await findDone(write, attempt)) ?? result;
}

async function sendOne({ container, partition, ops, name }: Write, attempt: Attempt): Promise<BatchResult> {
  const op = ops[0] as CheckedOp;
  const options = { initialHeaders: attempt.headers, ...condition(op) };
  try {
    const etag = await sendOp(container, partition, op, name, options);
    return { ok: true, etags: [etag] };
  } catch (error) {
    const fault = faultOf(error, container.id);
    if (fault.kind === "condition") return { ok: false, index: 0, reason: REASONS[fault.status] };
    throw error;
  }
}

async function sendOp(
  container: Container,
  partition: string,
  op: CheckedOp,
  name: string,
  options: { initialHeaders: Record<string, string> },
): Promise<string> {
  if (op.doc === undefined) {
    await container.item(op.id, partition).delete(options);
    return "";
  }
  const resource = toResource(op.doc, name);
  switch (op.do) {
    case "create":
      return (await container.items.create(resource, options)).etag;
    case "upsert":
      return (await container.items.upsert(resource, options)).etag;
    default:
      return (await container.item(op.id, partition).replace(resource, options)).etag;
  }
}

function condition(op: CheckedOp) {
  if (op.etag === undefined) return {};
  return { accessCondition: { type: "IfMatch", condition: toCondition(op.etag) } };
}

async function sendBatch({ container, partition, ops, name }: Write, attempt: Attempt): Promise<BatchResult> {
  const response = await container.items.batch(
    ops.map((op) => toInput(op, name)),
    partition,
    { initialHeaders: attempt.headers, contentResponseOnWriteEnabled: false },
  );
  const results = response.result ?? [];
  // All but the one that stood in the way carry 424, "failed dependency".
  const index = results.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
  const status = results[index]?.statusCode;
  if (status !== undefined) {
    if (isRefusal(status)) return { ok: false, index, reason: REASONS[status] };
    throw new Answered(status);
  }
  if (results.length !== ops.length)
    throw new StoreError("STORE_UNAVAILABLE", "Cosmos DB answered a batch with other operations than asked.");
  return {
    ok: true,
    etags: results.map(({ eTag }, at) => (ops[at]?.doc === undefined ? "" : (eTag ?? ""))),
  };
}

const isRefusal = (status: number): status is Refusal => status in REASONS;

function toInput(op: CheckedOp, name: string): OperationInput {
  const ifMatch = op.etag === undefined ? {} : { ifMatch: toCondition(op.etag) };
  if (op.doc === undefined) return { operationType: "Delete", id: op.id, ...ifMatch };
  const resourceBody = toResource(op.doc, name) as Extract<
    OperationInput,
    { operationType: "Create" }
  >["resourceBody"];
  if (op.do === "replace") return { operationType: "Replace", id: op.id, resourceBody, ...ifMatch };
  return { operationType: op.do === "create" ? "Create" : "Upsert", resourceBody };
}

/**
 * The result of this write if an earlier try did it: any document of it that still carries its name proves all. One
 * that others have changed since has lost its etag, so that whoever goes on from it reads first. A batch of deletes
 * leaves nothing to look at: it was done when nothing of it is there any more.
 */
async function findDone(
  { container, partition, ops, name }: Write,
  attempt: Attempt,
): Promise<BatchResult | undefined> {
  const found = await Promise.all(ops.map(({ id }) => find(container, partition, id, attempt)));
  const deletes = ops.every(({ doc }) => doc === undefined);
  const done = deletes
    ? found.every((resource) => resource === undefined)
    : found.some((one) => isFrom(one, name));
  if (!done) return undefined;
  return {
    ok: true,
    etags: found.map((one) => (one !== undefined && isFrom(one, name) ? one._etag : "")),
  };
}

/** A document by its key. Throws what the SDK throws for everything but its absence. */
export async function find(
  container: Container,
  partition: string,
  id: string,
  attempt: Attempt,
): Promise<CosmosResource | undefined> {
  const response = await container
    .item(id, partition)
    .read<CosmosResource>({ initialHeaders: attempt.headers });
  if (response.statusCode === 404) {
    // The SDK calls every 404 "not found", also that of a missing container or a replica behind.
    const { substatus } = response;
    if (substatus !== undefined && substatus !== 0) throw new Answered(404, substatus);
    return undefined;
  }
  return response.resource;
}
