import { useEffect, useState } from "react";
import { api } from "../api";
import { type ComposeStore, createComposeStore } from "./compose";
import { Desk } from "./Desk";
import { isSignedOut, useMe } from "./queries";
import { LoadingView, SignInView, UnreachableView } from "./SignInView";

/** The desk for whom is signed in, else the way in. */
export function DeskPage() {
  const link = useSignInLink();
  return link.done ? <SignedInOrNot linkFault={link.fault} /> : <LoadingView />;
}

function SignedInOrNot({ linkFault }: { linkFault: string | null }) {
  const { data: me, error, refetch } = useMe();
  const composeOf = useComposeStores();
  if (isSignedOut(error)) return <SignInView fault={linkFault} onSignedIn={() => void refetch()} />;
  if (me !== undefined) return <Desk me={me} compose={composeOf(me.id)} />;
  if (error !== null) return <UnreachableView message={error.message} onRetry={() => void refetch()} />;
  return <LoadingView />;
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

interface SignInLink {
  done: boolean;
  fault: string | null;
}

/** Signs in by a `#token=…` link, as the terminal prints them. */
function useSignInLink(): SignInLink {
  const [link, setLink] = useState<SignInLink>(() => ({ done: tokenInHash() === null, fault: null }));
  useEffect(() => {
    const token = tokenInHash();
    if (token === null) return;
    // Out of the address bar and the history before anything else can see it.
    history.replaceState(null, "", location.pathname + location.search);
    api.signIn(token).then(
      () => setLink({ done: true, fault: null }),
      (error: Error) => setLink({ done: true, fault: error.message }),
    );
  }, []);
  return link;
}

function tokenInHash(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("token");
}
