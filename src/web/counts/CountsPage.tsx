import { SignedIn } from "../shared/SignedIn";
import { isSupervisor } from "../shared/session";
import { Counts } from "./Counts";
import { CountsFrame } from "./CountsFrame";
import { NeedsRole } from "./NeedsRole";
import { texts } from "./texts";

/** The counts for a supervisor, a refusal for an agent, else the way in. */
export function CountsPage() {
  return (
    <SignedIn title={texts.signIn}>
      {(me) => (
        <CountsFrame me={me}>{isSupervisor(me) ? <Counts me={me} /> : <NeedsRole me={me} />}</CountsFrame>
      )}
    </SignedIn>
  );
}
