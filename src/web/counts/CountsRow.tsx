import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Warning16Filled } from "@fluentui/react-icons/svg/warning";
import type { CountView } from "../../admin/operationsContract";
import { beginsGroup, COLUMNS, rowId } from "./columns";
import { hourText } from "./day";
import { InstanceLabel } from "./InstanceLabel";
import type { InstanceName } from "./names";
import { useTableStyles } from "./tableStyles";
import { number, texts } from "./texts";

const useStyles = makeStyles({
  row: {
    scrollMargin: "16px",
    ":target": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  wrong: { backgroundColor: tokens.colorPaletteRedBackground1 },
  begins: { borderLeft: `1px solid ${tokens.colorNeutralStroke2}` },
  zero: { color: tokens.colorNeutralForeground3 },
  problems: { display: "flex", flexDirection: "column", rowGap: "2px" },
  problem: { display: "flex", columnGap: "6px", fontWeight: tokens.fontWeightSemibold },
  icon: { flexShrink: 0, marginTop: "2px", color: tokens.colorPaletteRedForeground1 },
});

/** One instance in one hour. */
export function CountsRow({ row, instance }: { row: CountView; instance: InstanceName }) {
  const table = useTableStyles();
  const styles = useStyles();
  const wrong = row.problems.length > 0;
  return (
    <tr id={rowId(row)} tabIndex={-1} className={mergeClasses(table.row, styles.row, wrong && styles.wrong)}>
      <th scope="row" className={mergeClasses(table.cell, table.number, table.first)}>
        {hourText(row.hour)}
      </th>
      <th scope="row" className={mergeClasses(table.cell, table.second)}>
        <InstanceLabel instance={instance} />
      </th>
      {COLUMNS.map((column) => (
        <td
          key={column}
          className={mergeClasses(
            table.cell,
            table.number,
            beginsGroup(column) && styles.begins,
            row[column] === 0 && !wrong && styles.zero,
          )}
        >
          {number(row[column])}
        </td>
      ))}
      <td className={mergeClasses(table.cell, table.words, styles.begins)}>
        {wrong ? <Problems problems={row.problems} /> : <NoProblem row={row} />}
      </td>
    </tr>
  );
}

function Problems({ problems }: { problems: readonly string[] }) {
  const styles = useStyles();
  return (
    <ul className={styles.problems}>
      {problems.map((words) => (
        <li key={words} className={styles.problem}>
          <Warning16Filled className={styles.icon} aria-hidden="true" />
          {words}
        </li>
      ))}
    </ul>
  );
}

/** More stored than received, and yet no problem: the server forgives it only in an hour in which one was killed. */
function NoProblem({ row }: { row: CountView }) {
  const uncounted = row.stored - (row.received - row.repeated);
  return uncounted > 0 ? texts.table.killed(uncounted) : texts.none;
}
