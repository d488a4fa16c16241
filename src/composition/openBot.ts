import type { Clock } from "../core/clock";
import type { RunningPlugins } from "../core/runningPlugins";
import { type Bot, type BotPorts, createBot } from "../dialogs/bot";
import { createRequests } from "../dialogs/flows/requests";
import type { FlowServices } from "../dialogs/flows/services";
import type { Secrets } from "../secrets/secrets";

type RequestPorts = Parameters<typeof createRequests>[0];

/** The bot, with all that a step of a flow may ask for. */
export function openBot(ports: {
  adapterFor: BotPorts["adapterFor"];
  plugins: Pick<RunningPlugins, "dialogs" | "runAction">;
  http: RequestPorts["http"];
  hosts: RequestPorts["hosts"];
  secrets: Pick<Secrets, "resolve">;
  takeTicketNumber: FlowServices["takeTicketNumber"];
  findAnswer: FlowServices["findAnswer"];
  clock: Clock;
}): Bot {
  const { adapterFor, plugins, http, hosts, secrets, takeTicketNumber, findAnswer, clock } = ports;
  const resolveSecret = (reference: string) => secrets.resolve(reference);
  return createBot({
    adapterFor,
    dialogs: plugins.dialogs,
    services: {
      request: createRequests({ http, hosts, resolveSecret, clock }),
      runAction: plugins.runAction,
      takeTicketNumber,
      findAnswer,
    },
    clock,
  });
}
