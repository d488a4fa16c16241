import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { ArrowReply16Regular } from "@fluentui/react-icons/svg/arrow-reply";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import type { ReplyTarget } from "./compose";
import { texts } from "./texts";

const useStyles = makeStyles({
  bar: {
    display: "flex",
    alignItems: "center",
    columnGap: "8px",
    padding: "2px 4px 2px 10px",
    borderLeft: `3px solid ${tokens.colorBrandStroke1}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  icon: { flexShrink: 0 },
  words: { flexGrow: 1, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  author: { fontWeight: tokens.fontWeightSemibold },
});

/** Which message the next one answers. */
export function ReplyBar({ target, onCancel }: { target: ReplyTarget; onCancel: () => void }) {
  const styles = useStyles();
  return (
    <div className={styles.bar} role="status">
      <ArrowReply16Regular className={styles.icon} aria-hidden="true" />
      <span className={styles.words}>
        <span className={styles.author}>{texts.reply.to(target.author)}:</span> {target.text}
      </span>
      <Button
        appearance="subtle"
        size="small"
        icon={<Dismiss16Regular />}
        aria-label={texts.reply.cancel}
        title={texts.reply.cancel}
        onClick={onCancel}
      />
    </div>
  );
}
