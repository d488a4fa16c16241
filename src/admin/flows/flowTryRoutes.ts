import { checkInput } from "../../core/checkInput";
import type { Clock } from "../../core/clock";
import type { Route } from "../../core/route";
import type { FlowSettings } from "../../core/settings";
import type { Store } from "../../core/store";
import { startTrial, type TrialPorts, type TrialTurn } from "../../pipeline/helper/flowTrial";
import { inputInvalid, parseObject, withObject, withoutReadOnly } from "../checks";
import { nameOf, noSuch } from "../settingsDoc";
import type { SettingsRepository } from "../settingsRepository";
import { trialView, tryFlowBody } from "./flowContract";
import { createFlowVersions } from "./flowVersions";

export interface FlowTryPorts extends TrialPorts {
  store: Store;
  settings: Pick<SettingsRepository, "current" | "get" | "put" | "validateObject">;
  clock: Clock;
}

/** A made-up conversation with a flow: nothing is stored or sent. */
export function flowTryRoutes(ports: FlowTryPorts): Route[] {
  return [
    {
      method: "POST",
      path: "/api/admin/flows/try",
      access: "admin",
      summary:
        "Plays a conversation with a flow, published, draft or given: what is said, by which steps, how it ends.",
      schema: { body: tryFlowBody, reply: trialView },
      async handle({ body }) {
        const order = checkInput(tryFlowBody, body);
        const flow = await flowOf(ports, order);
        const trial = startTrial(ports, {
          flow,
          settings: withObject(ports.settings.current(), "flows", flow),
          channel: order.channel,
          customer: order.customer as never,
          contact: order.contact,
          context: order.context,
          mocks: order.mocks,
          language: order.language,
          now: order.at === undefined ? ports.clock.now() : Date.parse(order.at),
        });
        const turns: TrialTurn[] = [];
        for (const saying of order.says) {
          if (trial.isOver()) break;
          turns.push(await trial.say(saying));
        }
        return { status: 200, body: { turns } };
      },
    },
  ];
}

/** Throws NotFound, or InputError with every fault that a save would have. */
async function flowOf(
  ports: FlowTryPorts,
  { flow, draft }: { flow: string | Record<string, unknown>; draft: boolean },
): Promise<FlowSettings> {
  if (typeof flow !== "string") return checked(ports, flow);
  const ids = ports.settings.current().flows.keys();
  if (!draft) {
    const found = ports.settings.current().flows.get(flow);
    if (found !== undefined) return found;
    throw noSuch("flows", flow, ids);
  }
  const found = await createFlowVersions(ports).draft(flow);
  if (found === undefined) throw noSuch("flows", flow, ids, `draft of ${nameOf("flows", flow)}`);
  return checked(ports, found.doc.value);
}

function checked({ settings }: FlowTryPorts, given: Record<string, unknown>): FlowSettings {
  const value = withoutReadOnly(given);
  const id = typeof given.id === "string" ? given.id : "";
  const faults = settings.validateObject("flows", id, value);
  if (faults.length === 0) return parseObject("flows", id, value);
  throw inputInvalid(
    faults.map(({ path, message }) => ({ path: path === "" ? "flow" : `flow.${path}`, message })),
  );
}
