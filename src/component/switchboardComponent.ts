import { BotComponent } from "botbuilder-core";
import { type BotServices, createAdapters } from "./adapters";
import { HandOff } from "./handOff";

type Parameter<N extends 0 | 1> = Parameters<BotComponent["configureServices"]>[N];

/** What the runtime asks for the types that `.dialog` files may name. */
interface DeclarativeTypes {
  getDeclarativeTypes(): { kind: string; type: typeof HandOff }[];
}

/** Services of the runtime that our adapters need; all of them are there before a component is asked. */
const NEEDS: string[] = ["conversationState", "middlewares", "telemetryMiddleware"];

/**
 * Switchboard as a component of somebody's bot on the adaptive runtime (Bot Framework Composer makes such bots): the action
 * `Switchboard.HandOff`, and adapters for the channels that the settings have pages, handles or numbers of.
 */
export default class SwitchboardComponent extends BotComponent {
  configureServices(services: Parameter<0>, configuration: Parameter<1>): void {
    services.composeFactory<DeclarativeTypes[]>("declarativeTypes", (types) => [
      ...types,
      { getDeclarativeTypes: () => [{ kind: HandOff.$kind, type: HandOff }] },
    ]);
    // Made when the bot asks for its adapters: a fault in the settings then stops its start. What is thrown here and now
    // the runtime only warns of, and the bot would start without us.
    services.composeFactory<Map<string, unknown>, BotServices>(
      "customAdapters",
      NEEDS,
      (needed, adapters) => {
        for (const [kind, adapter] of createAdapters(configuration.get(), needed))
          adapters.set(kind, adapter);
        return adapters;
      },
    );
  }
}
