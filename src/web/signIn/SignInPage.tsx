import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../api";
import { DoorCard, DoorFault, LoadingView, UnreachableView } from "../shared/DoorCard";
import { destinationOf } from "../shared/destination";
import { sessionKey } from "../shared/session";
import { signInTexts as texts } from "../shared/signInTexts";
import { WaysIn } from "../shared/WaysIn";

/** The ways in; who is in already is led on. */
export function SignInPage() {
  const fault = useFaultOfAddress();
  const { data: session, error, refetch } = useQuery({ queryKey: sessionKey, queryFn: api.session });
  const to = destinationOf(location.search, location.origin);
  const isIn = session !== undefined && session.user !== null;

  useEffect(() => {
    if (isIn) location.replace(to);
  }, [isIn, to]);

  if (session === undefined) {
    if (error !== null) return <UnreachableView message={error.message} onRetry={() => void refetch()} />;
    return <LoadingView />;
  }
  if (isIn) return <LoadingView />;
  return (
    <DoorCard title={texts.title} intro={texts.intro}>
      {fault !== null && (
        <DoorFault title={texts.failed} message={texts.faults[fault] ?? texts.unknownFault} />
      )}
      <WaysIn session={session} to={to} onSignedIn={() => location.replace(to)} />
    </DoorCard>
  );
}

/** Code of what went wrong on the way here. Taken out of the address: it is not true for ever. */
function useFaultOfAddress(): string | null {
  const [fault] = useState(() => new URLSearchParams(location.hash.slice(1)).get("error"));
  useEffect(() => {
    if (fault !== null) history.replaceState(null, "", location.pathname + location.search);
  }, [fault]);
  return fault;
}
