import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import type { MeView } from "../../desk/contract";
import { ApiFault, api } from "../api";
import { DoorCard, LoadingView, UnreachableView } from "./DoorCard";
import { signInAddress } from "./destination";
import { isSignedOut, sessionKey, useMe } from "./session";
import { signInTexts as texts } from "./signInTexts";
import { WaysIn } from "./WaysIn";

/** The page for whom is signed in; a stranger is led to the sign-in page and back. */
export function SignedIn({ children }: { children: (me: MeView) => ReactNode }) {
  const link = useDemoLink();
  return link.done ? <SignedInOrNot linkFault={link.fault}>{children}</SignedInOrNot> : <LoadingView />;
}

interface Props {
  linkFault: string | undefined;
  children: (me: MeView) => ReactNode;
}

function SignedInOrNot({ linkFault, children }: Props) {
  const { data: me, error, refetch } = useMe();
  if (isSignedOut(error)) {
    // Leaving would lose what stands on the page.
    return me === undefined ? (
      <LedAway fault={linkFault} />
    ) : (
      <SessionEnded onSignedIn={() => void refetch()} />
    );
  }
  if (me !== undefined) return children(me);
  if (error !== null) return <UnreachableView message={error.message} onRetry={() => void refetch()} />;
  return <LoadingView />;
}

function LedAway({ fault }: { fault: string | undefined }) {
  useEffect(() => location.replace(signInAddress(location.pathname + location.search, fault)), [fault]);
  return <LoadingView />;
}

/** The way back in, on the same page. */
function SessionEnded({ onSignedIn }: { onSignedIn: () => void }) {
  const {
    data: session,
    error,
    refetch,
  } = useQuery({ queryKey: sessionKey, queryFn: api.session, gcTime: 0 });
  if (session === undefined) {
    if (error !== null) return <UnreachableView message={error.message} onRetry={() => void refetch()} />;
    return <LoadingView />;
  }
  return (
    <DoorCard title={texts.title} intro={texts.ended}>
      <WaysIn session={session} to={location.pathname} keepPage onSignedIn={onSignedIn} />
    </DoorCard>
  );
}

interface DemoLink {
  done: boolean;
  /** Code of what went wrong. */
  fault: string | undefined;
}

/**
 * Signs in by a `#token=…` link, as the terminal prints them for the demo. Elsewhere such a link does nothing: with it
 * anybody could sign somebody in as themselves.
 */
function useDemoLink(): DemoLink {
  const [link, setLink] = useState<DemoLink>(() => ({ done: tokenInHash() === null, fault: undefined }));
  useEffect(() => {
    const token = tokenInHash();
    if (token === null) return;
    // Out of the address bar and the history before anything else can see it.
    history.replaceState(null, "", location.pathname + location.search);
    signInByLink(token).then(
      () => setLink({ done: true, fault: undefined }),
      (error: Error) => setLink({ done: true, fault: error instanceof ApiFault ? error.code : "UNKNOWN" }),
    );
  }, []);
  return link;
}

async function signInByLink(token: string): Promise<void> {
  const { ways } = await api.session();
  if (ways.demo) await api.signIn({ token });
}

function tokenInHash(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("token");
}
