import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode, Ref } from "react";

const useStyles = makeStyles({
  part: { display: "flex", flexDirection: "column", rowGap: "12px", minWidth: 0 },
  top: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px 16px", minHeight: "32px" },
  heading: {
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
  },
});

interface Props {
  /** Address of the part inside the page. */
  id?: string;
  heading: string;
  /** Lets the focus go to the heading. */
  headingRef?: Ref<HTMLHeadingElement>;
  /** Beside the heading. */
  action?: ReactNode;
  children: ReactNode;
}

/** One part of the page under its heading. */
export function Part({ id, heading, headingRef, action, children }: Props) {
  const styles = useStyles();
  return (
    <div className={styles.part} id={id}>
      <div className={styles.top}>
        <h2 className={styles.heading} ref={headingRef} tabIndex={-1}>
          {heading}
        </h2>
        {action}
      </div>
      {children}
    </div>
  );
}
