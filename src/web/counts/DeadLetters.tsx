import { Button } from "@fluentui/react-components";
import { useRef } from "react";
import type { DeadLetterView } from "../../admin/operationsContract";
import { DeadLettersTable } from "./DeadLettersTable";
import { Notice } from "./Notice";
import type { InstanceNames } from "./names";
import { Part } from "./Part";
import { useDeadLetters } from "./queries";
import { ReplayOutcome } from "./ReplayOutcome";
import { DEAD_LETTERS_ID, texts } from "./texts";
import { useReplay } from "./useReplay";

/** What nobody could work, and the way back into the inbox. */
export function DeadLetters({ names }: { names: InstanceNames }) {
  const { data: letters, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useDeadLetters();
  const { mutate, data: result, error: stopped, isPending } = useReplay();
  const heading = useRef<HTMLHeadingElement>(null);

  function replay(wanted: DeadLetterView[] | "all") {
    // The button goes with its row: the focus must not go with it.
    mutate(wanted, { onSuccess: ({ replayed, gone }) => replayed + gone > 0 && heading.current?.focus() });
  }

  return (
    <Part
      id={DEAD_LETTERS_ID}
      heading={texts.dead.heading}
      headingRef={heading}
      action={
        letters !== undefined &&
        letters.length > 0 && (
          <Button disabledFocusable={isPending} onClick={() => replay("all")}>
            {texts.dead.replayAll}
          </Button>
        )
      }
    >
      {error !== null && (
        <Notice intent="error" title={texts.dead.failed}>
          {error.message}
        </Notice>
      )}
      <ReplayOutcome busy={isPending} result={result} fault={stopped?.message} />
      {letters?.length === 0 && <p>{texts.dead.empty}</p>}
      {letters !== undefined && letters.length > 0 && (
        <DeadLettersTable
          letters={letters}
          names={names}
          busy={isPending}
          onReplay={(letter) => replay([letter])}
        />
      )}
      {hasNextPage && (
        <div>
          <Button disabledFocusable={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {texts.dead.more}
          </Button>
        </div>
      )}
    </Part>
  );
}
