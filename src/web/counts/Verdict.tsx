import { Link, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { CheckmarkCircle32Filled } from "@fluentui/react-icons/svg/checkmark-circle";
import { Warning32Filled } from "@fluentui/react-icons/svg/warning";
import type { CountView } from "../../admin/operationsContract";
import { countProblems, rowId, sumRows } from "./columns";
import { dayText, hourText } from "./day";
import { Notice } from "./Notice";
import type { InstanceNames } from "./names";
import { DEAD_LETTERS_ID, texts } from "./texts";

const useStyles = makeStyles({
  card: {
    display: "flex",
    columnGap: "16px",
    padding: "20px 24px",
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 560px)": { padding: "16px", columnGap: "12px" },
  },
  good: { borderLeft: `6px solid ${tokens.colorPaletteGreenBorder2}` },
  bad: { borderLeft: `6px solid ${tokens.colorPaletteRedBorder2}` },
  icon: { flexShrink: 0, marginTop: "2px" },
  goodIcon: { color: tokens.colorPaletteGreenForeground1 },
  badIcon: { color: tokens.colorPaletteRedForeground1 },
  words: { display: "flex", flexDirection: "column", rowGap: "4px", minWidth: 0 },
  title: {
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
  },
  list: { display: "flex", flexDirection: "column", rowGap: "4px", margin: "4px 0" },
  sum: { color: tokens.colorNeutralForeground2 },
});

interface Props {
  day: string;
  /** Absent while they are read. */
  rows: readonly CountView[] | undefined;
  names: InstanceNames;
  /** Why they could not be read (again). */
  fault: string | undefined;
}

/** Whether the day adds up, in words. */
export function Verdict({ day, rows, names, fault }: Props) {
  return (
    <>
      {fault !== undefined && (
        <Notice intent="error" title={rows === undefined ? texts.verdict.unread : texts.verdict.stale}>
          {fault}
        </Notice>
      )}
      {/* Said when it changes; the card itself changes with every message that comes in. */}
      <p className="visually-hidden" role="status">
        {rows !== undefined && `${dayText(day)}: ${verdictOf(rows)}`}
      </p>
      {rows !== undefined && <Card day={day} rows={rows} names={names} />}
      {rows === undefined && fault === undefined && <p>{texts.verdict.counting}</p>}
    </>
  );
}

function verdictOf(rows: readonly CountView[]): string {
  const problems = countProblems(rows);
  return problems === 0 ? texts.verdict.good : texts.verdict.bad(problems);
}

function Card({ day, rows, names }: { day: string; rows: readonly CountView[]; names: InstanceNames }) {
  const styles = useStyles();
  const total = sumRows(rows);
  const good = countProblems(rows) === 0;
  const Icon = good ? CheckmarkCircle32Filled : Warning32Filled;
  return (
    <section
      aria-label={texts.verdict.label}
      className={mergeClasses(styles.card, good ? styles.good : styles.bad)}
    >
      <Icon
        className={mergeClasses(styles.icon, good ? styles.goodIcon : styles.badIcon)}
        aria-hidden="true"
      />
      <div className={styles.words}>
        <h2 className={styles.title}>{verdictOf(rows)}</h2>
        {!good && <Problems rows={rows} names={names} />}
        <p className={styles.sum}>
          {dayText(day)}: {rows.length === 0 ? texts.verdict.empty : texts.verdict.sum(total)}
        </p>
        {total.dead > 0 && (
          <p>
            <Link inline href={`#${DEAD_LETTERS_ID}`}>
              {texts.verdict.dead(total.dead)}
            </Link>
            .
          </p>
        )}
        {total.failed > 0 && <p>{texts.verdict.failed(total.failed)}</p>}
      </div>
    </section>
  );
}

/** Each problem with the way to its row. */
function Problems({ rows, names }: { rows: readonly CountView[]; names: InstanceNames }) {
  const styles = useStyles();
  const problems = rows.flatMap((row) => row.problems.map((words) => ({ row, words })));
  return (
    <ul className={styles.list} aria-label={texts.verdict.problemsLabel}>
      {problems.map(({ row, words }) => (
        <li key={`${rowId(row)} ${words}`}>
          <Link inline href={`#${encodeURIComponent(rowId(row))}`}>
            {hourText(row.hour)}, {names(row.instanceId).name}
          </Link>
          : {words}
        </li>
      ))}
    </ul>
  );
}
