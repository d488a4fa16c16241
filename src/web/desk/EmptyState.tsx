import { makeStyles, tokens } from "@fluentui/react-components";
import { ChatMultiple48Regular } from "@fluentui/react-icons/svg/chat-multiple";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  empty: {
    height: "100%",
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    justifyContent: "center",
    rowGap: "8px",
    padding: "32px",
    textAlign: "center",
    color: tokens.colorNeutralForeground2,
  },
  icon: { color: tokens.colorNeutralForeground4, marginBottom: "4px" },
  title: {
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground1,
  },
  hint: { maxWidth: "320px", lineHeight: tokens.lineHeightBase300 },
});

/** Nothing to show: says so and what to do. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.empty}>
      <ChatMultiple48Regular className={styles.icon} aria-hidden="true" />
      <p className={styles.title}>{title}</p>
      <p className={styles.hint}>{children}</p>
    </div>
  );
}
