import { type ReactNode, useEffect, useState } from "react";
import type { MeView } from "../../desk/contract";
import { api } from "../api";
import { LoadingView, SignInView, UnreachableView } from "./SignInView";
import { isSignedOut, useMe } from "./session";

interface Props {
  /** Heading of the way in. */
  title: string;
  /** The page for whom is signed in. */
  children: (me: MeView) => ReactNode;
}

/** The page for whom is signed in, else the way in. */
export function SignedIn(props: Props) {
  const link = useSignInLink();
  return link.done ? <SignedInOrNot {...props} linkFault={link.fault} /> : <LoadingView />;
}

function SignedInOrNot({ title, children, linkFault }: Props & { linkFault: string | null }) {
  const { data: me, error, refetch } = useMe();
  if (isSignedOut(error)) {
    return <SignInView title={title} fault={linkFault} onSignedIn={() => void refetch()} />;
  }
  if (me !== undefined) return children(me);
  if (error !== null) return <UnreachableView message={error.message} onRetry={() => void refetch()} />;
  return <LoadingView />;
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
