import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { texts } from "./texts";

/** More slots than this are told in words only. */
const MOST_PIPS = 6;

const useStyles = makeStyles({
  meter: { display: "inline-flex", alignItems: "center", columnGap: "8px", whiteSpace: "nowrap" },
  label: { color: tokens.colorNeutralForeground3, "@media (max-width: 560px)": { display: "none" } },
  pips: { display: "inline-flex", columnGap: "3px", "@media (max-width: 480px)": { display: "none" } },
  pip: {
    width: "8px",
    height: "14px",
    borderRadius: "2px",
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
  },
  full: { backgroundColor: tokens.colorNeutralStrokeAccessible, forcedColorAdjust: "none" },
});

/** How many conversations an agent has of how many at most. */
export function LoadMeter({ used, capacity }: { used: number; capacity: number }) {
  const styles = useStyles();
  const slots = capacity > MOST_PIPS ? [] : Array.from({ length: capacity }, (_, slot) => slot);
  return (
    <span className={styles.meter}>
      <span className={styles.label}>{texts.header.loadLabel}</span>
      <span className={styles.pips} aria-hidden="true">
        {slots.map((slot) => (
          <span key={slot} className={mergeClasses(styles.pip, slot < used && styles.full)} />
        ))}
      </span>
      <span>{texts.header.load(used, capacity)}</span>
    </span>
  );
}
