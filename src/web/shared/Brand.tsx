import { makeStyles, tokens } from "@fluentui/react-components";
import iconUrl from "./icon.svg";

const useStyles = makeStyles({
  brand: {
    display: "inline-flex",
    alignItems: "center",
    columnGap: "10px",
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  icon: { width: "28px", height: "28px", display: "block" },
  word: { "@media (max-width: 560px)": { display: "none" } },
});

/** The product's sign; `compact` drops the word on narrow screens. */
export function Brand({ compact = false }: { compact?: boolean }) {
  const styles = useStyles();
  return (
    <span className={styles.brand}>
      <img className={styles.icon} src={iconUrl} alt="" />
      <span className={compact ? styles.word : undefined}>Switchboard</span>
    </span>
  );
}
