import { makeStyles, tokens } from "@fluentui/react-components";
import { AlertOff16Regular } from "@fluentui/react-icons/svg/alert-off";
import { Shield16Regular } from "@fluentui/react-icons/svg/shield";
import type { ConversationView } from "../../desk/contract";
import { texts } from "./texts";

const useStyles = makeStyles({
  line: {
    display: "flex",
    flexWrap: "wrap",
    columnGap: "16px",
    flexBasis: "100%",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    color: tokens.colorNeutralForeground2,
  },
  mark: { display: "inline-flex", alignItems: "center", columnGap: "4px" },
  strong: { fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1 },
  icon: { flexShrink: 0 },
});

/** What an agent must know before writing: the customer opted out, what they were told, that the talk is recorded. */
export function ConsentLine({ view }: { view: ConversationView }) {
  const styles = useStyles();
  const { optedOut, notice, recordingNotice } = view;
  if (optedOut === null && notice === null && recordingNotice === null) return null;
  return (
    <div className={styles.line} role="note" aria-label={texts.consent.label}>
      {optedOut !== null && (
        <span className={`${styles.mark} ${styles.strong}`}>
          <AlertOff16Regular className={styles.icon} aria-hidden="true" />
          {texts.consent.optedOut(optedOut.since)}
        </span>
      )}
      {notice !== null && (
        <span className={styles.mark}>
          <Shield16Regular className={styles.icon} aria-hidden="true" />
          {texts.consent.notice(notice)}
        </span>
      )}
      {recordingNotice !== null && <span>{recordingNotice}</span>}
    </div>
  );
}
