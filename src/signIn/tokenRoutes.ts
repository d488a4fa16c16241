import { checkInput } from "../core/checkInput";
import { isoTime } from "../core/clock";
import { InputError } from "../core/errors";
import { callerId, type Route } from "../core/route";
import { newTokenView, type TokenView, tokenBody, tokenListView } from "./contract";
import { type Door, noContent } from "./door";
import type { MachineToken } from "./machineTokens";

const PATH = "/api/admin/tokens";

/** Bearer tokens of machines: made, listed by name, revoked. */
export function tokenRoutes(door: Door): Route[] {
  const { machineTokens, audit } = door;
  const { clock } = door.ports;

  function timeOf(text: string): number {
    const at = Date.parse(text);
    if (at > clock.now()) return at;
    const message = "must be later than now";
    throw new InputError("INPUT_INVALID", `expiresAt: ${message}`, {
      details: [{ path: "expiresAt", message }],
    });
  }

  return [
    {
      method: "GET",
      path: PATH,
      access: "admin",
      summary: "Lists the tokens of machines; never what they are made of.",
      schema: { reply: tokenListView },
      async handle() {
        return { status: 200, body: { items: (await machineTokens.list()).map(toView) } };
      },
    },
    {
      method: "POST",
      path: PATH,
      access: "admin",
      summary: "Makes a bearer token for a machine; the reply is the only one that has it.",
      schema: { body: tokenBody, reply: newTokenView },
      async handle({ body, principal }) {
        const { name, roles, expiresAt } = checkInput(tokenBody, body);
        const createdBy = callerId({ principal });
        const end = expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) };
        const { token, ...made } = await machineTokens.make({ name, roles, createdBy, ...end });
        const view = toView(made);
        const after = { roles, expiresAt: view.expiresAt };
        await audit({ by: createdBy, action: "create", kind: "tokens", objectId: made.id, after });
        return { status: 201, body: { ...view, token } };
      },
    },
    {
      method: "DELETE",
      path: `${PATH}/:id`,
      access: "admin",
      summary: "Revokes a machine's token; every server refuses it from then on.",
      async handle({ params, principal }) {
        const id = params.id ?? "";
        await machineTokens.remove(id);
        const by = callerId({ principal });
        await audit({ by, action: "delete", kind: "tokens", objectId: id });
        return noContent();
      },
    },
  ];
}

function toView({ lastUsedAt, expiresAt, ...token }: MachineToken): TokenView {
  return {
    ...token,
    roles: [...token.roles],
    createdAt: isoTime(token.createdAt),
    lastUsedAt: lastUsedAt === undefined ? null : isoTime(lastUsedAt),
    expiresAt: expiresAt === undefined ? null : isoTime(expiresAt),
  };
}
