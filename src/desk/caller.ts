import { InputError, NotFound } from "../core/errors";
import type { ApiRequest, Principal } from "../core/route";

/** Who calls; the server has signed them in before a route of the desk is reached. */
export function needPrincipal(request: ApiRequest): Principal {
  if (request.principal === undefined) throw new NotFound("NOT_FOUND");
  return request.principal;
}

/** The `:id` of the path. */
export const idOf = (request: ApiRequest): string => request.params.id ?? "";

/** How many a page shall hold; 50 when the query does not say. Throws InputError. */
export function limitOf(request: ApiRequest): number {
  const limit = Number(request.query.get("limit") ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 200)
    throw new InputError("INPUT_INVALID", "limit: a whole number from 1 to 200.");
  return limit;
}
