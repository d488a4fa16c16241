import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Clock16Regular } from "@fluentui/react-icons/svg/clock";
import { LockClosed16Regular } from "@fluentui/react-icons/svg/lock-closed";
import { PersonClock16Regular } from "@fluentui/react-icons/svg/person-clock";
import { Warning16Regular } from "@fluentui/react-icons/svg/warning";
import type { ConversationView } from "../../desk/contract";
import { durationText, momentText } from "../shared/time";
import { texts } from "./texts";

const SHORT_MS = 3_600_000;

const useStyles = makeStyles({
  clock: {
    display: "flex",
    alignItems: "flex-start",
    columnGap: "6px",
    padding: "6px 20px 0",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    color: tokens.colorNeutralForeground2,
    flexShrink: 0,
    "@media (max-width: 560px)": { padding: "6px 12px 0" },
  },
  pressing: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
  icon: { flexShrink: 0 },
});

interface Props {
  /** As it is now. */
  window: ConversationView["window"];
  /** The server's time (ms). */
  now: number;
}

/** How long the platform still lets us answer, or why it does not. */
export function WindowClock({ window: { state, closesAt, text }, now }: Props) {
  const styles = useStyles();
  if (state === "none") return null;
  const left = closesAt === null ? Number.POSITIVE_INFINITY : Date.parse(closesAt) - now;
  const pressing = state === "closed" || left < SHORT_MS;
  const Icon = iconOf(state, pressing);
  return (
    <p className={mergeClasses(styles.clock, pressing && styles.pressing)}>
      <Icon className={styles.icon} aria-hidden="true" />
      <span>{wordsOf(state, closesAt, left, text)}</span>
    </p>
  );
}

type State = Exclude<ConversationView["window"]["state"], "none">;

function iconOf(state: State, pressing: boolean) {
  if (state === "closed") return LockClosed16Regular;
  if (pressing) return Warning16Regular;
  return state === "humanAgent" ? PersonClock16Regular : Clock16Regular;
}

function wordsOf(state: State, closesAt: string | null, left: number, text: string | null): string {
  if (state === "closed") return text ?? texts.window.closed;
  if (closesAt === null) return text ?? "";
  if (state === "open") return texts.window.closes(durationText(left));
  const until = texts.window.humanAgent(momentText(closesAt), durationText(left));
  return text === null ? until : `${until} ${text}`;
}
