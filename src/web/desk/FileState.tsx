import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowDownload16Regular } from "@fluentui/react-icons/svg/arrow-download";
import { ErrorCircle16Regular } from "@fluentui/react-icons/svg/error-circle";
import { ShieldDismiss16Regular } from "@fluentui/react-icons/svg/shield-dismiss";
import type { AttachmentView } from "../../desk/contract";
import { texts } from "./texts";

const useStyles = makeStyles({
  state: {
    display: "flex",
    alignItems: "flex-start",
    columnGap: "8px",
    padding: "8px 12px",
    borderRadius: "12px",
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground2,
    overflowWrap: "anywhere",
  },
  wrong: { border: `1px solid ${tokens.colorStatusDangerBorder2}`, color: tokens.colorNeutralForeground1 },
  icon: { flexShrink: 0, marginTop: "2px" },
  wrongIcon: { color: tokens.colorStatusDangerForeground3 },
});

/** A file that is not there: still to come, refused or failed, by shape and words. */
export function FileState({ file: { kind, name, state, reason } }: { file: AttachmentView }) {
  const styles = useStyles();
  const why = reason ?? texts.files.noReason;
  const wrong = state === "refused" || state === "failed";
  const Icon =
    state === "refused"
      ? ShieldDismiss16Regular
      : state === "failed"
        ? ErrorCircle16Regular
        : ArrowDownload16Regular;
  const words = wrong ? texts.files[state](kind, why) : texts.files.pending(kind);
  return (
    <div className={mergeClasses(styles.state, wrong && styles.wrong)}>
      <Icon className={mergeClasses(styles.icon, wrong && styles.wrongIcon)} aria-hidden="true" />
      <span>
        {words}
        {name !== null && ` (${name})`}
      </span>
    </div>
  );
}
