import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { CheckmarkCircle16Filled } from "@fluentui/react-icons/svg/checkmark-circle";
import { ErrorCircle16Filled } from "@fluentui/react-icons/svg/error-circle";
import { QuestionCircle16Regular } from "@fluentui/react-icons/svg/question-circle";
import { SubtractCircle16Regular } from "@fluentui/react-icons/svg/subtract-circle";
import { Warning16Filled } from "@fluentui/react-icons/svg/warning";
import { texts } from "./texts";

type State = keyof typeof texts.states;

const SHAPES = {
  ok: CheckmarkCircle16Filled,
  warning: Warning16Filled,
  error: ErrorCircle16Filled,
  failed: ErrorCircle16Filled,
  skipped: SubtractCircle16Regular,
  unknown: QuestionCircle16Regular,
} satisfies Record<State, unknown>;

const useStyles = makeStyles({
  state: {
    display: "inline-flex",
    alignItems: "flex-start",
    columnGap: "6px",
    fontWeight: tokens.fontWeightSemibold,
    whiteSpace: "nowrap",
  },
  icon: { flexShrink: 0, marginTop: "2px", color: tokens.colorNeutralForeground2 },
  good: { color: tokens.colorPaletteGreenForeground1 },
  doubtful: { color: tokens.colorPaletteMarigoldForeground1 },
  bad: { color: tokens.colorPaletteRedForeground1 },
});

/** How something is, by shape and word. */
export function StateWord({ state }: { state: State }) {
  const styles = useStyles();
  const Shape = SHAPES[state];
  const colour = state === "ok" ? styles.good : state === "warning" ? styles.doubtful : undefined;
  const bad = state === "error" || state === "failed";
  return (
    <span className={styles.state}>
      <Shape className={mergeClasses(styles.icon, colour, bad && styles.bad)} aria-hidden="true" />
      {texts.states[state]}
    </span>
  );
}
