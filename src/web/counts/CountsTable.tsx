import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { CountView } from "../../admin/operationsContract";
import { CountsRow } from "./CountsRow";
import { beginsGroup, COLUMNS, countProblems, GROUPS, rowId, sumRows } from "./columns";
import { dayText } from "./day";
import type { InstanceNames } from "./names";
import { Part } from "./Part";
import { TableRegion } from "./TableRegion";
import { useTableStyles } from "./tableStyles";
import { number, texts } from "./texts";

const useStyles = makeStyles({
  group: {
    paddingBottom: "2px",
    color: tokens.colorNeutralForeground1,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  begins: { borderLeft: `1px solid ${tokens.colorNeutralStroke2}` },
  total: {
    fontWeight: tokens.fontWeightSemibold,
    borderTop: `2px solid ${tokens.colorNeutralStroke1}`,
  },
});

interface Props {
  day: string;
  rows: readonly CountView[];
  names: InstanceNames;
}

/** The ledger: a row for each instance and hour, and the day's sums. */
export function CountsTable({ day, rows, names }: Props) {
  return (
    <Part heading={texts.table.heading}>
      <TableRegion label={texts.table.heading} caption={texts.table.caption(dayText(day))}>
        <Head />
        <tbody>
          {rows.map((row) => (
            <CountsRow key={rowId(row)} row={row} instance={names(row.instanceId)} />
          ))}
        </tbody>
        <Foot rows={rows} />
      </TableRegion>
    </Part>
  );
}

function Head() {
  const table = useTableStyles();
  const styles = useStyles();
  return (
    <thead>
      <tr>
        <td colSpan={2} />
        {GROUPS.map(({ id, columns }) => (
          <th
            key={id}
            scope="colgroup"
            colSpan={columns.length}
            className={mergeClasses(table.head, styles.group)}
          >
            {texts.table.groups[id]}
          </th>
        ))}
        <td className={styles.begins} />
      </tr>
      <tr className={table.row}>
        <th scope="col" className={mergeClasses(table.head, table.first)}>
          {texts.table.hour}
        </th>
        <th scope="col" className={mergeClasses(table.head, table.second)}>
          {texts.table.instance}
        </th>
        {COLUMNS.map((column) => (
          <th
            key={column}
            scope="col"
            className={mergeClasses(table.head, table.number, beginsGroup(column) && styles.begins)}
          >
            {texts.table.columns[column]}
          </th>
        ))}
        <th scope="col" className={mergeClasses(table.head, styles.begins)}>
          {texts.table.problems}
        </th>
      </tr>
    </thead>
  );
}

function Foot({ rows }: { rows: readonly CountView[] }) {
  const table = useTableStyles();
  const styles = useStyles();
  const total = sumRows(rows);
  const problems = countProblems(rows);
  return (
    <tfoot>
      <tr className={table.row}>
        <th scope="row" colSpan={2} className={mergeClasses(table.cell, table.first, styles.total)}>
          {texts.table.total}
        </th>
        {COLUMNS.map((column) => (
          <td
            key={column}
            className={mergeClasses(
              table.cell,
              table.number,
              beginsGroup(column) && styles.begins,
              styles.total,
            )}
          >
            {number(total[column])}
          </td>
        ))}
        <td className={mergeClasses(table.cell, styles.begins, styles.total)}>
          {problems === 0 ? texts.none : texts.verdict.bad(problems)}
        </td>
      </tr>
    </tfoot>
  );
}
