import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { ConversationView, MeView } from "../../desk/contract";
import { ChannelMark } from "../shared/ChannelMark";
import { serverNow } from "../shared/serverClock";
import { briefTime } from "../shared/time";
import { Initials } from "./Initials";
import { nameIn } from "./people";
import { StateMark } from "./StateMark";
import { texts } from "./texts";

export const ROW_HEIGHT = 92;

const useStyles = makeStyles({
  row: {
    position: "absolute",
    top: 0,
    left: 0,
    width: "100%",
    height: `${ROW_HEIGHT - 4}px`,
    display: "grid",
    gridTemplateColumns: "40px minmax(0, 1fr)",
    columnGap: "12px",
    alignItems: "start",
    padding: "10px 12px",
    borderRadius: tokens.borderRadiusLarge,
    border: "1px solid transparent",
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground2Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  chosen: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1 },
    // Forced colours take shadow and ground away.
    "@media (forced-colors: active)": { border: "3px solid Highlight" },
  },
  lines: { display: "flex", flexDirection: "column", rowGap: "2px", minWidth: 0 },
  line: {
    display: "flex",
    alignItems: "baseline",
    justifyContent: "space-between",
    columnGap: "8px",
    minWidth: 0,
  },
  name: { fontWeight: tokens.fontWeightSemibold },
  clip: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", minWidth: 0 },
  time: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3, whiteSpace: "nowrap" },
  text: { color: tokens.colorNeutralForeground2 },
  strong: { fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1 },
  facts: {
    display: "flex",
    columnGap: "12px",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    color: tokens.colorNeutralForeground3,
    minWidth: 0,
  },
  unread: {
    flexShrink: 0,
    padding: "0 8px",
    borderRadius: tokens.borderRadiusCircular,
    border: "1px solid transparent",
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
  },
});

interface Props {
  view: ConversationView;
  me: MeView;
  people: ReadonlyMap<string, string>;
  index: number;
  count: number;
  top: number;
  chosen: boolean;
  unread: boolean;
  focusable: boolean;
  onChoose: () => void;
}

export function ConversationRow({
  view,
  me,
  people,
  index,
  count,
  top,
  chosen,
  unread,
  focusable,
  onChoose,
}: Props) {
  const styles = useStyles();
  const name = nameIn(view);
  return (
    <div
      role="option"
      aria-selected={chosen}
      aria-posinset={index + 1}
      aria-setsize={count}
      tabIndex={focusable ? 0 : -1}
      data-index={index}
      className={mergeClasses(styles.row, chosen && styles.chosen)}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onChoose();
      }}
    >
      <Initials name={name} />
      <div className={styles.lines}>
        <div className={styles.line}>
          <span className={mergeClasses(styles.name, styles.clip)}>{name}</span>
          <time className={styles.time} dateTime={view.lastAt}>
            {briefTime(view.lastAt, serverNow())}
          </time>
        </div>
        <div className={styles.line}>
          <span className={mergeClasses(styles.clip, unread ? styles.strong : styles.text)}>
            {view.lastText}
          </span>
          {unread && <span className={styles.unread}>{texts.lists.unread}</span>}
        </div>
        <div className={styles.facts}>
          <ChannelMark channel={view.channel} />
          <StateMark view={view} me={me} people={people} />
        </div>
      </div>
    </div>
  );
}
