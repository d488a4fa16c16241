import type { ReactNode } from "react";
import { useTableStyles } from "./tableStyles";

interface Props {
  /** Names the region; the heading above says the same. */
  label: string;
  caption: string;
  children: ReactNode;
}

/** A table with its caption; where it is too wide, it scrolls sideways by itself and the page does not. */
export function TableRegion({ label, caption, children }: Props) {
  const styles = useTableStyles();
  return (
    <section
      className={styles.region}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys must be able to scroll it
      tabIndex={0}
    >
      <table className={styles.table}>
        <caption className={styles.caption}>
          <span>{caption}</span>
        </caption>
        {children}
      </table>
    </section>
  );
}
