import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Clock16Regular } from "@fluentui/react-icons/svg/clock";
import { Warning16Regular } from "@fluentui/react-icons/svg/warning";
import { durationText } from "../shared/time";
import { useNow } from "../shared/useNow";
import { texts } from "./texts";

const SHORT_MS = 3_600_000;

const useStyles = makeStyles({
  clock: {
    display: "flex",
    alignItems: "center",
    columnGap: "6px",
    padding: "6px 20px 0",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    flexShrink: 0,
    "@media (max-width: 560px)": { padding: "6px 12px 0" },
  },
  pressing: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
  icon: { flexShrink: 0 },
});

/** How long the platform still lets us answer. */
export function WindowClock({ closesAt }: { closesAt: string }) {
  const styles = useStyles();
  const left = Date.parse(closesAt) - useNow(15_000);
  const pressing = left < SHORT_MS;
  const Icon = pressing ? Warning16Regular : Clock16Regular;
  return (
    <p className={mergeClasses(styles.clock, pressing && styles.pressing)}>
      <Icon className={styles.icon} aria-hidden="true" />
      {left > 0 ? texts.window.closes(durationText(left)) : texts.window.closed}
    </p>
  );
}
