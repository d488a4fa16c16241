import { SignedIn } from "../shared/SignedIn";
import { isSupervisor } from "../shared/session";
import { Counts } from "./Counts";
import { CountsFrame } from "./CountsFrame";
import { NeedsRole } from "./NeedsRole";

/** The counts for a supervisor, a refusal for an agent, else the way in. */
export function CountsPage() {
  return (
    <SignedIn>
      {(me) => (
        <CountsFrame me={me}>{isSupervisor(me) ? <Counts me={me} /> : <NeedsRole me={me} />}</CountsFrame>
      )}
    </SignedIn>
  );
}
