import { makeStyles, tokens } from "@fluentui/react-components";
import { Part } from "./Part";
import { texts } from "./texts";

const useStyles = makeStyles({
  lines: {
    display: "grid",
    gridTemplateColumns: "max-content minmax(0, 1fr)",
    gap: "4px 24px",
    margin: 0,
    "@media (max-width: 720px)": { gridTemplateColumns: "minmax(0, 1fr)", rowGap: 0 },
  },
  rule: { fontWeight: tokens.fontWeightSemibold },
  why: {
    margin: 0,
    color: tokens.colorNeutralForeground2,
    "@media (max-width: 720px)": { marginBottom: "8px" },
  },
});

/** What must equal what, and why. */
export function Legend() {
  const styles = useStyles();
  return (
    <Part heading={texts.legend.heading}>
      <dl className={styles.lines}>
        {texts.legend.lines.map(([rule, why]) => (
          <div key={rule} style={{ display: "contents" }}>
            <dt className={styles.rule}>{rule}</dt>
            <dd className={styles.why}>{why}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.why}>{texts.legend.notForUs}</p>
    </Part>
  );
}
