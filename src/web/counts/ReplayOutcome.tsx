import { Notice } from "./Notice";
import { texts } from "./texts";
import type { ReplayResult } from "./useReplay";

interface Props {
  busy: boolean;
  result: ReplayResult | undefined;
  /** Why the replay broke off. */
  fault: string | undefined;
}

/** Says and shows how a replay went. */
export function ReplayOutcome({ busy, result, fault }: Props) {
  return (
    // Always there, so that what changes in it is said.
    <div role="status">
      {busy && <p>{texts.dead.replaying}</p>}
      {!busy && fault !== undefined && (
        <Notice intent="error" title={texts.replayed.stopped}>
          {fault}
        </Notice>
      )}
      {!busy && result !== undefined && <Result {...result} />}
    </div>
  );
}

function Result({ replayed, gone, faults }: ReplayResult) {
  const [first] = faults;
  const words = [
    replayed > 0 && texts.replayed.back(replayed),
    gone > 0 && texts.replayed.gone(gone),
    first !== undefined && texts.replayed.failed(faults.length, first),
  ].filter((sentence) => sentence !== false);
  return (
    <Notice
      intent={first === undefined && gone === 0 ? "success" : "warning"}
      title={texts.replayed.title(replayed)}
    >
      {words.join(" ")}
    </Notice>
  );
}
