import { makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { texts } from "./texts";

const useStyles = makeStyles({
  item: { marginTop: "4px" },
  summary: {
    width: "fit-content",
    minHeight: "24px",
    paddingRight: "8px",
    cursor: "pointer",
    color: tokens.colorNeutralForeground2,
  },
  text: {
    margin: "4px 0 0",
    padding: "12px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
});

/** The platform's item as text, shut until somebody asks: it may be long, and strangers wrote it. */
export function RawItem({ raw }: { raw: unknown }) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.item} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>{texts.dead.raw}</summary>
      {open && (
        <pre className={styles.text}>{typeof raw === "string" ? raw : JSON.stringify(raw, null, 2)}</pre>
      )}
    </details>
  );
}
