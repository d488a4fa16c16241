import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { LockClosed48Regular } from "@fluentui/react-icons/svg/lock-closed";
import type { MeView } from "../../desk/contract";
import { texts } from "./texts";

const useStyles = makeStyles({
  view: {
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    rowGap: "8px",
    padding: "64px 16px",
    textAlign: "center",
  },
  icon: { color: tokens.colorNeutralForeground3 },
  title: {
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
  },
  hint: { maxWidth: "420px", color: tokens.colorNeutralForeground2 },
});

/** Says to an agent why nothing is here for them, and the way back. */
export function NeedsRole({ me }: { me: MeView }) {
  const styles = useStyles();
  return (
    <div className={styles.view}>
      <LockClosed48Regular className={styles.icon} aria-hidden="true" />
      <h2 className={styles.title}>{texts.refused.title}</h2>
      <p className={styles.hint}>{texts.refused.body(me.name)}</p>
      <Link href="/desk">{texts.refused.back}</Link>
    </div>
  );
}
