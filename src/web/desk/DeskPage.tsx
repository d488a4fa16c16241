import { useState } from "react";
import { SignedIn } from "../shared/SignedIn";
import { type ComposeStore, createComposeStore } from "./compose";
import { Desk } from "./Desk";

/** The desk for whom is signed in, else the way in. */
export function DeskPage() {
  const composeOf = useComposeStores();
  return <SignedIn>{(me) => <Desk me={me} compose={composeOf(me.id)} />}</SignedIn>;
}

/** What an agent was writing outlives a session that ended, and is shown to nobody else. */
function useComposeStores(): (agentId: string) => ComposeStore {
  const [stores] = useState(() => new Map<string, ComposeStore>());
  return (agentId) => {
    const store = stores.get(agentId) ?? createComposeStore();
    stores.set(agentId, store);
    return store;
  };
}
