import assert from "node:assert/strict";
import { type Limit, RIGHTS } from "../docs/rights";

/** A body that each route would take, by what stands after the id; a new route needs one here. */
const BODIES: Readonly<Record<string, object>> = {
  "POST /messages": { text: "hello", clientId: "mine" },
  "POST /typing": {},
  "POST /read": {},
  "POST /dispositions": { dispositions: [] },
  "POST /contact": { create: { name: "Somebody" } },
  "POST /contact/unlink": { keepHistory: true },
  "POST /pick": {},
  "POST /helper": { note: "a note" },
  "POST /open": {},
  "POST /release": {},
  "POST /end": {},
  "POST /close": {},
  "POST /transfer": { queueId: "general" },
  "POST /accept": {},
  "POST /reject": {},
  "PUT ": { priority: "high" },
  "POST /notes": { text: "a note" },
  "POST /conversations": { conversationId: "nothing" },
};
export const CONVERSATION = "/api/desk/conversations/:id";

/** The routes whose right has this limit, with a body for those that take one. */
export function routesOf(limit: Limit, head: string): { address: string; body?: object }[] {
  const found = [...RIGHTS].filter(([, right]) => right.limit === limit).map(([address]) => address);
  assert.ok(found.length > 0);
  return found.map((address) => {
    const [method = "", path = ""] = address.split(" ");
    const body = BODIES[`${method} ${path.replace(head, "")}`];
    assert.ok(method === "GET" || body !== undefined, `${address} needs a body here`);
    return { address, ...(body !== undefined && { body }) };
  });
}
