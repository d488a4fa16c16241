import { Button, mergeClasses } from "@fluentui/react-components";
import type { DeadLetterView } from "../../admin/operationsContract";
import { momentText } from "./day";
import { InstanceLabel } from "./InstanceLabel";
import type { InstanceNames } from "./names";
import { RawItem } from "./RawItem";
import { TableRegion } from "./TableRegion";
import { useTableStyles } from "./tableStyles";
import { texts } from "./texts";

interface Props {
  letters: readonly DeadLetterView[];
  names: InstanceNames;
  /** A replay is under way. */
  busy: boolean;
  onReplay: (letter: DeadLetterView) => void;
}

export function DeadLettersTable({ letters, names, busy, onReplay }: Props) {
  const table = useTableStyles();
  const { when, instance, customer, reason, action } = texts.dead;
  return (
    <TableRegion label={texts.dead.heading} caption={texts.dead.caption}>
      <thead>
        <tr>
          {[when, instance, customer, reason, action].map((heading) => (
            <th key={heading} scope="col" className={table.head}>
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {letters.map((letter) => (
          <LetterRow
            key={`${letter.threadId} ${letter.messageId}`}
            letter={letter}
            names={names}
            busy={busy}
            onReplay={() => onReplay(letter)}
          />
        ))}
      </tbody>
    </TableRegion>
  );
}

interface RowProps {
  letter: DeadLetterView;
  names: InstanceNames;
  busy: boolean;
  onReplay: () => void;
}

function LetterRow({ letter, names, busy, onReplay }: RowProps) {
  const table = useTableStyles();
  const when = momentText(letter.deadAt);
  const customer = letter.customerId === "" ? texts.dead.unknown : letter.customerId;
  return (
    <tr>
      <th scope="row" className={mergeClasses(table.cell, table.nowrap)}>
        <time dateTime={letter.deadAt}>{when}</time>
      </th>
      <td className={table.cell}>
        <InstanceLabel instance={names(letter.instanceId)} />
      </td>
      <td className={mergeClasses(table.cell, table.nowrap)}>
        <bdi>{customer}</bdi>
      </td>
      <td className={mergeClasses(table.cell, table.words)}>
        <p>{letter.reason.message === "" ? texts.dead.noReason : letter.reason.message}</p>
        <RawItem raw={letter.raw} />
      </td>
      <td className={table.cell}>
        <Button disabledFocusable={busy} aria-label={texts.dead.replayOf(customer, when)} onClick={onReplay}>
          {texts.dead.replay}
        </Button>
      </td>
    </tr>
  );
}
