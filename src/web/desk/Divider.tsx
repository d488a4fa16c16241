import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  divider: {
    display: "flex",
    alignItems: "center",
    columnGap: "12px",
    margin: "16px 0 8px",
    flexShrink: 0,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
    "::before": { content: '""', flexGrow: 1, borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
    "::after": { content: '""', flexGrow: 1, borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  },
});

/** A heading across the log. */
export function Divider({ children }: { children: ReactNode }) {
  return <div className={useStyles().divider}>{children}</div>;
}
